import type { Drag, GestureHandlers, Touched } from '../canvas/gestures.js';
import { maskPath } from '../canvas/maskPaths.js';
import type { Stage } from '../canvas/stage.js';
import { pannedBy, toImage, toStage, zoomedAt, type Point } from '../canvas/view.js';
import type { Annotator } from './annotator.js';
import { chosenCandidate } from './sessionObject.js';

/** A press this close to a point's middle takes hold of the point, in CSS pixels. */
const GRAB_RADIUS = { mouse: 11, touch: 20 };

/** What the tools make of the gestures on the stage. */
export class StageInput implements GestureHandlers {
  private readonly hitContext = new OffscreenCanvas(1, 1).getContext('2d');

  constructor(
    private readonly stage: Stage,
    private readonly annotator: Annotator,
  ) {}

  hover(where: Touched | null): void {
    const { annotator } = this;
    const { tool, hoveredId } = annotator.ui.get();
    if (!where || where.touch) {
      annotator.hover(null, false, 0);
      return;
    }
    const at = this.inImage(where.at);
    annotator.ui.set({ cursor: null });
    if (tool === 'select') {
      const id = this.objectAt(at);
      if (id !== hoveredId) annotator.ui.set({ hoveredId: id });
    }
    if (this.pointAt(where)) {
      annotator.hover(at, false, where.time);
      annotator.endPreview();
    } else {
      annotator.hover(at, where.background, where.time);
    }
  }

  tap(where: Touched): void {
    const { annotator } = this;
    const at = this.inImage(where.at);
    const { tool } = annotator.ui.get();
    const promptId = this.pointAt(where);
    annotator.ui.set({ cursor: null });
    if (promptId !== null && tool !== 'select') {
      if (where.background) annotator.removePoint(promptId);
      else annotator.ui.set({ chosenPromptId: promptId });
      return;
    }
    switch (tool) {
      case 'point':
      case 'background': {
        annotator.point(at, where.background || tool === 'background', where.time);
        return;
      }
      case 'select': {
        const id = this.objectAt(at);
        if (id === null) annotator.putDown();
        else annotator.take(id);
        return;
      }
      case 'brush': {
        this.paint(where).end(where);
        return;
      }
      case 'box':
        return;
    }
  }

  dragStart(where: Touched): Drag | null {
    const { annotator } = this;
    const { tool } = annotator.ui.get();
    annotator.endPreview();
    const promptId = this.pointAt(where);
    if (promptId !== null) return this.movePoint(promptId);
    switch (tool) {
      case 'point':
      case 'background':
      case 'box':
        return this.drawBox(this.inImage(where.at));
      case 'brush':
        return this.paint(where);
      case 'select':
        return null;
    }
  }

  pan(dx: number, dy: number): void {
    const { stage, annotator } = this;
    stage.setView(pannedBy(stage.view, dx, dy, annotator.snapshot.image, stage.size));
  }

  zoom(factor: number, at: Point): void {
    const { stage, annotator } = this;
    stage.setView(zoomedAt(stage.view, factor, at, annotator.snapshot.image, stage.size));
  }

  /** The visible, unlocked object whose mask holds a point of the image; of several, the smallest. */
  objectAt(at: Point): string | null {
    const { hidden, locked } = this.annotator.ui.get();
    const found = this.annotator.snapshot.objects
      .filter(({ id }) => !hidden.has(id) && !locked.has(id))
      .map((object) => ({ id: object.id, candidate: chosenCandidate(object) }))
      .filter(({ candidate }) => {
        const box = candidate?.boundingBox;
        if (!box || at.x < box.x || at.y < box.y || at.x > box.x + box.width || at.y > box.y + box.height) return false;
        return this.hitContext?.isPointInPath(
          maskPath(candidate.mask.rle, this.stage.view.scale),
          at.x,
          at.y,
          'evenodd',
        );
      });
    found.sort((a, b) => (a.candidate?.area ?? 0) - (b.candidate?.area ?? 0));
    return found[0]?.id ?? null;
  }

  private movePoint(promptId: string): Drag {
    const { annotator } = this;
    annotator.ui.set({ chosenPromptId: promptId });
    return {
      move: (where) => {
        annotator.ui.set({ moved: { promptId, at: this.inImage(where.at) } });
        annotator.previewMove(promptId, this.inImage(where.at), where.time);
      },
      end: (where) => annotator.movePoint(promptId, this.inImage(where.at), where.time),
      cancel: () => annotator.ui.set({ moved: null }),
    };
  }

  private drawBox(from: Point): Drag {
    const { annotator } = this;
    return {
      move: (where) => annotator.ui.set({ box: annotator.boxBetween(from, this.inImage(where.at)) }),
      end: (where) => {
        annotator.ui.set({ box: null });
        annotator.box(from, this.inImage(where.at), where.time);
      },
      cancel: () => annotator.ui.set({ box: null }),
    };
  }

  private paint(where: Touched): Drag {
    const { annotator, stage } = this;
    const { ui } = annotator;
    const before = ui.get().strokes;
    let stroke: readonly Point[] = [this.inImage(where.at)];
    const add = (point: Point) => {
      stroke = [...stroke, point];
      ui.set({ strokes: [...before, stroke], pointer: point });
    };
    return {
      move: ({ at }) => add(this.inImage(at)),
      end: ({ at, time }) => {
        add(this.inImage(at));
        annotator.brushed(ui.get().brushSize / stage.view.scale, time);
      },
      cancel: () => ui.set({ strokes: before }),
    };
  }

  /** The point prompt of the object in hand that is under the pointer. */
  private pointAt({ at, touch }: Touched): string | null {
    const { annotator, stage } = this;
    const radius = touch ? GRAB_RADIUS.touch : GRAB_RADIUS.mouse;
    const near = annotator.hand?.prompts.findLast((prompt) => {
      if (prompt.__typename !== 'PointPrompt') return false;
      const seen = toStage(stage.view, prompt);
      return Math.hypot(seen.x - at.x, seen.y - at.y) <= radius;
    });
    return near?.id ?? null;
  }

  private inImage(at: Point): Point {
    return toImage(this.stage.view, at);
  }
}
