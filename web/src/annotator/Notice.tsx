import type { VNode } from 'preact';
import { useEffect } from 'preact/hooks';
import { texts } from '../texts.js';
import { IconButton } from '../ui/IconButton.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';

/** How long good news is shown, in milliseconds. */
const SHOWN = 5000;

/** What just went wrong, or went well without being seen. */
export function Notice({ annotator }: { readonly annotator: Annotator }): VNode {
  const notice = useSelected(annotator.ui, (ui) => ui.notice);
  useEffect(() => {
    if (!notice || notice.isError) return;
    const timer = setTimeout(() => annotator.ui.set({ notice: null }), SHOWN);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div class="notice-place" role="alert">
      {notice && (
        <p class={`notice ${notice.isError ? 'notice-error' : ''}`}>
          {notice.text}
          <IconButton icon="close" text={texts.dismiss} onClick={() => annotator.ui.set({ notice: null })} />
        </p>
      )}
    </div>
  );
}
