import type { ModelFiles } from '#src/models/manifest.js';
import { openModel } from './openModel.js';

/** Wider than high, and neither a multiple of what graphs like. */
const ORIGINAL = { width: 150, height: 100 };

/**
 * Runs a model once: encodes a grey picture and decodes one click on it, so that a graph which does not do what its
 * inputs and outputs promise is found before anybody needs it.
 * @throws Error of whatever went wrong.
 */
export async function tryModel(files: ModelFiles): Promise<void> {
  const model = openModel(files, 1);
  try {
    const { width, height } = model.imageSize(ORIGINAL);
    const data = new Uint8Array(3 * width * height).fill(128);
    const image = { data, width, height, originalWidth: ORIGINAL.width, originalHeight: ORIGINAL.height };
    const embedding = await model.encode(image);
    const prompts = [{ kind: 'point', label: 'FOREGROUND', x: 75, y: 50 }] as const;
    const [masks] = await model.decode([{ embedding, prompts, previousLogits: null }]);
    const cells = model.sizes.maskGrid ** 2;
    if (!masks?.logits.every((logits) => logits.length === cells && logits.every(Number.isFinite))) {
      throw new Error(`expected masks of ${cells} finite logits`);
    }
  } finally {
    await model.release();
  }
}
