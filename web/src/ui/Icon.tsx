import type { VNode } from 'preact';

// Drawn on a grid of 24, with lines of 1.75.
const PATHS = {
  point: 'M12 5v14M5 12h14',
  background: 'M5 12h14',
  box: 'M5 7h14v10H5zM5 7v.01M19 7v.01M5 17v.01M19 17v.01',
  brush: 'M4 20c3 0 5-1 5-3.5a2.5 2.5 0 0 0-5 0C4 18 3.5 19 3 20zM9 14l9.5-9.500a2 2 0 0 1 3 3L12 17',
  select: 'M5 4l6 16 2.5-6.500L20 11z',
  undo: 'M9 14L4 9l5-5M4 9h9a6 6 0 0 1 0 12h-3',
  redo: 'M15 14l5-5-5-5M20 9h-9a6 6 0 0 0 0 12h3',
  zoomIn: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5M11 8v6M8 11h6',
  zoomOut: 'M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5M8 11h6',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  eye: 'M2 12s3.5-7 10-7 10 7 10 7-3.5 7-10 7-10-7-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z',
  eyeOff:
    'M4 4l16 16M10 5.200A9.5 9.5 0 0 1 12 5c6.5 0 10 7 10 7a17 17 0 0 1-3 3.800M6.5 6.800A16 16 0 0 0 2 12s3.5 7 10 7a9.6 9.6 0 0 0 4.5-1.100M9.9 9.900a3 3 0 0 0 4.2 4.2',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  unlock: 'M6 11h12v9H6zM8.5 11V7a3.5 3.5 0 0 1 6.7-1.4',
  remove: 'M5 7h14M10 4h4M7 7l1 13h8l1-13M10 11v5M14 11v5',
  check: 'M4 12.500l5.5 5.500L20 7',
  close: 'M6 6l12 12M18 6L6 18',
  link: 'M10 14a4 4 0 0 0 6 .400l3-3a4 4 0 0 0-5.7-5.700l-1.5 1.500M14 10a4 4 0 0 0-6-.400l-3 3a4 4 0 0 0 5.7 5.700l1.5-1.5',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  help: 'M9 9a3 3 0 1 1 4.5 2.600c-1 .6-1.5 1.2-1.5 2.400M12 18v.01',
  home: 'M4 11l8-7 8 7M6 10v10h12V10',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9v.01',
  panel: 'M4 5h16v14H4zM15 5v14',
  down: 'M6 9l6 6 6-6',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside or instead of a text; the text must be given elsewhere. */
export function Icon({ name }: { readonly name: IconName }): VNode {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
