import type { VNode } from 'preact';
import { recentLabels } from '../recentLabels.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';

/** The labels to offer while typing: those of this browser, the latest first, then the session's. */
export function LabelSuggestions(properties: { readonly id: string; readonly annotator: Annotator }): VNode {
  const objects = useSelected(properties.annotator.session, (session) => session.objects);
  const used = objects.flatMap(({ label }) => (label === null ? [] : [label]));
  return (
    <datalist id={properties.id}>
      {[...new Set([...recentLabels(), ...used])].map((label) => (
        <option key={label} value={label} />
      ))}
    </datalist>
  );
}
