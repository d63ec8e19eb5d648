import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { texts } from '../texts.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';

/** A model that is loaded within this time, as a small decoder is, is not worth a word to someone who works. */
const SHORT_LOAD_SECONDS = 0.4;

/** Says what the session waits for, or why it takes no prompts. */
export function ProgressPill({ annotator }: { readonly annotator: Annotator }): VNode | null {
  const progress = useSelected(annotator.session, (session) => session.progress);
  const { status, modelLoading } = progress;
  const begun = modelLoading?.seconds ?? progress.encodingSeconds;
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (begun === null) {
      setSeconds(0);
      return;
    }
    const start = performance.now() - 1000 * begun;
    const tick = () => setSeconds((performance.now() - start) / 1000);
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [begun, progress]);
  const loading = modelLoading ? texts.session.modelLoading[modelLoading.stage](seconds) : null;
  const place = progress.queuePosition ?? 0;
  const text = {
    QUEUED: () => (place === 0 ? loading : null) ?? texts.session.queued(place),
    ENCODING: () => loading ?? texts.session.encoding(seconds),
    READY: () => (seconds >= SHORT_LOAD_SECONDS ? loading : null),
    FAILED: () => texts.session.encodingFailed(progress.failure?.message ?? ''),
    CLOSED: () => texts.session.closed,
  }[status]();
  if (text === null) return null;
  return (
    <div class="pill" role="status">
      {status !== 'FAILED' && status !== 'CLOSED' && <span class="spinner" aria-hidden="true" />}
      {text}
    </div>
  );
}
