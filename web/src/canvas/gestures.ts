import type { Point } from './view.js';

/** Where a gesture is on the stage in CSS pixels, when it came (as `event.timeStamp`), and what stands with it. */
export interface Touched {
  readonly at: Point;
  readonly time: number;
  /** Alt or the right button: meant as background. */
  readonly background: boolean;
  readonly touch: boolean;
}

/** What a person does on the stage, freed from mice, fingers and buttons. */
export interface GestureHandlers {
  /** Null: the pointer has left. */
  hover(where: Touched | null): void;
  /** Pressed and let go in one place. */
  tap(where: Touched): void;
  /** @returns what the drag that begins here is; null pans. */
  dragStart(where: Touched): Drag | null;
  pan(dx: number, dy: number): void;
  zoom(factor: number, at: Point): void;
}

/** A drag under way. */
export interface Drag {
  move(where: Touched): void;
  end(where: Touched): void;
  cancel(): void;
}

/** A press that moves less than this many CSS pixels is a tap. */
const TAP_SLACK = { mouse: 4, touch: 10 };
/** A finger that rests this long means background, in milliseconds. */
const LONG_PRESS = 500;
const MIDDLE = 1;
const RIGHT = 2;

/** Turns the events of one element into gestures. Two fingers pan and zoom; so do Space or the middle button and a wheel. */
export class Gestures {
  private readonly pointers = new Map<number, Point>();
  private pressed: { readonly id: number; readonly where: Touched; readonly button: number } | null = null;
  private drag: Drag | null = null;
  private panning = false;
  private longPress: ReturnType<typeof setTimeout> | undefined;
  private readonly ending = new AbortController();
  /** While true, a drag moves the image: Space is held. */
  spaceHeld = false;
  /** Whether the image was moved while Space was held. */
  spacePanned = false;

  constructor(
    private readonly element: HTMLElement,
    private readonly handlers: GestureHandlers,
  ) {
    const { signal } = this.ending;
    element.addEventListener('pointerdown', (event) => this.down(event), { signal });
    element.addEventListener('pointermove', (event) => this.move(event), { signal });
    element.addEventListener('pointerup', (event) => this.up(event), { signal });
    element.addEventListener('pointercancel', (event) => this.lost(event), { signal });
    element.addEventListener('pointerleave', () => this.handlers.hover(null), { signal });
    element.addEventListener('wheel', (event) => this.wheel(event), { signal, passive: false });
    element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  }

  /** Ends a drag under way without its effect. @returns whether there was one. */
  cancel(): boolean {
    const had = this.drag !== null;
    this.drag?.cancel();
    this.drag = null;
    this.pressed = null;
    return had;
  }

  close(): void {
    clearTimeout(this.longPress);
    this.ending.abort();
  }

  private down(event: PointerEvent): void {
    this.element.setPointerCapture(event.pointerId);
    const where = this.where(event);
    this.pointers.set(event.pointerId, where.at);
    clearTimeout(this.longPress);
    if (this.pointers.size > 1) {
      this.cancel();
      this.panning = true;
      return;
    }
    this.panning = event.button === MIDDLE || this.spaceHeld;
    this.pressed = { id: event.pointerId, where, button: event.button };
    if (where.touch) this.longPress = setTimeout(() => this.rested(), LONG_PRESS);
  }

  private move(event: PointerEvent): void {
    const where = this.where(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.handlers.hover(where);
      return;
    }
    if (this.pointers.size > 1) {
      this.pinch(event.pointerId, before, where.at);
      return;
    }
    this.pointers.set(event.pointerId, where.at);
    if (this.panning) {
      this.panBy(before, where.at);
      return;
    }
    if (this.drag) {
      this.drag.move(where);
      return;
    }
    const { pressed } = this;
    if (!pressed) return;
    if (distance(pressed.where.at, where.at) < (where.touch ? TAP_SLACK.touch : TAP_SLACK.mouse)) return;
    clearTimeout(this.longPress);
    if (pressed.button === RIGHT) {
      this.pressed = null;
      return;
    }
    this.drag = this.handlers.dragStart(pressed.where);
    if (this.drag) this.drag.move(where);
    else {
      this.panning = true;
      this.panBy(pressed.where.at, where.at);
    }
  }

  private up(event: PointerEvent): void {
    clearTimeout(this.longPress);
    const wasPanning = this.panning;
    const { drag, pressed } = this;
    this.forget(event.pointerId);
    if (drag) drag.end(this.where(event));
    else if (pressed && !wasPanning && pressed.id === event.pointerId && event.button !== MIDDLE) {
      const { at, time, touch } = this.where(event);
      this.handlers.tap({ at, time, touch, background: pressed.where.background });
    }
  }

  private lost(event: PointerEvent): void {
    clearTimeout(this.longPress);
    this.cancel();
    this.forget(event.pointerId);
  }

  /** The rest of two fingers goes on panning until it, too, is lifted. */
  private forget(pointerId: number): void {
    this.pointers.delete(pointerId);
    this.drag = null;
    this.pressed = null;
    if (this.pointers.size === 0) this.panning = false;
  }

  private rested(): void {
    const { pressed } = this;
    this.pressed = null;
    if (!pressed) return;
    this.handlers.tap({ ...pressed.where, time: performance.now(), background: true });
  }

  private pinch(pointerId: number, before: Point, now: Point): void {
    const other = [...this.pointers].find(([id]) => id !== pointerId)?.[1];
    if (!other) return;
    const middle = (a: Point) => ({ x: (a.x + other.x) / 2, y: (a.y + other.y) / 2 });
    this.pointers.set(pointerId, now);
    this.panBy(middle(before), middle(now));
    const apart = distance(before, other);
    if (apart > 0) this.handlers.zoom(distance(now, other) / apart, middle(now));
  }

  private panBy(from: Point, to: Point): void {
    if (this.spaceHeld) this.spacePanned = true;
    this.handlers.pan(to.x - from.x, to.y - from.y);
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    // Trackpads report pinches as small wheel steps with Ctrl; mice report lines or large pixel steps.
    const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1);
    const speed = event.ctrlKey ? 0.01 : 0.0016;
    this.handlers.zoom(Math.exp(-pixels * speed), this.where(event).at);
  }

  private where(event: MouseEvent): Touched {
    const { left, top } = this.element.getBoundingClientRect();
    return {
      at: { x: event.clientX - left, y: event.clientY - top },
      time: event.timeStamp,
      background: event.altKey || event.button === RIGHT || event.buttons === 2,
      touch: event instanceof PointerEvent && event.pointerType === 'touch',
    };
  }
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
