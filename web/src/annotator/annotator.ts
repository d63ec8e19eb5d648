import type { AddPromptsOptions, LiveSession, SegmentedObject, SessionSnapshot } from 'maskwire/client';
import { clampInside, isInside, type Point } from '../canvas/view.js';
import { describeError } from '../errors.js';
import { rememberLabel } from '../recentLabels.js';
import { texts } from '../texts.js';
import { Store, type Observable } from '../ui/store.js';
import { Announcer } from './announcer.js';
import { strokesToRle } from './brush.js';
import { PromptTimer } from './promptTimer.js';
import { chosenCandidate, objectById, promptInput } from './sessionObject.js';
import { INITIAL_UI, toggled, type PendingPoint, type Tool, type UiState } from './uiState.js';

type PromptInput = AddPromptsOptions['prompts'][number];

/** Diameters of the brush, in CSS pixels. */
export const MIN_BRUSH = 6;
export const MAX_BRUSH = 200;

/** A command of ours whose mask has not come yet. */
interface Awaited {
  readonly objectId: string;
  /** Of the object, right after the command. */
  readonly revision: number;
  readonly time: number;
}

/**
 * One person at work on one session: what the hands do becomes commands, and what the session says becomes the state
 * that is drawn. Commands run one after another, so that a second click goes to the object that the first one made.
 */
export class Annotator {
  readonly ui = new Store<UiState>(INITIAL_UI);
  readonly timer = new PromptTimer();
  readonly session: Observable<SessionSnapshot>;
  /** Calls back when the frame with the current state has been handed to the screen; set by whoever draws. */
  onPainted: (callback: () => void) => void = () => undefined;

  private readonly announcer: Announcer;
  private readonly stopListening: () => void;
  private commands: Promise<void> = Promise.resolve();
  private awaited: Awaited | null = null;
  /** The candidate that was asked for last, until the server has answered. */
  private selecting: { readonly objectId: string; readonly index: number } | null = null;
  private closed = false;
  /** Grows when what was asked for is not wanted any more. */
  private previewNumber = 0;

  constructor(
    readonly live: LiveSession,
    readonly me: string,
  ) {
    this.session = { get: () => live.state(), subscribe: (listener) => live.onState(listener) };
    this.announcer = new Announcer((said) => this.ui.set({ said }));
    this.stopListening = live.onState(() => this.follow(live.state()));
    this.followPeople().catch((error: unknown) => {
      if (!this.closed) this.notify(describeError(error), true);
    });
  }

  get snapshot(): SessionSnapshot {
    return this.live.state();
  }

  get hand(): SegmentedObject | null {
    return objectById(this.snapshot, this.ui.get().handId);
  }

  get isOpen(): boolean {
    return this.snapshot.status !== 'CLOSED' && this.snapshot.status !== 'FAILED';
  }

  close(): void {
    this.closed = true;
    this.stopListening();
    this.live.leave();
  }

  // What the pointer does; places are in pixels of the image.

  /** The pointer is here, or nowhere: shows what a point here would give, and tells the others. */
  hover(at: Point | null, background: boolean, time: number): void {
    const { tool, handId } = this.ui.get();
    const inside = at !== null && isInside(this.snapshot.image, at) ? at : null;
    this.ui.set({ pointer: inside });
    this.live.movePointer(inside, handId);
    const previews = tool === 'point' || tool === 'background';
    if (!inside || !previews || !this.canPrompt()) {
      this.endPreview();
      return;
    }
    const label = background || tool === 'background' ? 'BACKGROUND' : 'FOREGROUND';
    if (label === 'BACKGROUND' && handId === null) {
      this.endPreview();
      return;
    }
    void this.preview(handId, [{ point: { ...inside, label } }], time);
  }

  endPreview(): void {
    this.previewNumber++;
    this.ui.set({ preview: null });
  }

  point(at: Point, background: boolean, time: number): void {
    if (!this.canPrompt() || !isInside(this.snapshot.image, at)) return;
    const pending: PendingPoint = { at, background };
    const { preview, pending: before } = this.ui.get();
    this.previewNumber++;
    this.ui.set({ pending: [...before, pending], clicked: preview, preview: null, chosenPromptId: null });
    const label = background ? 'BACKGROUND' : 'FOREGROUND';
    this.command(
      () => this.addPrompts([{ point: { ...at, label } }], time),
      () => this.ui.set({ pending: this.ui.get().pending.filter((other) => other !== pending) }),
    );
  }

  box(from: Point, to: Point, time: number): void {
    if (!this.canPrompt()) return;
    const box = this.boxBetween(from, to);
    if (box.width < 1 || box.height < 1) return;
    this.command(() => this.addPrompts([{ box }], time));
  }

  boxBetween(from: Point, to: Point): { x: number; y: number; width: number; height: number } {
    const [a, b] = [clampInside(this.snapshot.image, from), clampInside(this.snapshot.image, to)];
    const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)];
    return { x, y, width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
  }

  /** Sends what was painted, beside what the object was painted with before, as a rough mask. @param diameter in pixels of the image. */
  brushed(diameter: number, time: number): void {
    const { strokes } = this.ui.get();
    if (!this.canPrompt() || strokes.length === 0) {
      this.ui.set({ strokes: [] });
      return;
    }
    const { width, height } = this.snapshot.image;
    const before = this.hand?.prompts.find((prompt) => prompt.__typename === 'MaskPrompt');
    const base = before?.__typename === 'MaskPrompt' ? before.rle : null;
    const rle = strokesToRle(strokes, diameter, { width, height }, base);
    this.command(
      () => this.addPrompts([{ mask: { rle } }], time),
      () => this.ui.set({ strokes: [] }),
    );
  }

  /** Shows what the object in hand would be with one of its points elsewhere. */
  previewMove(promptId: string, to: Point, time: number): void {
    const prompts = this.hand?.prompts.map((prompt) => {
      const at = prompt.id === promptId ? clampInside(this.snapshot.image, to) : null;
      return promptInput(at && prompt.__typename === 'PointPrompt' ? { ...prompt, ...at } : prompt);
    });
    if (prompts && this.canPrompt()) void this.preview(null, prompts, time);
  }

  movePoint(promptId: string, to: Point, time: number): void {
    const { hand } = this;
    const prompt = hand?.prompts.find(({ id }) => id === promptId);
    if (!hand || prompt?.__typename !== 'PointPrompt') return;
    const at = clampInside(this.snapshot.image, to);
    this.command(
      async () => {
        await this.live.removePrompts({ objectId: hand.id, promptIds: [promptId] });
        await this.addPrompts([{ point: { ...at, label: prompt.label } }], time);
      },
      () => this.ui.set({ moved: null, preview: null }),
    );
  }

  removePoint(promptId: string): void {
    const { hand } = this;
    if (!hand) return;
    this.ui.set({ chosenPromptId: null, clicked: null });
    this.command(async () => {
      await this.live.removePrompts({ objectId: hand.id, promptIds: [promptId] });
      this.announcer.say(texts.said.pointRemoved);
    });
  }

  // What keys and buttons do.

  useTool(tool: Tool): void {
    this.endPreview();
    this.ui.set({ tool, box: null, strokes: [], said: texts.said.tool(texts.tools[tool]) });
  }

  /** Chooses the next point of the object in hand, so that it can be deleted with a key. */
  choosePoint(): void {
    const points = this.hand?.prompts.filter(({ __typename }) => __typename === 'PointPrompt') ?? [];
    const chosen = points.findIndex(({ id }) => id === this.ui.get().chosenPromptId);
    this.ui.set({ chosenPromptId: points[(chosen + 1) % points.length]?.id ?? null });
  }

  resizeBrush(factor: number): void {
    this.ui.set({ brushSize: Math.max(MIN_BRUSH, Math.min(MAX_BRUSH, this.ui.get().brushSize * factor)) });
  }

  /** Takes an object in hand: prompts go to it from now on. */
  take(objectId: string): void {
    const object = objectById(this.snapshot, objectId);
    if (!object) return;
    if (this.ui.get().locked.has(objectId)) {
      this.notify(texts.errors.locked, true);
      return;
    }
    this.endPreview();
    this.ui.set({ handId: objectId, label: object.label ?? '', chosenPromptId: null, clicked: null });
    this.live.movePointer(this.ui.get().pointer, objectId);
  }

  putDown(): void {
    this.endPreview();
    this.ui.set({ handId: null, chosenPromptId: null, clicked: null });
    this.live.movePointer(this.ui.get().pointer);
  }

  /** Accepts the object in hand under the label that was typed; the next prompt begins another object. */
  accept(): void {
    this.command(async () => {
      const { hand } = this;
      if (!hand) return;
      const label = this.ui.get().label.trim();
      await this.live.accept({ objectId: hand.id, ...(label === '' ? {} : { label }) });
      if (label !== '') rememberLabel(label);
      if (this.ui.get().handId === hand.id) this.putDown();
      this.announcer.say(texts.said.accepted(label === '' ? null : label));
    });
  }

  /** A locked object cannot be taken in hand or changed from this browser. */
  toggleLock(objectId: string): void {
    const { handId, locked } = this.ui.get();
    this.ui.set({ locked: toggled(locked, objectId) });
    if (handId === objectId) this.putDown();
  }

  remove(objectId: string): void {
    if (this.ui.get().locked.has(objectId)) {
      this.notify(texts.errors.locked, true);
      return;
    }
    this.command(async () => {
      await this.live.removeObject({ objectId });
      if (this.ui.get().handId === objectId) this.putDown();
      this.announcer.say(texts.said.removed);
    });
  }

  /** Chooses the candidate `by` places further, around the end; keys come faster than the server's answers. */
  cycleCandidate(by: number): void {
    const { hand, selecting } = this;
    const count = hand?.candidates.length ?? 0;
    if (!hand || count < 2) return;
    const from = selecting?.objectId === hand.id ? selecting.index : chosenCandidate(hand)?.index;
    this.selectCandidate(((from ?? 0) + by + count) % count);
  }

  selectCandidate(index: number): void {
    const { hand } = this;
    const candidate = hand?.candidates[index];
    if (!hand || !candidate) return;
    const selecting = { objectId: hand.id, index };
    this.selecting = selecting;
    this.command(async () => {
      try {
        await this.live.select(selecting);
      } finally {
        if (this.selecting === selecting) this.selecting = null;
      }
      this.announcer.say(texts.said.candidate(index + 1, hand.candidates.length, candidate.predictedIou));
    });
  }

  undo(): void {
    this.step(() => this.live.undo(), texts.said.undone, texts.said.nothingToUndo);
  }

  redo(): void {
    this.step(() => this.live.redo(), texts.said.redone, texts.said.nothingToRedo);
  }

  notify(text: string, isError: boolean): void {
    this.ui.set({ notice: { text, isError } });
  }

  private step(run: () => Promise<{ objectId: string } | null>, done: string, nothing: string): void {
    this.endPreview();
    this.ui.set({ clicked: null });
    this.command(async () => {
      const step = await run();
      this.announcer.say(step ? done : nothing);
      // Whoever takes back an acceptance wants to go on with the object.
      const object = step && objectById(this.snapshot, step.objectId);
      if (object?.status === 'DRAFT') this.take(object.id);
    });
  }

  /** Shows what the prompts would give, unless something else has happened by then. */
  private async preview(objectId: string | null, prompts: readonly PromptInput[], time: number): Promise<void> {
    if (this.snapshot.status !== 'READY') return;
    const number = this.previewNumber;
    try {
      const candidates = await this.live.preview({ objectId: objectId ?? undefined, prompts });
      if (candidates === null || number !== this.previewNumber) return;
      this.ui.set({ preview: candidates[0] ?? null });
      this.onPainted(() => this.timer.finish('preview', time));
    } catch {
      // A preview that fails is not worth a word: the next one comes with the next move.
      if (number === this.previewNumber) this.ui.set({ preview: null });
    }
  }

  private canPrompt(): boolean {
    const { handId, locked } = this.ui.get();
    return this.isOpen && (handId === null || !locked.has(handId));
  }

  private async addPrompts(prompts: readonly PromptInput[], time: number): Promise<void> {
    const { handId } = this.ui.get();
    const { objectId, revision } = await this.live.addPrompts({ objectId: handId ?? undefined, prompts });
    this.awaited = { objectId, revision, time };
    if (handId === null) {
      this.ui.set({ handId: objectId });
      this.live.movePointer(this.ui.get().pointer, objectId);
    }
    this.follow(this.snapshot);
  }

  /** Runs after the commands before it; a failure is shown. @param after runs in either case. */
  private command(run: () => Promise<void>, after: () => void = () => undefined): void {
    this.commands = this.commands
      .then(run)
      .catch((error: unknown) => {
        this.ui.set({ clicked: null });
        if (!this.closed) this.notify(describeError(error), true);
      })
      .then(after);
  }

  /** Takes note of what the session says now. */
  private follow(snapshot: SessionSnapshot): void {
    const { handId, chosenPromptId } = this.ui.get();
    const hand = objectById(snapshot, handId);
    // Somebody may have removed it, or an undo took it away.
    if (handId !== null && !hand && this.awaited?.objectId !== handId) this.putDown();
    if (hand && !hand.prompts.some(({ id }) => id === chosenPromptId)) this.ui.set({ chosenPromptId: null });
    const { awaited } = this;
    const object = objectById(snapshot, awaited?.objectId ?? null);
    if (!awaited || !object) return;
    const answered = (object.candidatesRevision ?? 0) >= awaited.revision;
    if (!answered && object.failure === null) return;
    this.awaited = null;
    this.ui.set({ clicked: null });
    this.announcer.sayFound(object);
    if (answered) this.onPainted(() => this.timer.finish('prompt', awaited.time));
  }

  private async followPeople(): Promise<void> {
    for await (const people of this.live.presence()) this.ui.set({ people });
  }
}
