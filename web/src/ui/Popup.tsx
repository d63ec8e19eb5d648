import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** A button that opens a small box below it. Escape, a press elsewhere or leaving it with the focus closes it. */
export function Popup(properties: {
  readonly label: string;
  readonly buttonClass: string;
  readonly button: ComponentChildren;
  /** @param close closes the box and gives the focus back to the button. */
  readonly children: (close: () => void) => ComponentChildren;
}): VNode {
  const { label, buttonClass, button, children } = properties;
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    place.current?.querySelector<HTMLElement>('.popup button, .popup input')?.focus();
    const leave = (event: Event) => {
      if (event.target instanceof Node && place.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', leave);
    document.addEventListener('focusin', leave);
    return () => {
      document.removeEventListener('pointerdown', leave);
      document.removeEventListener('focusin', leave);
    };
  }, [open]);
  return (
    <div
      class="popup-place"
      ref={place}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        type="button"
        class={buttonClass}
        ref={opener}
        aria-label={label}
        title={label}
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        {button}
      </button>
      {open && <div class="popup">{children(close)}</div>}
    </div>
  );
}
