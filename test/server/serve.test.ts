import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { post, RawSocket, temporaryFolder } from './support.js';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

function run(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (data: Buffer) => (stdout += data.toString()));
  child.stderr.on('data', (data: Buffer) => (stderr += data.toString()));
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, stdout, stderr }));
  return { child, ended };
}

/** A server in a process of its own, ready. */
async function serve(args: readonly string[] = []) {
  const data = await temporaryFolder();
  const { child, ended } = run(['serve', '--port', '0', '--data', data, ...args]);
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    lines.push(line);
    if (line.startsWith('maskwire ready ')) break;
  }
  return { child, ended, data, lines, url: lines.at(-1)?.split(' ').at(-1) ?? '' };
}

/** A stop waits for what the test does meanwhile, however slow the machine is. */
const unhurried = ['--grace-ms', '60000'];

describe('maskwire serve', () => {
  it('prints its addresses and at last that it is ready, and then answers, with metrics that are all described', async () => {
    const { url, lines } = await serve();
    expect(lines.at(-1)).toMatch(/^maskwire ready http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines).toContain(`WebSocket   ${url.replace('http', 'ws')}/graphql`);
    const query = '{ models { id isDefault promptKinds } }';
    const { data } = await post(url, { query });
    expect(data?.['models']).toMatchObject([{ isDefault: true }]);
    const socket = await RawSocket.connect(url);
    expect((await socket.request('1', query)).data).toEqual(data);
    const described = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
    const metrics = await (await fetch(`${url}/metrics`)).text();
    for (const [, name = ''] of metrics.matchAll(/^# TYPE (maskwire_\w+)/gm))
      expect(described).toContain(`\`${name}\``);
    const ready = await fetch(`${url}/readyz`);
    expect(await ready.json()).toEqual({ status: 'ready', checks: { models: 'ok', log: 'ok', stopping: 'ok' } });
  });

  it('at SIGTERM closes sockets with 1001, finishes, and exits 0', async () => {
    const { url, child, ended } = await serve(unhurried);
    const socket = await RawSocket.connect(url);
    child.kill('SIGTERM');
    expect((await socket.closed).code).toBe(1001);
    const { status, stderr } = await ended;
    expect(status).toBe(0);
    const messages = stderr
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message);
    expect(messages.slice(-2)).toEqual(['stopping', 'stopped']);
  });

  it('exits 0 at SIGTERM also while a client does not answer the close', async () => {
    const { url, child, ended } = await serve(unhurried);
    const socket = await RawSocket.connect(url);
    socket.socket.pause();
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
    socket.socket.terminate();
  });

  it('finishes the upload that runs at SIGTERM, refuses new work meanwhile, and exits 0', async () => {
    const { url, child, ended } = await serve(unhurried);
    const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const { hostname, port } = new URL(url);
    const upload = connect(Number(port), hostname);
    let answer = '';
    upload.on('data', (data) => (answer += data.toString()));
    upload.write(`PUT /images HTTP/1.1\r\nHost: x\r\nContent-Length: ${bytes.length}\r\n\r\n`);
    upload.write(bytes.subarray(0, 40));
    await expect.poll(async () => (await fetch(`${url}/metrics`)).text()).toMatch(/^maskwire_requests_running 1$/m);
    child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await post(url, { query: '{ models { id } }' })).errors?.[0]?.extensions['code']).toBe('UNAVAILABLE');
    upload.write(bytes.subarray(40));
    expect((await ended).status).toBe(0);
    expect(answer).toMatch(/^HTTP\/1\.1 201/);
  });

  it('exits 1 at once at a second signal', async () => {
    const { url, child, ended } = await serve(unhurried);
    const { hostname, port } = new URL(url);
    connect(Number(port), hostname).write('PUT /images HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n');
    await expect.poll(async () => (await fetch(`${url}/metrics`)).text()).toMatch(/^maskwire_requests_running 1$/m);
    child.kill('SIGTERM');
    await expect.poll(async () => (await fetch(`${url}/readyz`)).status).toBe(503);
    child.kill('SIGTERM');
    expect((await ended).status).toBe(1);
  });

  it('names the setting, what was expected and what came, and exits 2', async () => {
    const { status, stderr } = await run(['serve'], { MASKWIRE_PORT: 'x' }).ended;
    expect([status, stderr]).toEqual([
      2,
      'maskwire: MASKWIRE_PORT: expected a whole number from 0 to 65535; got "x"\n',
    ]);
  });

  it('says in one line what to do where folder, log, models or port cannot be used, and exits 1', async () => {
    const { data } = await serve();
    const inUse = await run(['serve', '--port', '0', '--data', data]).ended;
    expect([inUse.status, inUse.stdout]).toEqual([1, '']);
    expect(inUse.stderr).toMatch(/^maskwire: .* is in use by another maskwire: .*\n$/);

    const models = await run(['serve', '--port', '0', '--data', await temporaryFolder(), '--models', data]).ended;
    expect(models.status).toBe(1);
    expect(models.stderr).toMatch(/^maskwire: The models cannot be read: .*--models.*manifest\.json.*\n$/);

    const toPull = await run(['serve', '--port', '0', '--data', await temporaryFolder(), '--model', 'sam-vit-b']).ended;
    expect([toPull.status, toPull.stderr]).toEqual([
      1,
      'maskwire: The model sam-vit-b is not here yet: get it with maskwire models pull sam-vit-b, and the same --data or --models.\n',
    ]);

    const damaged = await temporaryFolder();
    await writeFile(join(damaged, 'sessions.sqlite'), 'no database'.repeat(1000));
    const noLog = await run(['serve', '--port', '0', '--data', damaged]).ended;
    expect(noLog.status).toBe(1);
    expect(noLog.stderr).toMatch(/^maskwire: .*sessions\.sqlite cannot be opened: restore it from a backup.*\n$/);

    const file = join(data, 'file');
    await writeFile(file, '');
    const noFolder = await run(['serve', '--port', '0', '--data', file]).ended;
    expect(noFolder.status).toBe(1);
    expect(noFolder.stderr).toMatch(/^maskwire: The data folder .* cannot be used: choose another with --data.*\n$/);

    const taken = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void taken.close());
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const noPort = await run(['serve', '--port', String(port), '--data', await temporaryFolder()]).ended;
    expect(noPort.status).toBe(1);
    expect(noPort.stderr).toContain(
      `127.0.0.1:${port} is in use: stop what listens there, or choose another with --port`,
    );
  });

  it('explains itself with --help', async () => {
    const help = await run(['serve', '--help']).ended;
    expect([help.status, help.stdout]).toEqual([0, expect.stringContaining('--max-request-bytes <bytes>')]);
    const unknown = await run(['sevre']).ended;
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('there is no command "sevre"')]);
  });
});
