import { describe, expect, it, onTestFinished } from 'vitest';
import type { Client, LiveSession, SessionEventEntry, Status } from '#src/client/index.js';
import { clientOf, isAnswered, Network, objectIn, openSample, stateWhere, TestServer } from './support.js';

async function startServer(): Promise<TestServer> {
  const server = await TestServer.start();
  onTestFinished(() => server.remove());
  return server;
}

function statuses(client: Client): Status[] {
  const seen: Status[] = [];
  client.onStatus((status) => seen.push(status));
  return seen;
}

function whenConnected(client: Client): Promise<void> {
  return new Promise((resolve) => {
    const off = client.onStatus((status) => {
      if (status !== 'connected') return;
      off();
      resolve();
    });
    if (client.status === 'connected') resolve();
  });
}

/** Collects the entries of the session's log from its beginning; `until` waits for those up to a revision. */
function record(session: LiveSession) {
  const entries: SessionEventEntry[] = [];
  const waiting = new Set<() => void>();
  void (async () => {
    for await (const entry of session.events({ after: '0' })) {
      entries.push(entry);
      for (const check of waiting) check();
    }
  })();
  const until = (revision: number) =>
    new Promise<number[]>((resolve) => {
      const check = () => {
        if ((entries.at(-1)?.revision ?? 0) >= revision) resolve(entries.map((entry) => entry.revision));
      };
      waiting.add(check);
      check();
    });
  return until;
}

const upTo = (revision: number) => Array.from({ length: revision }, (_, i) => i + 1);

describe('a client whose connection breaks', () => {
  it('loses and doubles nothing, however often that happens', async () => {
    const server = await startServer();
    const network = await Network.to(server);
    const client = clientOf(network);
    const session = await openSample(client);
    const until = record(session);
    const witness = await clientOf(server, 'Bob').joinSession(session.id);
    for (let i = 0; i < 40; i++) {
      const added = witness.addPoint({ x: 10 + i, y: 20 });
      if (i % 8 === 0) network.breakConnections();
      await added;
    }
    const { revision } = await stateWhere(witness, isAnswered);
    expect(await until(revision)).toEqual(upTo(revision));
    const state = await stateWhere(session, (mine) => mine.revision >= revision);
    expect(state.objects).toEqual(witness.state().objects);
    expect(network.connections).toBeGreaterThan(2);
  });

  it('makes each change once that was under way', async () => {
    const server = await startServer();
    const network = await Network.to(server);
    const session = await openSample(clientOf(network));
    const witness = await clientOf(server, 'Bob').joinSession(session.id);
    // The server stores the changes, and its answers are lost.
    network.muteServer();
    const labels = ['a', 'b', 'c', 'd', 'e'];
    const changes = labels.map((_, i) => session.addPoint({ x: 10 * i, y: 5 }));
    await stateWhere(witness, ({ objects }) => objects.length === labels.length);
    network.breakConnections();
    const results = await Promise.all(changes);
    expect(new Set(results.map(({ objectId }) => objectId)).size).toBe(labels.length);
    expect(session.state().objects).toHaveLength(labels.length);

    network.muteServer();
    const undo = session.undo();
    await stateWhere(witness, ({ objects }) => objects.length === labels.length - 1);
    network.breakConnections();
    expect(await undo).toMatchObject({ kind: 'ADD_PROMPTS', objectId: results.at(-1)?.objectId });
    expect(witness.state().objects).toHaveLength(labels.length - 1);
  });

  it('makes changes that were asked for while offline, in their order', async () => {
    const server = await startServer();
    const network = await Network.to(server);
    const client = clientOf(network);
    const session = await openSample(client);
    const seen = statuses(client);
    network.cut();
    const xs = upTo(20);
    const changes = xs.map((x) => session.addPoint({ x, y: 5 }));
    expect(session.state().objects).toEqual([]);
    network.restore();
    const results = await Promise.all(changes);
    const { objects } = session.state();
    expect(objects.map(({ id }) => id)).toEqual(results.map(({ objectId }) => objectId));
    expect(objects.map(({ prompts: [prompt] }) => prompt)).toMatchObject(xs.map((x) => ({ x })));
    expect(seen).toEqual(['reconnecting', 'connected']);
  });

  it('gives up a connection that is silent, for another', async () => {
    const server = await startServer();
    const network = await Network.to(server);
    const client = clientOf(network);
    await client.models();
    const seen = statuses(client);
    network.muteServer();
    const models = await client.models();
    expect(models).not.toHaveLength(0);
    expect(seen).toEqual(['reconnecting', 'connected']);
    expect(network.connections).toBe(2);
  });

  it('waits for a server that does not run yet', async () => {
    const server = await startServer();
    const network = await Network.to(server);
    network.cut();
    const client = clientOf(network);
    const models = client.models();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(client.status).toBe('connecting');
    network.restore();
    expect(await models).not.toHaveLength(0);
    expect(client.status).toBe('connected');
  });

  it('stops trying when it is closed', async () => {
    const server = await startServer();
    const network = await Network.to(server);
    const client = clientOf(network);
    const session = await openSample(client);
    network.cut();
    const change = session.addPoint({ x: 1, y: 1 });
    const next = session.events().next();
    client.close();
    await expect(change).rejects.toMatchObject({ code: 'CLIENT_CLOSED' });
    expect(await next).toEqual({ done: true, value: undefined });
    network.restore();
    const { connections } = network;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(network.connections).toBe(connections);
  });
});

describe('a client whose server is killed and started again', () => {
  it('goes on where it was, with everything that was acknowledged', async () => {
    const server = await startServer();
    const client = clientOf(server);
    const session = await openSample(client);
    const until = record(session);
    const seen = statuses(client);
    const acknowledged: string[] = [];
    for (let i = 0; i < 5; i++) {
      const { objectId } = await session.addPoint({ x: 50 * i + 20, y: 60 });
      acknowledged.push(objectId);
      await session.accept({ objectId, label: `object ${i}` });
    }
    await server.kill();
    const late = session.addPoint({ x: 300, y: 200 });
    await server.start();
    acknowledged.push((await late).objectId);
    const { objects, revision } = await stateWhere(session, isAnswered);
    expect(objects.map(({ id }) => id)).toEqual(acknowledged);
    expect(objects.slice(0, 5).map(({ label }) => label)).toEqual(upTo(5).map((i) => `object ${i - 1}`));
    expect(await until(revision)).toEqual(upTo(revision));
    expect(seen).toEqual(['reconnecting', 'connected']);
  });

  it('also where the server was stopped in order', async () => {
    const server = await startServer();
    const client = clientOf(server);
    const session = await openSample(client);
    const until = record(session);
    const presence = session.presence();
    await presence.next();
    await session.addPoint({ x: 30, y: 60 });
    await server.kill('SIGTERM');
    const offline = session.addPoint({ x: 130, y: 160 });
    await server.start();
    const { objectId } = await offline;
    const { revision } = await stateWhere(session, isAnswered);
    expect(objectIn(session.state(), objectId).candidates).not.toHaveLength(0);
    expect(await until(revision)).toEqual(upTo(revision));
    await whenConnected(client);
    session.movePointer({ x: 7, y: 8 });
    for await (const people of presence) if (people.some(({ pointer }) => pointer?.x === 7)) break;
  });
});
