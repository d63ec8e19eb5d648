import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  acceptObject,
  addPrompts,
  redo,
  removeObject,
  removePrompts,
  selectCandidate,
  undo,
} from '#src/sessions/commands.js';
import { nextDecode } from '#src/sessions/decode.js';
import { DEFAULT_SESSION_LIMITS } from '#src/sessions/limits.js';
import type { Entry } from '#src/sessions/log.js';
import { emptyState, fold, stepsOf, UNDO_DEPTH, visibleObjects, type SessionState } from '#src/sessions/state.js';
import { ADA, attempts, BO, History, point, SESSION } from './history.js';

/** What people see, without the counters that grow with every change. */
function picture(state: SessionState) {
  return visibleObjects(state).map(({ id, status, label, prompts }) => ({ id, status, label, prompts }));
}

function foldAll(entries: readonly Entry[], from = emptyState(SESSION)): SessionState {
  return entries.reduce(fold, from);
}

describe('any history', () => {
  it('folds to the same state in one go, in two parts, and after going through the log’s JSON', () => {
    fc.assert(
      fc.property(attempts, fc.nat(), (tried, cut) => {
        const history = new History();
        for (const attempt of tried) history.attempt(attempt);
        const { entries } = history;
        const at = cut % (entries.length + 1);
        const stored = JSON.parse(JSON.stringify(entries)) as Entry[];
        expect(foldAll(stored.slice(at), foldAll(stored.slice(0, at)))).toEqual(history.state);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps every object whole: one box at most, distinct prompts, a selection that exists, a decode for open prompts', () => {
    fc.assert(
      fc.property(attempts, (tried) => {
        const history = new History();
        for (const attempt of tried) {
          history.attempt(attempt);
          for (const object of history.state.objects.values()) {
            const { prompts, candidates, candidatesRevision, selected, promptsRevision } = object;
            expect(prompts.filter(({ kind }) => kind === 'box').length).toBeLessThanOrEqual(1);
            expect(new Set(prompts.map(({ id }) => id)).size).toBe(prompts.length);
            expect(selected).toBeLessThan(Math.max(1, candidates.length));
            const answered = candidatesRevision !== null && candidatesRevision >= promptsRevision;
            expect(nextDecode(object) === null).toBe(!object.exists || prompts.length === 0 || answered);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('shows after undo and redo what it showed before, whoever did what in it', () => {
    fc.assert(
      fc.property(attempts, (tried) => {
        const history = new History();
        for (const attempt of tried) history.attempt(attempt);
        const before = picture(history.state);
        const steps = stepsOf(history.state, ADA.id).undoable.length;
        for (let i = 0; i < steps; i++) expect(history.apply(undo(ADA), ADA)).not.toBeNull();
        expect(history.apply(undo(ADA), ADA)).toBeNull();
        for (let i = 0; i < steps; i++) expect(history.apply(redo(ADA), ADA)).not.toBeNull();
        expect(picture(history.state)).toEqual(before);
      }),
      { numRuns: 300 },
    );
  });

  it('takes back nobody else’s prompts', () => {
    fc.assert(
      fc.property(attempts, (tried) => {
        const history = new History();
        for (const attempt of tried) history.attempt(attempt);
        const others = (state: SessionState) =>
          visibleObjects(state).flatMap(({ prompts }) =>
            prompts.filter(({ createdBy }) => createdBy.id !== ADA.id).map(({ id }) => id),
          );
        const before = others(history.state);
        const object = history.apply(addPrompts(ADA, { prompts: [point(1)] }), ADA);
        expect(object).toMatchObject({ type: 'PromptsAdded' });
        history.apply(undo(ADA), ADA);
        expect(others(history.state)).toEqual(before);
      }),
    );
  });
});

describe('undo', () => {
  it('leaves an object standing on the prompts that others gave it', () => {
    const history = new History();
    history.apply(addPrompts(ADA, { prompts: [point(1)] }), ADA);
    const [{ id } = { id: '' }] = visibleObjects(history.state);
    history.apply(addPrompts(BO, { objectId: id, prompts: [point(2)] }), BO);
    history.apply(undo(ADA), ADA);
    expect(picture(history.state)).toMatchObject([{ id, prompts: [{ x: 2 }] }]);
  });

  it('takes away an object that stood on the caller’s prompts alone, and redo brings it back with label and status', () => {
    const history = new History();
    history.apply(addPrompts(ADA, { prompts: [point(1)] }), ADA);
    const [{ id } = { id: '' }] = visibleObjects(history.state);
    history.apply(acceptObject({ objectId: id, label: 'cat' }), ADA);
    history.apply(undo(ADA), ADA);
    expect(picture(history.state)).toMatchObject([{ status: 'DRAFT', label: null }]);
    history.apply(undo(ADA), ADA);
    expect(picture(history.state)).toEqual([]);
    history.apply(redo(ADA), ADA);
    history.apply(redo(ADA), ADA);
    expect(picture(history.state)).toMatchObject([{ id, status: 'ACCEPTED', label: 'cat', prompts: [{ x: 1 }] }]);
  });

  it('brings back what was removed, candidates included, without a new decode', () => {
    const history = new History();
    history.apply(addPrompts(ADA, { prompts: [point(1)] }), ADA);
    const [{ id } = { id: '' }] = visibleObjects(history.state);
    history.decode(id);
    history.apply(removeObject({ objectId: id }), ADA);
    expect(visibleObjects(history.state)).toEqual([]);
    history.apply(undo(ADA), ADA);
    expect(visibleObjects(history.state)[0]?.candidates).toHaveLength(3);
    expect(nextDecode(history.state.objects.get(id))).toBeNull();
  });

  it('keeps the choice among candidates when their prompts are decoded again', () => {
    const history = new History();
    history.apply(addPrompts(ADA, { prompts: [point(1)] }), ADA);
    const [{ id } = { id: '' }] = visibleObjects(history.state);
    history.decode(id);
    history.apply(selectCandidate({ objectId: id, index: 2 }), ADA);
    history.apply(addPrompts(ADA, { objectId: id, prompts: [point(3)] }), ADA);
    history.decode(id, 1);
    expect(history.state.objects.get(id)).toMatchObject({ selected: 0 });
    history.apply(undo(ADA), ADA);
    history.decode(id);
    expect(history.state.objects.get(id)).toMatchObject({ selected: 2 });
  });

  it('reaches back a bounded number of steps', () => {
    const history = new History();
    for (let i = 0; i < UNDO_DEPTH + 5; i++) history.apply(addPrompts(ADA, { prompts: [point(1)] }), ADA);
    expect(stepsOf(history.state, ADA.id).undoable).toHaveLength(UNDO_DEPTH);
  });
});

describe('the chain of decodes', () => {
  it('refines the selected candidate of the prompts before', () => {
    const history = new History();
    history.apply(addPrompts(ADA, { prompts: [point(1)] }), ADA);
    const [{ id } = { id: '' }] = visibleObjects(history.state);
    history.decode(id);
    history.apply(selectCandidate({ objectId: id, index: 1 }), ADA);
    history.apply(addPrompts(ADA, { objectId: id, prompts: [point(2)] }), ADA);
    expect(nextDecode(history.state.objects.get(id))).toMatchObject({ base: [{ revision: 1, selected: 1 }] });
  });

  it('forgets a prompt that was taken back', () => {
    const history = new History();
    history.apply(addPrompts(ADA, { prompts: [point(1)] }), ADA);
    const [{ id } = { id: '' }] = visibleObjects(history.state);
    history.decode(id);
    history.apply(addPrompts(ADA, { objectId: id, prompts: [point(2)] }), ADA);
    history.decode(id, 1);
    const second = history.state.objects.get(id)?.prompts[1];
    history.apply(removePrompts({ objectId: id, promptIds: second && [second.id] }), ADA);
    expect(nextDecode(history.state.objects.get(id))).toMatchObject({ base: [], prompts: [{ x: 1 }] });
  });
});

describe('limits', () => {
  it.each([
    ['promptsPerCall', 64],
    ['promptsPerObject', 256],
    ['objectsPerSession', 1_000],
  ] as const)('answer TOO_LARGE and name themselves: %s', (limit, expected) => {
    expect(DEFAULT_SESSION_LIMITS[limit]).toBe(expected);
    const history = new History();
    const limits = { ...DEFAULT_SESSION_LIMITS, [limit]: 2 };
    const add = (objectId: string | null, count: number) => {
      const command = addPrompts(ADA, { objectId, prompts: Array.from({ length: count }, () => point(1)) });
      const event = command(history.state, limits);
      history.store(event, ADA);
      return event.objectId;
    };
    const id = add(null, 1);
    add(limit === 'promptsPerObject' ? id : null, 1);
    const beyond = () => add(limit === 'promptsPerObject' ? id : null, limit === 'promptsPerCall' ? 3 : 1);
    expect(beyond).toThrow(expect.objectContaining({ code: 'TOO_LARGE', details: { limit } }) as Error);
  });
});
