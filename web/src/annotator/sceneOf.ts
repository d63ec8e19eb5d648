import type { PresentParticipant, SegmentedObject, SessionSnapshot } from 'maskwire/client';
import type { ImageLevels } from '../canvas/imageLevels.js';
import type { Box, LiveScene, Scene, SceneMarker, SceneMask } from '../canvas/scene.js';
import type { Point, View } from '../canvas/view.js';
import { colorOf } from './colors.js';
import { chosenCandidate, objectById } from './sessionObject.js';
import type { UiState } from './uiState.js';

/** The colour of the preview before there is an object. */
const PREVIEW_COLOR = '#ffffff';

/**
 * Makes scenes of states. The masks that stand keep their identity for as long as none of them changes, so that the stage
 * draws them again only then.
 */
export class SceneMaker {
  private masks: readonly SceneMask[] = [];

  constructor(private readonly me: string) {}

  make(snapshot: SessionSnapshot, ui: UiState, image: ImageLevels | null, view: View): Scene {
    const holders = ui.people.filter(({ id, objectId }) => id !== this.me && objectId !== null);
    const masks = snapshot.objects
      .filter(({ id }) => id !== ui.handId && !ui.hidden.has(id))
      .flatMap((object) => sceneMask(snapshot, object, this.me, holders) ?? []);
    if (!areSame(masks, this.masks)) this.masks = masks;
    return { image, masks: this.masks, live: liveScene(snapshot, ui, view, this.me) };
  }
}

function sceneMask(
  snapshot: SessionSnapshot,
  object: SegmentedObject,
  me: string,
  holders: readonly PresentParticipant[],
): SceneMask | null {
  const candidate = chosenCandidate(object);
  if (!candidate?.boundingBox) return null;
  const draft = object.status === 'DRAFT';
  const holder = holders.find(({ objectId }) => objectId === object.id);
  return {
    mask: candidate.mask.rle,
    bounds: candidate.boundingBox,
    color: holder?.color ?? colorOf(snapshot, object.id),
    draft,
    faint: draft && object.createdBy.id !== me,
  };
}

function areSame(some: readonly SceneMask[], others: readonly SceneMask[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ mask, color, draft, faint }, i) => {
      const other = others[i];
      return mask === other?.mask && color === other.color && draft === other.draft && faint === other.faint;
    })
  );
}

function liveScene(snapshot: SessionSnapshot, ui: UiState, { scale }: View, me: string): LiveScene {
  const hand = objectById(snapshot, ui.handId);
  const hovered = ui.hoveredId === ui.handId ? null : objectById(snapshot, ui.hoveredId);
  const hoveredMask = chosenCandidate(hovered)?.mask.rle;
  const candidate = ui.clicked ?? chosenCandidate(hand);
  const color = hand ? colorOf(snapshot, hand.id) : PREVIEW_COLOR;
  const shown = hand === null || !ui.hidden.has(hand.id);
  return {
    hand: candidate && shown && candidate.area > 0 ? { mask: candidate.mask.rle, color } : null,
    preview: ui.preview && ui.preview.area > 0 ? { mask: ui.preview.mask.rle, color } : null,
    hovered: hovered && hoveredMask ? { mask: hoveredMask, color: colorOf(snapshot, hovered.id) } : null,
    markers: hand || ui.pending.length > 0 ? markers(hand, ui) : [],
    boxes: boxes(hand, ui),
    strokes: ui.strokes,
    brushDiameter: ui.brushSize / scale,
    brushAt: ui.tool === 'brush' ? ui.pointer : null,
    pointers: ui.people.flatMap(({ id, name, color, pointer }) =>
      id === me || !pointer ? [] : [{ name, color, at: pointer }],
    ),
    cursor: ui.cursor,
  };
}

function markers(hand: SegmentedObject | null, ui: UiState): readonly SceneMarker[] {
  const sent = (hand?.prompts ?? []).flatMap((prompt): readonly SceneMarker[] =>
    prompt.__typename === 'PointPrompt'
      ? [
          {
            promptId: prompt.id,
            at: ui.moved?.promptId === prompt.id ? ui.moved.at : prompt,
            background: prompt.label === 'BACKGROUND',
            selected: prompt.id === ui.chosenPromptId,
          },
        ]
      : [],
  );
  const isSent = (at: Point) => sent.some((marker) => marker.at.x === at.x && marker.at.y === at.y);
  const pending = ui.pending
    .filter(({ at }) => !isSent(at))
    .map(({ at, background }) => ({ promptId: null, at, background, selected: false }));
  return [...sent, ...pending];
}

function boxes(hand: SegmentedObject | null, ui: UiState): readonly Box[] {
  if (ui.box) return [ui.box];
  const box = hand?.prompts.find((prompt) => prompt.__typename === 'BoxPrompt');
  return box?.__typename === 'BoxPrompt' ? [box] : [];
}
