import { createReadStream } from 'node:fs';

/**
 * Which of these names occur in a graph's file. A graph keeps constants that do not fit in it in files beside itself
 * and names them as text (`location` in ONNX's ExternalData.md); no name that occurs by chance does harm.
 */
export async function namesIn(path: string, names: readonly string[]): Promise<string[]> {
  const wanted = new Set(names);
  const found = new Set<string>();
  const longest = Math.max(0, ...names.map((name) => Buffer.byteLength(name)));
  let tail = Buffer.alloc(0);
  if (wanted.size === 0) return [];
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>) {
    const text = Buffer.concat([tail, chunk]);
    for (const name of wanted) {
      if (!text.includes(name)) continue;
      found.add(name);
      wanted.delete(name);
    }
    // A name may lie across two chunks.
    tail = text.subarray(Math.max(0, text.length - longest));
  }
  return [...found];
}
