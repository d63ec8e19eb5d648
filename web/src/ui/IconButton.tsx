import type { VNode } from 'preact';
import { Icon, type IconName } from './Icon.js';

/** A button that shows an icon alone; its text is its name for those who cannot see it and on hover. */
export function IconButton(properties: {
  readonly icon: IconName;
  readonly text: string;
  readonly onClick: () => void;
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}): VNode {
  const { icon, text, onClick, keys, pressed, disabled = false } = properties;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={text}
      aria-pressed={pressed}
      title={keys === undefined ? text : `${text} (${keys})`}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
