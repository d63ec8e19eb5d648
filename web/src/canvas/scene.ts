import type { Rle } from 'maskwire/client';
import type { ImageLevels } from './imageLevels.js';
import type { Point } from './view.js';

/** A rectangle in pixels of the image. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A mask that stands: drawn again only where the list of them or the view changes. */
export interface SceneMask {
  readonly mask: Rle;
  readonly bounds: Box;
  /** `#rrggbb`. */
  readonly color: string;
  /** Drafts are dashed. */
  readonly draft: boolean;
  /** Faint ones are other people's drafts. */
  readonly faint: boolean;
}

export interface SceneMarker {
  /** Null while the server has not acknowledged it. */
  readonly promptId: string | null;
  readonly at: Point;
  readonly background: boolean;
  readonly selected: boolean;
}

export interface ScenePointer {
  readonly name: string;
  readonly color: string;
  readonly at: Point;
}

/** A mask that comes and goes. */
export interface LiveMask {
  readonly mask: Rle;
  /** `#rrggbb`. */
  readonly color: string;
}

/** What follows the hand: drawn again at every change of it. */
export interface LiveScene {
  readonly hand: LiveMask | null;
  readonly preview: LiveMask | null;
  /** The object that is pointed at. */
  readonly hovered: LiveMask | null;
  readonly markers: readonly SceneMarker[];
  readonly boxes: readonly Box[];
  /** Corners of brush strokes, in pixels of the image, and the brush's diameter there. */
  readonly strokes: readonly (readonly Point[])[];
  readonly brushDiameter: number;
  /** Where the brush is, to show its size. */
  readonly brushAt: Point | null;
  readonly pointers: readonly ScenePointer[];
  /** The keyboard's cursor. */
  readonly cursor: Point | null;
}

export interface Scene {
  readonly image: ImageLevels | null;
  readonly masks: readonly SceneMask[];
  readonly live: LiveScene;
}

export const EMPTY_LIVE: LiveScene = {
  hand: null,
  preview: null,
  hovered: null,
  markers: [],
  boxes: [],
  strokes: [],
  brushDiameter: 0,
  brushAt: null,
  pointers: [],
  cursor: null,
};

export const EMPTY_SCENE: Scene = { image: null, masks: [], live: EMPTY_LIVE };
