import type { SegmentedObject, SessionSnapshot } from 'maskwire/client';

// Told apart at a glance on photos, and light enough for the dark page.
const COLORS = [
  '#5b9dff',
  '#ff8f4d',
  '#37d399',
  '#f871c4',
  '#ffd45c',
  '#a78bfa',
  '#4dd9e8',
  '#ff7373',
  '#b8e04a',
  '#e0a3ff',
  '#7fc8ff',
  '#ffb3a0',
] as const;

/** An object differs in colour from so many that were made right before it. */
const APART = 8;

const known = new WeakMap<readonly SegmentedObject[], ReadonlyMap<string, string>>();

/** The colour of an object, `#rrggbb`. Made from the snapshot alone, so that everybody sees the same one. */
export function colorOf({ objects }: SessionSnapshot, objectId: string): string {
  let colors = known.get(objects);
  if (!colors) known.set(objects, (colors = colorsOf(objects)));
  return colors.get(objectId) ?? COLORS[0];
}

function colorsOf(objects: readonly SegmentedObject[]): ReadonlyMap<string, string> {
  const colors = new Map<string, string>();
  const latest: string[] = [];
  for (const { id } of objects) {
    const first = hash(id);
    const choices = COLORS.map((_, i) => COLORS[(first + i) % COLORS.length] ?? COLORS[0]);
    const color = choices.find((choice) => !latest.includes(choice)) ?? COLORS[0];
    colors.set(id, color);
    latest.push(color);
    if (latest.length > APART) latest.shift();
  }
  return colors;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 2166136261;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 16777619);
  return value >>> 0;
}
