import { texts } from '../texts.js';
import type { StageControl } from './stageControl.js';

/** A key or several that do the same kind of thing. */
export interface Shortcut {
  /** As shown in the help. */
  readonly shown: string;
  readonly text: string;
  /** @returns whether the key was meant for it. */
  readonly run: (event: KeyboardEvent, control: StageControl) => boolean;
}

/** CSS pixels that an arrow key moves the cursor by. */
const STEP = 24;
const SMALL_STEP = 2;
const ZOOM = 1.25;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * The keys of the annotator, all of them within reach of the left hand or with a modifier that browsers leave free.
 * They work wherever the focus is, except in text fields; arrows, Space and Enter only where the stage has it.
 */
export const SHORTCUTS: readonly Shortcut[] = [
  {
    shown: '← ↑ → ↓',
    text: texts.keys.cursor,
    run: (event, control) => {
      const arrow = ARROWS[event.key];
      if (!arrow || !control.hasFocus) return false;
      const step = event.shiftKey ? SMALL_STEP : STEP;
      control.moveCursor(arrow[0] * step, arrow[1] * step, event.timeStamp);
      return true;
    },
  },
  {
    shown: 'Space',
    text: texts.keys.prompt,
    // Space down may begin a pan, so the prompt is given when it comes up: see StageControl.
    run: () => false,
  },
  {
    shown: 'Enter',
    text: texts.keys.accept,
    run: key('Enter', ({ annotator, hasFocus }) => hasFocus && (annotator.accept(), true)),
  },
  { shown: 'Esc', text: texts.keys.escape, run: key('Escape', (control) => (control.escape(), true)) },
  {
    shown: 'Del',
    text: texts.keys.remove,
    run: (event, control) => (event.key === 'Delete' || event.key === 'Backspace') && control.remove(),
  },
  tool('1', 'p', 'point'),
  tool('2', 'n', 'background'),
  tool('3', 'b', 'box'),
  tool('4', 'm', 'brush'),
  tool('5', 'v', 'select'),
  {
    shown: ']  [',
    text: texts.keys.candidates,
    run: (event, { annotator }) => {
      if (event.key !== ']' && event.key !== '[') return false;
      annotator.cycleCandidate(event.key === ']' ? 1 : -1);
      return true;
    },
  },
  { shown: 'K', text: texts.keys.points, run: key('k', ({ annotator }) => (annotator.choosePoint(), true)) },
  {
    shown: 'Ctrl+Z  Ctrl+Shift+Z',
    text: texts.keys.undo,
    run: (event, { annotator }) => {
      if (!event.ctrlKey && !event.metaKey) return false;
      const pressed = event.key.toLowerCase();
      if (pressed === 'y' || (pressed === 'z' && event.shiftKey)) annotator.redo();
      else if (pressed === 'z') annotator.undo();
      else return false;
      return true;
    },
  },
  { shown: 'L', text: texts.keys.label, run: key('l', (control) => (control.focusLabel(), true)) },
  {
    shown: '+  −  0',
    text: texts.keys.zoom,
    run: (event, control) => {
      if (event.key === '+' || event.key === '=') control.zoomBy(ZOOM);
      else if (event.key === '-') control.zoomBy(1 / ZOOM);
      else if (event.key === '0') control.fit();
      else return false;
      return true;
    },
  },
  {
    shown: ',  .',
    text: texts.keys.brushSize,
    run: (event, { annotator }) => {
      if (event.key !== ',' && event.key !== '.') return false;
      annotator.resizeBrush(event.key === '.' ? ZOOM : 1 / ZOOM);
      return true;
    },
  },
  {
    shown: 'T',
    text: texts.keys.timing,
    run: key('t', ({ annotator: { ui } }) => (ui.set({ timingShown: !ui.get().timingShown }), true)),
  },
  {
    shown: '?',
    text: texts.keys.help,
    run: key('?', ({ annotator: { ui } }) => (ui.set({ helpShown: !ui.get().helpShown }), true)),
  },
];

function key(name: string, run: (control: StageControl) => boolean): Shortcut['run'] {
  return (event, control) => event.key.toLowerCase() === name.toLowerCase() && plain(event) && run(control);
}

function tool(digit: string, letter: string, name: 'point' | 'background' | 'box' | 'brush' | 'select'): Shortcut {
  return {
    shown: `${digit}  ${letter.toUpperCase()}`,
    text: texts.keys[name],
    run: (event, { annotator }) => {
      if (!plain(event) || (event.key !== digit && event.key.toLowerCase() !== letter)) return false;
      annotator.useTool(name);
      return true;
    },
  };
}

function plain(event: KeyboardEvent): boolean {
  return !event.ctrlKey && !event.metaKey && !event.altKey;
}
