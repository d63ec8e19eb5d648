import type { AddPromptsOptions, Candidate, Prompt, SegmentedObject, SessionSnapshot } from 'maskwire/client';

/** The mask that an object has now; null where there is none. */
export function chosenCandidate(object: SegmentedObject | null | undefined): Candidate | null {
  return object?.selectedCandidate ?? null;
}

export function objectById(snapshot: SessionSnapshot, id: string | null): SegmentedObject | null {
  return snapshot.objects.find((object) => object.id === id) ?? null;
}

/** Whether the server still owes the object an answer to its prompts. */
export function isWaiting(object: SegmentedObject): boolean {
  return object.prompts.length > 0 && object.candidates.length === 0 && object.failure === null;
}

/** A prompt that the session has, as it would be sent. */
export function promptInput(prompt: Prompt): AddPromptsOptions['prompts'][number] {
  switch (prompt.__typename) {
    case 'PointPrompt':
      return { point: { x: prompt.x, y: prompt.y, label: prompt.label } };
    case 'BoxPrompt':
      return { box: { x: prompt.x, y: prompt.y, width: prompt.width, height: prompt.height } };
    case 'MaskPrompt':
      return { mask: { rle: prompt.rle } };
    case 'TextPrompt':
      return { text: prompt.text };
  }
}

// Told apart at a glance on photos, and light enough for their names to be read on the dark page.
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

/** A colour made from the object's id: the same for everyone, on every visit. */
export function colorOf(objectId: string): string {
  let hash = 2166136261;
  for (let i = 0; i < objectId.length; i++) hash = Math.imul(hash ^ objectId.charCodeAt(i), 16777619);
  return COLORS[((hash ^ (hash >>> 15)) >>> 0) % COLORS.length] ?? COLORS[0];
}
