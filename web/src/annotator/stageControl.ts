import { Gestures } from '../canvas/gestures.js';
import type { ImageLevels } from '../canvas/imageLevels.js';
import { Stage } from '../canvas/stage.js';
import { clampInside, revealing, toImage, zoomedAt, type Point } from '../canvas/view.js';
import { texts } from '../texts.js';
import type { Annotator } from './annotator.js';
import { SceneMaker } from './sceneOf.js';
import { SHORTCUTS } from './shortcuts.js';
import { StageInput } from './stageInput.js';

/** How close to the stage's edge the keyboard's cursor comes before the image moves under it, in CSS pixels. */
const CURSOR_MARGIN = 40;

/** Joins the stage with the annotator: draws its state, and turns gestures and keys into what it does. */
export class StageControl {
  private readonly stage: Stage;
  private readonly input: StageInput;
  private readonly gestures: Gestures;
  private readonly scenes: SceneMaker;
  private readonly ending = new AbortController();
  private readonly unsubscribe: readonly (() => void)[];
  private image: ImageLevels | null = null;
  /** The first corner of a box that is drawn with the keyboard. */
  private corner: Point | null = null;
  focusLabel: () => void = () => undefined;

  /** @param onScale called with the CSS pixels for a pixel of the image whenever that changes. */
  constructor(
    private readonly host: HTMLElement,
    readonly annotator: Annotator,
    onScale: (scale: number) => void,
  ) {
    this.scenes = new SceneMaker(annotator.me);
    this.stage = new Stage(host, ({ scale }) => {
      onScale(scale);
      // The brush keeps its size on the screen, so its size on the image changes.
      if (annotator.ui.get().tool === 'brush') this.show();
    });
    this.input = new StageInput(this.stage, annotator);
    this.gestures = new Gestures(host, this.input);
    annotator.onPainted = (callback) => this.stage.onPainted(callback);
    const show = () => this.show();
    this.unsubscribe = [annotator.ui.subscribe(show), annotator.live.onState(show)];
    const { signal } = this.ending;
    window.addEventListener('keydown', (event) => this.keyDown(event), { signal });
    window.addEventListener('keyup', (event) => this.keyUp(event), { signal });
    this.show();
  }

  get hasFocus(): boolean {
    return document.activeElement === this.host;
  }

  /** Gives the stage the focus: arrows, Space and Enter are for it then. */
  focus(): void {
    this.host.focus();
  }

  setImage(image: ImageLevels): void {
    this.image = image;
    this.show();
  }

  close(): void {
    this.ending.abort();
    for (const end of this.unsubscribe) end();
    this.annotator.onPainted = () => undefined;
    this.gestures.close();
    this.stage.close();
  }

  fit(): void {
    this.stage.fit();
  }

  zoomBy(factor: number): void {
    const { size, view } = this.stage;
    const { cursor } = this.annotator.ui.get();
    const middle = cursor
      ? { x: cursor.x * view.scale + view.x, y: cursor.y * view.scale + view.y }
      : { x: size.width / 2, y: size.height / 2 };
    this.stage.setView(zoomedAt(view, factor, middle, this.annotator.snapshot.image, size));
  }

  /** Moves the keyboard's cursor, in CSS pixels; at first it is in the middle of the stage. */
  moveCursor(dx: number, dy: number, time: number): void {
    const { annotator, stage } = this;
    const { image } = annotator.snapshot;
    const { scale } = stage.view;
    const from = annotator.ui.get().cursor;
    const at = from
      ? { x: from.x + dx / scale, y: from.y + dy / scale }
      : toImage(stage.view, { x: stage.size.width / 2, y: stage.size.height / 2 });
    const cursor = clampInside(image, at);
    const view = revealing(stage.view, cursor, stage.size, CURSOR_MARGIN);
    if (view !== stage.view) stage.setView(view);
    annotator.ui.set({ cursor, said: texts.said.cursor(cursor.x, cursor.y) });
    if (this.corner) annotator.ui.set({ box: annotator.boxBetween(this.corner, cursor) });
    annotator.hover(cursor, false, time);
  }

  escape(): void {
    const { annotator } = this;
    const { chosenPromptId, helpShown, notice } = annotator.ui.get();
    this.corner = null;
    annotator.ui.set({ box: null });
    if (this.gestures.cancel()) return;
    if (helpShown) annotator.ui.set({ helpShown: false });
    else if (notice) annotator.ui.set({ notice: null });
    else if (chosenPromptId !== null) annotator.ui.set({ chosenPromptId: null });
    else annotator.putDown();
  }

  remove(): boolean {
    const { annotator } = this;
    const { chosenPromptId, handId } = annotator.ui.get();
    if (chosenPromptId !== null) annotator.removePoint(chosenPromptId);
    else if (handId !== null) annotator.remove(handId);
    return handId !== null;
  }

  private show(): void {
    const { annotator, stage } = this;
    stage.show(this.scenes.make(annotator.snapshot, annotator.ui.get(), this.image, stage.view));
  }

  private keyDown(event: KeyboardEvent): void {
    if (isTyping(event.target)) return;
    if (event.key === ' ' && (this.hasFocus || document.activeElement === document.body)) {
      event.preventDefault();
      if (!event.repeat) {
        this.gestures.spaceHeld = true;
        this.gestures.spacePanned = false;
      }
      return;
    }
    // Behind the open help, keys would change things unseen.
    if (this.annotator.ui.get().helpShown && event.key !== '?' && event.key !== 'Escape') return;
    if (SHORTCUTS.some(({ run }) => run(event, this))) event.preventDefault();
  }

  private keyUp(event: KeyboardEvent): void {
    if (event.key !== ' ' || !this.gestures.spaceHeld) return;
    this.gestures.spaceHeld = false;
    if (!this.gestures.spacePanned && this.hasFocus) this.promptAtCursor(event.timeStamp);
  }

  private promptAtCursor(time: number): void {
    const { annotator } = this;
    const { cursor, tool } = annotator.ui.get();
    if (!cursor) {
      this.moveCursor(0, 0, time);
      return;
    }
    switch (tool) {
      case 'point':
      case 'background': {
        annotator.point(cursor, tool === 'background', time);
        return;
      }
      case 'select': {
        const id = this.input.objectAt(cursor);
        if (id === null) annotator.putDown();
        else annotator.take(id);
        return;
      }
      case 'box': {
        const { corner } = this;
        this.corner = corner ? null : cursor;
        annotator.ui.set({ box: null, ...(corner ? {} : { said: texts.said.corner }) });
        if (corner) annotator.box(corner, cursor, time);
        return;
      }
      case 'brush':
        return;
    }
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}
