import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { texts } from '../texts.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';

/** Says what the session waits for, or why it takes no prompts. */
export function ProgressPill({ annotator }: { readonly annotator: Annotator }): VNode | null {
  const progress = useSelected(annotator.session, (session) => session.progress);
  const encoding = progress.status === 'ENCODING';
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    if (!encoding) return;
    const begun = performance.now() - 1000 * (progress.encodingSeconds ?? 0);
    const tick = () => setSeconds((performance.now() - begun) / 1000);
    tick();
    const timer = setInterval(tick, 500);
    return () => clearInterval(timer);
  }, [encoding, progress]);
  const text = {
    QUEUED: () => texts.session.queued(progress.queuePosition ?? 0),
    ENCODING: () => texts.session.encoding(seconds),
    READY: () => null,
    FAILED: () => texts.session.encodingFailed(progress.failure?.message ?? ''),
    CLOSED: () => texts.session.closed,
  }[progress.status]();
  if (text === null) return null;
  return (
    <div class="pill" role="status">
      {(encoding || progress.status === 'QUEUED') && <span class="spinner" aria-hidden="true" />}
      {text}
    </div>
  );
}
