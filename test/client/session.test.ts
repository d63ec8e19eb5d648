import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect, MaskwireClientError, rleArea, type LiveSession } from '#src/client/index.js';
import { clientOf, objectIn, openSample, sample, stateWhere, take, TestServer } from './support.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.remove());

const withCandidates = (session: LiveSession, id: string) =>
  stateWhere(session, ({ objects }) => objects.some((object) => object.id === id && object.candidates.length > 0));

describe('connect', () => {
  it('refuses an address that is none of a server', () => {
    expect(() => connect({ url: 'ws://example.org' })).toThrow(/url: expected the http: or https: address/);
  });

  it('names the missing WebSocket where there is none', () => {
    expect(typeof WebSocket).toBe('undefined');
    expect(() => connect({ url: server.url })).toThrow(/webSocketImpl/);
  });

  it('tells its status from connecting to closed', async () => {
    const client = clientOf(server);
    const seen: string[] = [client.status];
    client.onStatus((status) => seen.push(status));
    await client.models();
    client.close();
    expect(seen).toEqual(['connecting', 'connected', 'closed']);
    await expect(client.models()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
  });

  it('rejects everything where the server refuses the participant', async () => {
    const client = clientOf(server, 'x'.repeat(65));
    await expect(client.models()).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('participantId') as string,
    });
    expect(client.status).toBe('closed');
  });

  it('lists models, the default one first', async () => {
    const [model] = await clientOf(server).models();
    expect(model).toMatchObject({ isDefault: true });
    expect(model?.promptKinds).toContain('POINT');
  });

  it('lists sessions page by page, with whole addresses of their thumbnails', async () => {
    const client = clientOf(server);
    const opened = [await openSample(client, 'pages one'), await openSample(client, 'pages two')];
    const filter = { titleContains: 'PAGES' };
    const first = await client.sessions({ first: 1, filter });
    expect(first).toMatchObject({ totalCount: 2, pageInfo: { hasNextPage: true }, nodes: [{ id: opened[1]?.id }] });
    const { nodes } = await client.sessions({ first: 1, filter, after: first.pageInfo.endCursor });
    expect(nodes.map(({ id }) => id)).toEqual([opened[0]?.id]);
    const thumbnail = await fetch(nodes[0]?.image.thumbnailUrl ?? '');
    expect(thumbnail.headers.get('content-type')).toBe('image/jpeg');
  });

  it('refuses to send more than a server takes, and goes on', async () => {
    const client = clientOf(server);
    const base64 = 'A'.repeat(1024 * 1024);
    await expect(client.openSession({ image: { base64 } })).rejects.toMatchObject({ code: 'TOO_LARGE' });
    expect(await client.models()).not.toHaveLength(0);
  });
});

describe('a live session', () => {
  it('shows each change in its state when the call resolves', async () => {
    const session = await openSample(clientOf(server));
    const { objectId, revision } = await session.addPoint({ x: 400, y: 300 });
    expect(objectIn(session.state(), objectId)).toMatchObject({
      revision,
      status: 'DRAFT',
      createdBy: { id: 'ada', name: 'Ada' },
      prompts: [{ __typename: 'PointPrompt', x: 400, y: 300, label: 'FOREGROUND' }],
    });
    const object = objectIn(await withCandidates(session, objectId), objectId);
    expect(object.selectedCandidate).toBe(object.candidates[0]);
    for (const { area, mask } of object.candidates) expect(rleArea(mask.rle)).toBe(area);

    await session.select({ objectId, index: 1 });
    expect(objectIn(session.state(), objectId).selectedCandidate?.index).toBe(1);
    await session.accept({ objectId, label: 'apple' });
    expect(objectIn(session.state(), objectId)).toMatchObject({ status: 'ACCEPTED', label: 'apple' });
    expect(await session.undo()).toMatchObject({ kind: 'ACCEPT_OBJECT', objectId });
    expect(objectIn(session.state(), objectId)).toMatchObject({ status: 'DRAFT', label: null });
    expect(await session.redo()).toMatchObject({ kind: 'ACCEPT_OBJECT' });
    expect(objectIn(session.state(), objectId).status).toBe('ACCEPTED');
    await session.removeObject({ objectId });
    expect(session.state().objects).toEqual([]);
    await session.undo();
    expect(objectIn(session.state(), objectId)).toMatchObject({ status: 'ACCEPTED', candidates: object.candidates });
  });

  it('takes boxes, backgrounds and removals of prompts', async () => {
    const session = await openSample(clientOf(server));
    const { objectId } = await session.addBox({ x: 100, y: 100, width: 200, height: 150 });
    await session.addPoint({ objectId, x: 120, y: 120, label: 'BACKGROUND' });
    const [box, point] = objectIn(session.state(), objectId).prompts;
    expect(box).toMatchObject({ __typename: 'BoxPrompt', width: 200 });
    expect(point).toMatchObject({ label: 'BACKGROUND' });
    await session.removePrompts({ objectId, promptIds: [box?.id ?? ''] });
    expect(objectIn(session.state(), objectId).prompts).toEqual([point]);
    await session.removePrompts({ objectId });
    expect(objectIn(session.state(), objectId)).toMatchObject({ prompts: [], candidates: [], selectedCandidate: null });
  });

  it('takes the bytes of a small image', async () => {
    const client = clientOf(server);
    const large = (await openSample(client)).state().image;
    const small = Buffer.from(await (await fetch(large.thumbnailUrl)).arrayBuffer());
    const session = await client.openSession({ image: { base64: small.toString('base64') }, title: 'small' });
    expect(session.state().title).toBe('small');
    expect(Math.max(session.state().image.width, session.state().image.height)).toBe(256);
  });

  it('tells the progress of the encoding until the session is ready', async () => {
    const session = await openSample(clientOf(server));
    const state = await stateWhere(session, ({ status }) => status === 'READY');
    expect(state.progress).toMatchObject({
      ...{ status: 'READY', queuePosition: null, encodingSeconds: null, failure: null },
    });
  });

  it('rejects a change of an outdated object with its revision now', async () => {
    const session = await openSample(clientOf(server));
    const { objectId, revision } = await session.addPoint({ x: 10, y: 10 });
    await session.addPoint({ objectId, x: 20, y: 20, expectedRevision: revision });
    const outdated = session.addPoint({ objectId, x: 30, y: 30, expectedRevision: revision });
    await expect(outdated).rejects.toBeInstanceOf(MaskwireClientError);
    await expect(outdated).rejects.toMatchObject({ code: 'CONFLICT', extensions: { currentRevision: revision + 1 } });
  });

  it('takes more changes at once than a server takes operations, and lets a slow reader wait for them', async () => {
    const session = await openSample(clientOf(server));
    const events = session.events({ after: '0' });
    const revisions = [(await events.next()).value?.revision];
    const { objectId } = await session.addPoint({ x: 10, y: 10 });
    const labels = Array.from({ length: 1_200 }, (_, i) => `label ${i}`);
    await Promise.all(labels.map((label) => session.accept({ objectId, label })));
    const { revision, objects } = session.state();
    expect(objects[0]?.label).toBe(labels.at(-1));
    // What waits for a slow reader is bounded, and the rest is fetched when it reads on.
    expect(events.size).toBe(1_000);
    for await (const entry of events) if (revisions.push(entry.revision) >= revision) break;
    expect(revisions).toEqual(Array.from({ length: revision }, (_, i) => i + 1));
  });

  it('rejects to join a session that there is not', async () => {
    const client = clientOf(server);
    await expect(client.joinSession('ses_000000000000000000000000')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(client.joinSession('nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('keeps what has not changed the same object', async () => {
    const session = await openSample(clientOf(server));
    const first = await session.addPoint({ x: 10, y: 10 });
    await withCandidates(session, first.objectId);
    const before = objectIn(session.state(), first.objectId);
    const state = session.state();
    await session.addPoint({ x: 200, y: 200 });
    expect(session.state()).not.toBe(state);
    expect(objectIn(session.state(), first.objectId)).toBe(before);
  });

  it('closes for everybody, and says so to whoever is late', async () => {
    const session = await openSample(clientOf(server));
    const other = await clientOf(server, 'Bob').joinSession(session.id);
    const events = other.events({ after: '0' });
    await session.close();
    expect(session.state().status).toBe('CLOSED');
    await stateWhere(other, ({ status }) => status === 'CLOSED');
    await expect(other.addPoint({ x: 1, y: 1 })).rejects.toMatchObject({ code: 'SESSION_CLOSED' });
    const types: string[] = [];
    for await (const { event } of events) types.push(event.__typename);
    expect(types[0]).toBe('SessionOpened');
    expect(types.at(-1)).toBe('SessionClosed');
    const late = await clientOf(server, 'Eve').joinSession(session.id);
    for await (const entry of late.events()) expect.unreachable(JSON.stringify(entry));
    for await (const update of late.masks()) expect.unreachable(JSON.stringify(update));
  });
});

describe('two people in one session', () => {
  it('see the same', async () => {
    const ada = await openSample(clientOf(server, 'Ada'));
    const bob = await clientOf(server, 'Bob').joinSession(ada.id);
    const { objectId } = await ada.addPoint({ x: 300, y: 250 });
    await bob.addPoint({ x: 50, y: 60 });
    await withCandidates(ada, objectId);
    await ada.accept({ objectId, label: 'pear' });
    // Bob's candidates may still be on their way.
    await stateWhere(ada, ({ objects }) => objects.length === 2 && objects.every((o) => o.candidates.length > 0));
    const { revision } = ada.state();
    await stateWhere(bob, (state) => state.revision >= revision);
    const others = (session: LiveSession) => ({ ...session.state(), progress: null, participants: null });
    expect(others(bob)).toEqual(others(ada));
    expect(new Set(bob.state().participants.map(({ name }) => name))).toEqual(new Set(['Ada', 'Bob']));
  });

  it('see each other’s pointer and object in hand, and that one is gone', async () => {
    const ada = await openSample(clientOf(server, 'Ada'));
    const bobsClient = clientOf(server, 'Bob');
    const bob = await bobsClient.joinSession(ada.id);
    const { objectId } = await bob.addPoint({ x: 5, y: 5 });
    const presence = ada.presence();
    for (let i = 0; i <= 20; i++) bob.movePointer({ x: i, y: 2 * i }, objectId);
    for await (const people of presence) {
      const seen = people.find(({ id }) => id === 'bob');
      if (seen?.pointer?.x !== 20) continue;
      expect(seen).toMatchObject({ name: 'Bob', pointer: { x: 20, y: 40 }, objectId });
      break;
    }
    const after = ada.presence();
    await take(after, 1);
    bobsClient.close();
    for await (const people of ada.presence()) if (people.every(({ id }) => id !== 'bob')) break;
  });

  it('get masks as they change, the latest of each, and removals', async () => {
    const ada = await openSample(clientOf(server, 'Ada'));
    const bob = await clientOf(server, 'Bob').joinSession(ada.id);
    const masks = bob.masks();
    const { objectId } = await ada.addPoint({ x: 300, y: 250 });
    const first = await masks.next();
    expect(first.value).toMatchObject({ object: { id: objectId, status: 'DRAFT' }, removed: false });
    await ada.accept({ objectId, label: 'plum' });
    await ada.accept({ objectId, label: 'grape' });
    await stateWhere(bob, ({ objects }) => objects[0]?.label === 'grape');
    expect((await masks.next()).value).toMatchObject({ object: { label: 'grape' } });
    await ada.removeObject({ objectId });
    expect((await masks.next()).value).toMatchObject({ object: { id: objectId }, candidates: [], removed: true });
    const waiting = masks.next();
    await masks.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('undo each their own', async () => {
    const ada = await openSample(clientOf(server, 'Ada'));
    const bob = await clientOf(server, 'Bob').joinSession(ada.id);
    const adas = await ada.addPoint({ x: 300, y: 250 });
    const bobs = await bob.addPoint({ x: 50, y: 60 });
    expect(await ada.undo()).toMatchObject({ objectId: adas.objectId });
    expect(ada.state().objects.map(({ id }) => id)).toEqual([bobs.objectId]);
    expect(await ada.undo()).toBeNull();
  });
});

describe('uploadImage', () => {
  it('gives the same image for the same bytes, however they come', async () => {
    const client = clientOf(server);
    const bytes = await sample();
    const image = await client.uploadImage(bytes);
    expect(await client.uploadImage(new Blob([bytes]))).toEqual(image);
    expect(await client.uploadImage(new Blob([bytes]).stream())).toEqual(image);
  });

  it('tells how many bytes were sent', async () => {
    const bytes = await sample();
    const seen: [number, number | null][] = [];
    const onProgress = (sent: number, total: number | null) => seen.push([sent, total]);
    await clientOf(server).uploadImage(bytes, { onProgress });
    expect(seen.at(-1)).toEqual([bytes.length, bytes.length]);
    await clientOf(server).uploadImage(new Blob([bytes]).stream(), { onProgress });
    expect(seen.at(-1)).toEqual([bytes.length, null]);
  });

  it('rejects what is no image, as the server says it', async () => {
    const upload = clientOf(server).uploadImage(new TextEncoder().encode('no image'));
    await expect(upload).rejects.toMatchObject({ code: 'IMAGE_REJECTED', extensions: { status: 422 } });
  });

  it('ends when its signal says so', async () => {
    const controller = new AbortController();
    const endless = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: async (out) => {
        await new Promise(setImmediate);
        out.enqueue(new Uint8Array(1024));
      },
    });
    const onProgress = (sent: number) => {
      if (sent > 10_000) controller.abort();
    };
    const upload = clientOf(server).uploadImage(endless, { signal: controller.signal, onProgress });
    await expect(upload).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('says where there is no server', async () => {
    const upload = clientOf({ url: 'http://127.0.0.1:9' }).uploadImage(new Uint8Array([1]));
    await expect(upload).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });
});
