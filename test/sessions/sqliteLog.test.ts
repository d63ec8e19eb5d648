import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { START, type NewEntry, type SessionSummary } from '#src/sessions/log.js';
import { SqliteLog } from '#src/sessions/sqliteLog.js';
import { ADA } from './history.js';

let folder: string;
let path: string;
const logs: SqliteLog[] = [];

function open(): SqliteLog {
  const log = new SqliteLog(path);
  logs.push(log);
  return log;
}

function entry(title: string, idempotencyKey: string | null = null): NewEntry {
  const event = { type: 'SessionOpened', title, modelId: 'm', imageId: 'i', width: 2, height: 1 } as const;
  return { at: '2026-01-01T00:00:00.000Z', actor: ADA, idempotencyKey, event };
}

function summary(id: string, changes: Partial<SessionSummary> = {}): SessionSummary {
  return { id, title: '', status: 'QUEUED', pending: true, openKey: null, ...changes };
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maskwire-log-'));
  path = join(folder, 'log.sqlite');
});

afterEach(async () => {
  for (const log of logs.splice(0)) log.close();
  await rm(folder, { recursive: true });
});

describe('SqliteLog', () => {
  it('reads back what was appended, in order, in pages after a cursor', async () => {
    const log = open();
    let cursor = START;
    for (const title of ['a', 'b', 'c']) cursor = await log.append('s', cursor, entry(title), summary('s'));
    const [first, ...rest] = await log.read('s', START, 10);
    expect(first).toMatchObject(entry('a'));
    expect(rest.map(({ event }) => event)).toMatchObject([{ title: 'b' }, { title: 'c' }]);
    expect(await log.read('s', first?.cursor ?? '', 1)).toMatchObject([{ event: { title: 'b' } }]);
    expect(await log.read('s', cursor, 10)).toEqual([]);
    expect(await log.read('other', START, 10)).toEqual([]);
  });

  it('refuses to append where the log has advanced, and stores nothing', async () => {
    const log = open();
    const cursor = await log.append('s', START, entry('a'), summary('s'));
    await expect(log.append('s', START, entry('b'), summary('s', { title: 'b' }))).rejects.toMatchObject({
      actual: cursor,
    });
    expect(await log.read('s', START, 10)).toHaveLength(1);
    expect(await log.count({ titleContains: 'b' })).toBe(0);
  });

  it('refuses a second entry with the same key in one session, not in another', async () => {
    const log = open();
    const cursor = await log.append('s', START, entry('a', 'k'), summary('s'));
    await expect(log.append('s', cursor, entry('b', 'k'), summary('s'))).rejects.toThrow(/UNIQUE/);
    await log.append('t', START, entry('b', 'k'), summary('t'));
    expect(await log.read('s', START, 10)).toHaveLength(1);
  });

  it('finds sessions newest first, by status and by part of the title in any case', async () => {
    const log = open();
    await log.append('s1', START, entry(''), summary('s1', { title: 'Ärzte im Park' }));
    await log.append('s2', START, entry(''), summary('s2', { title: 'street', status: 'READY', pending: false }));
    await log.append('s3', START, entry(''), summary('s3', { title: 'park 100%' }));
    const ids = async (...args: Parameters<SqliteLog['list']>) => (await log.list(...args)).map(({ id }) => id);
    expect(await ids({}, null, 10)).toEqual(['s3', 's2', 's1']);
    const [first] = await log.list({}, null, 1);
    expect(await ids({}, first?.place ?? null, 10)).toEqual(['s2', 's1']);
    expect(await ids({ titleContains: 'PARK' }, null, 10)).toEqual(['s3', 's1']);
    expect(await ids({ titleContains: 'ä' }, null, 10)).toEqual(['s1']);
    expect(await ids({ titleContains: '%' }, null, 10)).toEqual(['s3']);
    expect(await ids({ status: ['READY'] }, null, 10)).toEqual(['s2']);
    expect(await ids({ status: [] }, null, 10)).toEqual([]);
    expect(await log.count({ status: ['QUEUED'] })).toBe(2);
    expect(await log.pending()).toEqual(['s1', 's3']);
  });

  it('finds the session that a named call opened', async () => {
    const log = open();
    const cursor = await log.append('s', START, entry(''), summary('s', { openKey: 'ada/1' }));
    await log.append('s', cursor, entry(''), summary('s'));
    expect(await log.findByOpenKey('ada/1')).toBe('s');
    expect(await log.findByOpenKey('ada/2')).toBeNull();
    await expect(log.append('t', START, entry(''), summary('t', { openKey: 'ada/1' }))).rejects.toThrow(/UNIQUE/);
    expect(await log.read('t', START, 1)).toEqual([]);
  });

  it('says that the folder is in use when a second one opens it', () => {
    open();
    expect(() => new SqliteLog(path)).toThrow(expect.objectContaining({ code: 'UNAVAILABLE' }) as Error);
  });

  it('leaves everything in the one file when it is closed', async () => {
    const log = new SqliteLog(path);
    await log.append('s', START, entry('a'), summary('s'));
    log.close();
    expect((await stat(`${path}-wal`).catch(() => ({ size: 0 }))).size).toBe(0);
    expect(await open().read('s', START, 10)).toHaveLength(1);
  });

  it('keeps all that it acknowledged when its process is killed', async () => {
    const script = join(folder, 'append.mjs');
    const source = new URL('../../dist/sessions/sqliteLog.js', import.meta.url);
    await writeFile(
      script,
      `import { SqliteLog } from ${JSON.stringify(source.href)};
       const log = new SqliteLog(${JSON.stringify(path)});
       const entry = ${JSON.stringify(entry('a'))};
       let cursor = '0';
       for (;;) {
         cursor = await log.append('s', cursor, entry, ${JSON.stringify(summary('s'))});
         process.send(cursor);
         await new Promise(setImmediate);
       }`,
    );
    for (let round = 0; round < 3; round++) {
      await rm(path, { force: true });
      const child: ChildProcess = fork(script);
      let acknowledged = 0;
      child.on('message', (cursor) => {
        acknowledged = Number(cursor);
        if (acknowledged > 50 * (round + 1)) child.kill('SIGKILL');
      });
      await once(child, 'exit');
      const log = new SqliteLog(path);
      const stored = (await log.read('s', START, 100_000)).map(({ cursor }) => Number(cursor));
      log.close();
      expect(stored.length).toBeGreaterThanOrEqual(acknowledged);
      expect(stored).toEqual(stored.map((_, i) => i + 1));
    }
  });
});
