import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { texts } from '../texts.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';
import { SHORTCUTS } from './shortcuts.js';

/** All gestures and keys. */
export function Help({ annotator }: { readonly annotator: Annotator }): VNode {
  const shown = useSelected(annotator.ui, (ui) => ui.helpShown);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (shown) dialog.current?.showModal();
    else dialog.current?.close();
  }, [shown]);
  const close = () => annotator.ui.set({ helpShown: false });
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={close}>
      <header>
        <h2 id="help-title">{texts.help.title}</h2>
        <button type="button" class="button" onClick={close}>
          {texts.help.close}
        </button>
      </header>
      <div class="help-columns">
        <KeyTable title={texts.help.mouse} rows={texts.help.gestures} />
        <KeyTable title={texts.help.keyboard} rows={SHORTCUTS.map((shortcut) => [shortcut.shown, shortcut.text])} />
      </div>
    </dialog>
  );
}

function KeyTable(properties: {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}): VNode {
  return (
    <section>
      <h3>{properties.title}</h3>
      <dl>
        {properties.rows.map(([keys, text]) => (
          <div key={keys}>
            <dt>
              {keys.split('  ').map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
