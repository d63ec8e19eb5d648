import type { VNode } from 'preact';
import { texts } from '../texts.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';

/** How long the last prompt and the last preview took, where somebody asked for it. */
export function TimingBadge({ annotator }: { readonly annotator: Annotator }): VNode | null {
  const shown = useSelected(annotator.ui, (ui) => ui.timingShown);
  const { preview, prompt } = useSelected(annotator.timer.timings, (timings) => timings);
  if (!shown) return null;
  return (
    <dl class="timing">
      <dt>{texts.timing.label}</dt>
      <dd>{preview === null ? texts.timing.none : texts.timing.preview(preview)}</dd>
      {prompt !== null && <dd>{texts.timing.click(prompt)}</dd>}
    </dl>
  );
}
