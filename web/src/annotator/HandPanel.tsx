import type { SegmentedObject } from 'maskwire/client';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ImageLevels } from '../canvas/imageLevels.js';
import { texts } from '../texts.js';
import { IconButton } from '../ui/IconButton.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';
import { CandidateThumb } from './CandidateThumb.js';
import { LabelSuggestions } from './LabelSuggestions.js';
import { colorOf } from './colors.js';
import { chosenCandidate, isWaiting, objectById } from './sessionObject.js';
import type { StageControl } from './stageControl.js';

const LABEL_LIST = 'known-labels';
const MAX_LABEL_LENGTH = 200;

/** The object in hand: its candidates, its label, and what can be done with it. */
export function HandPanel(properties: {
  readonly annotator: Annotator;
  readonly image: ImageLevels | null;
  readonly control: StageControl | null;
}): VNode {
  const { annotator, image, control } = properties;
  const handId = useSelected(annotator.ui, (ui) => ui.handId);
  const label = useSelected(annotator.ui, (ui) => ui.label);
  const hand = useSelected(annotator.session, (session) => objectById(session, handId));
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (!control) return;
    control.focusLabel = () => field.current?.select();
  }, [control]);
  return (
    <section class="hand" aria-labelledby="hand-title">
      <h2 id="hand-title">{texts.hand.title}</h2>
      {hand ? <Candidates annotator={annotator} image={image} hand={hand} /> : <p class="quiet">{texts.hand.empty}</p>}
      <form
        class="label-form"
        onSubmit={(event) => {
          event.preventDefault();
          annotator.accept();
          control?.focus();
        }}
      >
        <label for="label-field">{texts.hand.label}</label>
        <div class="label-row">
          <input
            id="label-field"
            ref={field}
            value={label}
            list={LABEL_LIST}
            maxLength={MAX_LABEL_LENGTH}
            autocomplete="off"
            placeholder={texts.hand.labelPlaceholder}
            onInput={({ currentTarget }) => annotator.ui.set({ label: currentTarget.value })}
            onKeyDown={({ key }) => {
              if (key === 'Escape') control?.focus();
            }}
          />
          <button type="submit" class="button primary" disabled={!hand} title={`${texts.hand.accept} (Enter)`}>
            {hand?.status === 'ACCEPTED' ? texts.hand.rename : texts.hand.accept}
          </button>
        </div>
        <LabelSuggestions id={LABEL_LIST} annotator={annotator} />
      </form>
      {hand && (
        <div class="hand-actions">
          <button type="button" class="button" title="Esc" onClick={() => annotator.putDown()}>
            {texts.hand.putDown}
          </button>
          <IconButton icon="remove" text={texts.hand.remove} keys="Del" onClick={() => annotator.remove(hand.id)} />
        </div>
      )}
    </section>
  );
}

function Candidates(properties: {
  readonly annotator: Annotator;
  readonly image: ImageLevels | null;
  readonly hand: SegmentedObject;
}): VNode {
  const { annotator, image, hand } = properties;
  if (hand.failure) return <p class="problem">{texts.hand.failed(hand.failure.message)}</p>;
  if (isWaiting(hand)) return <p class="quiet">{texts.hand.waiting}</p>;
  const chosen = chosenCandidate(hand);
  return (
    <>
      <ul class="candidates" aria-label={texts.hand.candidates}>
        {hand.candidates.map((candidate, i) => (
          <li key={candidate.index}>
            <button
              type="button"
              class="candidate"
              aria-pressed={candidate === chosen}
              aria-label={texts.hand.candidate(i + 1, candidate.predictedIou)}
              onClick={() => annotator.selectCandidate(i)}
            >
              <CandidateThumb image={image} candidate={candidate} color={colorOf(annotator.snapshot, hand.id)} />
              <span>{candidate.predictedIou.toFixed(2)}</span>
            </button>
          </li>
        ))}
      </ul>
      {chosen && (
        <p class="quiet scores">
          {chosen.area === 0
            ? texts.hand.emptyMask
            : `${texts.hand.score} ${chosen.predictedIou.toFixed(2)} · ${texts.hand.stability} ${chosen.stabilityScore.toFixed(2)} · ${texts.hand.area(chosen.area)}`}
        </p>
      )}
    </>
  );
}
