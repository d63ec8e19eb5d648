import type { Candidate, PresentParticipant } from 'maskwire/client';
import type { Box } from '../canvas/scene.js';
import type { Point } from '../canvas/view.js';

export const TOOLS = ['point', 'background', 'box', 'brush', 'select'] as const;
export type Tool = (typeof TOOLS)[number];

/** A point that was sent and is not in the snapshot yet. */
export interface PendingPoint {
  readonly at: Point;
  readonly background: boolean;
}

/** What this browser alone knows: nothing of it is in the session. */
export interface UiState {
  readonly tool: Tool;
  /** The object that prompts go to; null: the next prompt makes one. */
  readonly handId: string | null;
  /** For the object in hand, and kept for the next one. */
  readonly label: string;
  readonly chosenPromptId: string | null;
  /** Pointed at, in the list or with the select tool. */
  readonly hoveredId: string | null;
  readonly hidden: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
  /** What the mask would be with a point under the pointer. */
  readonly preview: Candidate | null;
  /** The preview as it was when clicked, shown until the answer is there. */
  readonly clicked: Candidate | null;
  readonly pending: readonly PendingPoint[];
  /** A point of the object in hand that is being dragged. */
  readonly moved: { readonly promptId: string; readonly at: Point } | null;
  readonly box: Box | null;
  readonly strokes: readonly (readonly Point[])[];
  /** CSS pixels. */
  readonly brushSize: number;
  /** The mouse's place in pixels of the image; null where it is elsewhere. */
  readonly pointer: Point | null;
  /** The keyboard's place in pixels of the image; null until it is used. */
  readonly cursor: Point | null;
  readonly people: readonly PresentParticipant[];
  /** Read out by screen readers. */
  readonly said: string;
  /** Shown until it is dismissed or another one comes. */
  readonly notice: { readonly text: string; readonly isError: boolean } | null;
  readonly timingShown: boolean;
  readonly helpShown: boolean;
}

export const INITIAL_UI: UiState = {
  tool: 'point',
  handId: null,
  label: '',
  chosenPromptId: null,
  hoveredId: null,
  hidden: new Set(),
  locked: new Set(),
  preview: null,
  clicked: null,
  pending: [],
  moved: null,
  box: null,
  strokes: [],
  brushSize: 32,
  pointer: null,
  cursor: null,
  people: [],
  said: '',
  notice: null,
  timingShown: false,
  helpShown: false,
};

/** The set with the value in it or, where it was, without it. */
export function toggled<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(value)) next.add(value);
  return next;
}
