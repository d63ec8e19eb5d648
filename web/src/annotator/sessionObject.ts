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
