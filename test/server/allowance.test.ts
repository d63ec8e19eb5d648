import { describe, expect, it } from 'vitest';
import { Allowance } from '#src/server/allowance.js';
import { configWith } from '#src/server/config.js';

/** An allowance with a clock that the test sets. */
function allowanceOf(perSecond: number, burst: number) {
  const clock = { ms: 0 };
  return { clock, allowance: new Allowance(perSecond, burst, () => clock.ms) };
}

const takeMany = (allowance: Allowance, count: number) => Array.from({ length: count }, () => allowance.take());

describe('an allowance', () => {
  it('lets a burst pass, then says how long to wait, then that it is too much', () => {
    const { allowance } = allowanceOf(10, 5);
    takeMany(allowance, 5);
    expect(allowance.overdrawnMs).toBe(0);
    expect(takeMany(allowance, 5)).toEqual([true, true, true, true, true]);
    expect(allowance.overdrawnMs).toBe(500);
    expect(takeMany(allowance, 3)).toEqual([false, false, false]);
    expect(allowance.overdrawnMs).toBe(600);
  });

  it('grows with time, up to a burst', () => {
    const { allowance, clock } = allowanceOf(10, 5);
    takeMany(allowance, 7);
    clock.ms = 150;
    expect(allowance.overdrawnMs).toBe(50);
    clock.ms = 200;
    expect(allowance.overdrawnMs).toBe(0);
    clock.ms = 1e9;
    takeMany(allowance, 6);
    expect(allowance.overdrawnMs).toBe(100);
  });

  it('by default holds for hours of a preview and a pointer at each of 120 frames a second', () => {
    const { maxMessagesPerSecond, maxMessageBurst } = configWith({});
    const { allowance, clock } = allowanceOf(maxMessagesPerSecond, maxMessageBurst);
    for (let frame = 0; frame < 120 * 3600; frame++) {
      clock.ms += 1000 / 120;
      takeMany(allowance, 2);
      if (allowance.overdrawnMs > 0) throw new Error(`The allowance was used up at frame ${frame}.`);
    }
  });
});
