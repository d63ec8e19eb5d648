import type { VNode } from 'preact';
import type { ImageLevels } from '../canvas/imageLevels.js';
import { describeError } from '../errors.js';
import { acceptedObjects, cocoJson } from '../export/coco.js';
import { cutoutPng } from '../export/cutout.js';
import { labelMapPng } from '../export/labelMap.js';
import { svgOf } from '../export/svg.js';
import { texts } from '../texts.js';
import { Icon } from '../ui/Icon.js';
import { Popup } from '../ui/Popup.js';
import type { Annotator } from './annotator.js';
import { chosenCandidate } from './sessionObject.js';

/** Ways to take the masks along. */
export function ExportMenu(properties: { readonly annotator: Annotator; readonly image: ImageLevels | null }): VNode {
  const { annotator, image } = properties;
  const entries = [
    { title: texts.export.coco, more: texts.export.cocoMore, run: () => saveCoco(annotator) },
    { title: texts.export.labelMap, more: texts.export.labelMapMore, run: () => saveLabelMap(annotator) },
    { title: texts.export.cutout, more: texts.export.cutoutMore, run: () => saveCutout(annotator, image) },
    { title: texts.export.svg, more: texts.export.svgMore, run: () => copySvg(annotator) },
  ];
  const start = async (run: () => void | Promise<void>) => {
    try {
      await run();
    } catch (error) {
      annotator.notify(`${texts.export.failed}: ${describeError(error)}`, true);
    }
  };
  return (
    <Popup
      label={texts.export.label}
      buttonClass="button with-icon"
      button={
        <>
          <Icon name="download" />
          <span class="wide-only">{texts.export.label}</span>
        </>
      }
    >
      {(close) => (
        <ul class="menu">
          {entries.map(({ title, more, run }) => (
            <li key={title}>
              <button
                type="button"
                onClick={() => {
                  close();
                  void start(run);
                }}
              >
                {title}
                <span class="quiet">{more}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Popup>
  );
}

// Each throws an Error whose message is for people.

function saveCoco({ snapshot }: Annotator): void {
  assertSome(acceptedObjects(snapshot));
  save(new Blob([cocoJson(snapshot)], { type: 'application/json' }), `${fileName(snapshot.title)}.coco.json`);
}

async function saveLabelMap({ snapshot }: Annotator): Promise<void> {
  const masks = acceptedObjects(snapshot).flatMap((object) => chosenCandidate(object)?.mask.rle ?? []);
  assertSome(masks);
  save(await labelMapPng(masks, snapshot.image), `${fileName(snapshot.title)}.labels.png`);
}

async function saveCutout(annotator: Annotator, image: ImageLevels | null): Promise<void> {
  const candidates = meant(annotator).flatMap((object) => chosenCandidate(object) ?? []);
  assertSome(candidates);
  if (!image) return;
  save(await cutoutPng(image, candidates), `${fileName(annotator.snapshot.title)}.cutout.png`);
}

async function copySvg(annotator: Annotator): Promise<void> {
  const objects = meant(annotator);
  assertSome(objects);
  await navigator.clipboard.writeText(svgOf(annotator.snapshot, objects));
  annotator.notify(texts.export.svgCopied, false);
}

/** The object in hand where it has a mask, else all accepted ones. */
function meant({ hand, snapshot }: Annotator) {
  return hand && (chosenCandidate(hand)?.area ?? 0) > 0 ? [hand] : acceptedObjects(snapshot);
}

function assertSome(list: readonly unknown[]): void {
  if (list.length === 0) throw new Error(texts.export.nothing);
}

function fileName(title: string): string {
  return title.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || texts.name;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has taken hold of the data by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
