import { describe, expect, it } from 'vitest';
import { Course, MAX_CLICKS, type Offer } from '#src/evaluate/course.js';
import { draw, runsOf } from '../masks/samples.js';

const embedding = { tensors: {}, original: { width: 9, height: 5 }, content: { width: 9, height: 5 } };
const TRUTH = ['.........', '.#####...', '.#####...', '.#####...', '.........'];

function courseOf(...rows: string[]): Course {
  return new Course(embedding, runsOf(draw(...rows)));
}

function offer(...rows: string[]): Offer {
  return { predictedIou: 0.5, mask: runsOf(draw(...rows)), logits: Float32Array.of(rows.length) };
}

describe('Course', () => {
  it('clicks first at the centre of the object, without logits', () => {
    expect(courseOf(...TRUTH).nextItem()).toEqual({
      embedding,
      prompts: [{ kind: 'point', x: 2.5, y: 2.5, label: 'FOREGROUND' }],
      previousLogits: null,
    });
  });

  it.each([
    // The left part is missed: three rows of three columns.
    ['FOREGROUND', 2, 2, ['.........', '....##...', '....##...', '....##...', '.........']],
    // Three rows of three columns too much at the right.
    ['BACKGROUND', 7, 2, ['.........', '.########', '.########', '.########', '.........']],
    // As far inside on both sides: what is missed comes first.
    ['FOREGROUND', 2, 2, ['.........', '....#####', '....#####', '....#####', '.........']],
  ] as const)('clicks at the centre of the larger error next: %s at %d, %d', (label, x, y, rows) => {
    const course = courseOf(...TRUTH);
    course.nextItem();
    const choice = offer(...rows);
    course.take([choice], 1);
    const item = course.nextItem();
    expect(item?.prompts.slice(1)).toEqual([{ kind: 'point', x: x + 0.5, y: y + 0.5, label }]);
    expect(item?.previousLogits).toBe(choice.logits);
  });

  it('takes the first offer for the model’s choice, and scores all offers of the first click alone', () => {
    const course = courseOf(...TRUTH);
    course.nextItem();
    const half = offer('.........', '.#####...', '.........', '.........', '.........');
    expect(course.take([half, offer(...TRUTH)], 3)).toBe(half.mask);
    course.nextItem();
    course.take([offer(...TRUTH), half], 4);
    expect(course.trial()).toMatchObject({
      candidates: [{ iou: 1 / 3 }, { iou: 1 }],
      clicks: [{ iou: 1 / 3, x: 2, y: 2 }, { iou: 1 }],
      decodeMs: [3, 4],
    });
  });

  it('asks with the tight box, and keeps its score apart from the clicks', () => {
    const course = courseOf(...TRUTH);
    expect(course.boxItem().prompts).toEqual([{ kind: 'box', x: 1, y: 1, width: 5, height: 3 }]);
    course.takeBox([offer(...TRUTH)], 1);
    expect(course.trial()).toMatchObject({ box: { iou: 1 }, clicks: [] });
  });

  it('ends where no error is left', () => {
    const course = courseOf(...TRUTH);
    course.nextItem();
    course.take([offer(...TRUTH)], 1);
    expect(course.nextItem()).toBeNull();
  });

  it.each([
    ['ten clicks where an IoU of .9 was reached', 10, [...TRUTH.slice(0, 4), '.#.......']],
    ['twenty clicks where it was not', MAX_CLICKS, [...TRUTH.slice(0, 4), '.##......']],
  ])('makes %s', (_, clicks, rows) => {
    const course = courseOf(...TRUTH);
    while (course.nextItem()) course.take([offer(...rows)], 1);
    expect(course.clicks).toHaveLength(clicks);
  });
});
