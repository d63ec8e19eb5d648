/** Shows how far something is. */
export interface ProgressBar {
  /** @param total null where nobody knows. */
  update(done: number, total: number | null): void;
  /** Leaves the last state on the screen. */
  end(): void;
}

const WIDTH = 30;
const REDRAW_MS = 100;
/** Without a terminal: a line for each of these shares. */
const LINES = 10;

/**
 * A bar that is redrawn in place on a terminal; elsewhere, such as in a log, a line for each tenth.
 * @param label what is under way, such as a file's name.
 */
export function progressBar(label: string, stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  return stream.isTTY ? terminalBar(label, stream) : lines(label, stream);
}

function terminalBar(label: string, stream: NodeJS.WriteStream): ProgressBar {
  let drawnAt = -Infinity;
  let last = '';
  const draw = (text: string) => stream.write(`\r${text}\u001b[K`);
  return {
    update(done, total) {
      const share = total ? Math.min(1, done / total) : 0;
      const full = Math.round(share * WIDTH);
      last = `${label} [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${amount(done, total)}`;
      if (performance.now() - drawnAt < REDRAW_MS) return;
      drawnAt = performance.now();
      draw(last);
    },
    end() {
      draw(`${last}\n`);
    },
  };
}

function lines(label: string, stream: NodeJS.WriteStream): ProgressBar {
  let told = -1;
  return {
    update(done, total) {
      const step = total ? Math.floor((LINES * done) / total) : 0;
      if (step <= told) return;
      told = step;
      stream.write(`${label} ${amount(done, total)}\n`);
    },
    end: () => undefined,
  };
}

function amount(done: number, total: number | null): string {
  if (total === null) return mebibytes(done);
  return `${Math.floor((100 * done) / Math.max(1, total))} % of ${mebibytes(total)}`;
}

/** Bytes as people read them: `12.3 MiB`. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
