/** How often a line is written where there is no terminal to draw a bar on. */
const LINE_EVERY_MS = 10_000;
const BAR_WIDTH = 30;

/**
 * Tells on standard error how far a long command is: a bar on a terminal, else a line now and then.
 * @param total of `unit`; more than 0.
 * @param begun how many are done already: they say nothing about the time that is left.
 */
export function progressOf(total: number, unit: string, begun: number): (done: number) => void {
  const started = performance.now();
  let told = -Infinity;
  return (done) => {
    const now = performance.now();
    const seconds = (now - started) / 1000;
    const left = done > begun ? ((total - done) * seconds) / (done - begun) : Infinity;
    const rest = done < total && Number.isFinite(left) ? `, about ${Math.ceil(left)} s left` : '';
    const text = `${done} of ${total} ${unit}, ${seconds.toFixed(0)} s${rest}`;
    if (process.stderr.isTTY) {
      const filled = Math.round((done / total) * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      process.stderr.write(`\r\x1b[K${bar} ${text}${done === total ? '\n' : ''}`);
    } else if (done === total || now - told >= LINE_EVERY_MS) {
      told = now;
      process.stderr.write(`${text}\n`);
    }
  };
}
