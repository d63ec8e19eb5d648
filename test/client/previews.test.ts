import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientOf, Network, openSample, stateWhere, TestServer } from './support.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

const at = (x: number) => ({ prompts: [{ point: { x, y: 200 } }] });

describe('preview', () => {
  it('answers candidates, stores nothing and shows nothing to others', async () => {
    const session = await openSample(clientOf(server));
    const { revision } = await stateWhere(session, ({ status }) => status === 'READY');
    const candidates = await session.preview(at(300));
    expect(candidates?.length).toBeGreaterThan(0);
    expect(candidates?.[0]).toMatchObject({ index: 0, mask: { rle: { size: expect.any(Array) as unknown } } });
    expect(session.state()).toMatchObject({ revision, objects: [] });
  });

  it('of a burst answers the latest, and null for those whose place it took', async () => {
    const session = await openSample(clientOf(server));
    await stateWhere(session, ({ status }) => status === 'READY');
    const alone = await session.preview(at(299));
    const answers = await Promise.all(Array.from({ length: 100 }, (_, i) => session.preview(at(200 + i))));
    expect(answers.at(-1)).toEqual(alone);
    // At most two are under way while the others come: all between those and the last are never sent.
    expect(answers.filter((answer) => answer !== null).length).toBeLessThanOrEqual(3);
    expect(answers.slice(2, -1).every((answer) => answer === null)).toBe(true);
  });

  it('keeps answering while the pointer moves without a pause', async () => {
    const network = await Network.to(server);
    const session = await openSample(clientOf(network));
    await stateWhere(session, ({ status }) => status === 'READY');
    const answers: number[] = [];
    const pending: Promise<unknown>[] = [];
    let last = 0;
    // For a second, and longer where the machine is slow; but answers come while it moves.
    for (let x = 0; x < 60 || (x < 600 && answers.length <= 3); x++) {
      last = x;
      pending.push(session.preview(at(x)).then((candidates) => candidates && answers.push(x)));
      await new Promise((resolve) => setTimeout(resolve, 16));
    }
    expect(answers.length).toBeGreaterThan(3);
    await Promise.all(pending);
    expect(answers).toEqual([...answers].sort((a, b) => a - b));
    expect(answers.at(-1)).toBe(last);
  });

  it('is answered after the connection was lost', async () => {
    const network = await Network.to(server);
    const session = await openSample(clientOf(network));
    await stateWhere(session, ({ status }) => status === 'READY');
    network.cut();
    const first = session.preview(at(100));
    network.restore();
    expect(await first).not.toBeNull();
  });

  it('rejects what the server refuses', async () => {
    const session = await openSample(clientOf(server));
    await expect(session.preview(at(-1))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(session.preview({ prompts: [] })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    const foreign = session.preview({ ...at(1), objectId: 'obj_000000000000000000000000_1' });
    await expect(foreign).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});
