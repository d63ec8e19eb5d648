import type { PresentParticipant, SegmentedObject, SessionSnapshot } from 'maskwire/client';
import type { ImageLevels } from '../canvas/imageLevels.js';
import type { Box, LiveScene, Scene, SceneMarker, SceneMask } from '../canvas/scene.js';
import type { Point, View } from '../canvas/view.js';
import { chosenCandidate, colorOf, objectById } from './sessionObject.js';
import type { UiState } from './uiState.js';

/** The colour of the preview before there is an object. */
const PREVIEW_COLOR = '#ffffff';

/**
 * Makes scenes of states. Parts whose sources did not change keep their identity, so that the stage draws only layers
 * that did.
 */
export class SceneMaker {
  private masksKey: readonly unknown[] = [];
  private masks: readonly SceneMask[] = [];

  constructor(private readonly me: string) {}

  make(snapshot: SessionSnapshot, ui: UiState, image: ImageLevels | null, view: View): Scene {
    return { image, masks: this.masksOf(snapshot, ui), live: liveScene(snapshot, ui, view, this.me) };
  }

  private masksOf(snapshot: SessionSnapshot, ui: UiState): readonly SceneMask[] {
    const holders = ui.people.filter(({ id, objectId }) => id !== this.me && objectId !== null);
    const held = holders.map(({ id, objectId }) => `${id} ${objectId ?? ''}`).join();
    const key = [snapshot.objects, ui.hidden, ui.handId, ui.hoveredId, held];
    if (key.every((value, i) => value === this.masksKey[i])) return this.masks;
    this.masksKey = key;
    this.masks = snapshot.objects
      .filter(({ id }) => id !== ui.handId && !ui.hidden.has(id))
      .flatMap((object) => sceneMask(object, ui, this.me, holders));
    return this.masks;
  }
}

function sceneMask(
  object: SegmentedObject,
  ui: UiState,
  me: string,
  holders: readonly PresentParticipant[],
): readonly SceneMask[] {
  const candidate = chosenCandidate(object);
  if (!candidate?.boundingBox) return [];
  const draft = object.status === 'DRAFT';
  const holder = holders.find(({ objectId }) => objectId === object.id);
  return [
    {
      mask: candidate.mask.rle,
      bounds: candidate.boundingBox,
      color: holder?.color ?? colorOf(object.id),
      draft,
      faint: draft && object.createdBy.id !== me,
      emphasised: object.id === ui.hoveredId,
    },
  ];
}

function liveScene(snapshot: SessionSnapshot, ui: UiState, { scale }: View, me: string): LiveScene {
  const hand = objectById(snapshot, ui.handId);
  const candidate = ui.clicked ?? chosenCandidate(hand);
  const color = hand ? colorOf(hand.id) : PREVIEW_COLOR;
  const shown = hand === null || !ui.hidden.has(hand.id);
  return {
    hand: candidate && shown && candidate.area > 0 ? { mask: candidate.mask.rle, color } : null,
    preview: ui.preview && ui.preview.area > 0 ? { mask: ui.preview.mask.rle, color } : null,
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
