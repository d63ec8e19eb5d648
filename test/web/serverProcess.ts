import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A real server in a process of its own, with a data folder that outlives a kill. */
export class ServerProcess {
  private constructor(
    private readonly options: readonly string[],
    private readonly data: string,
    private child: ChildProcess,
    /** `http://address:port`; the same after a restart. */
    readonly url: string,
  ) {}

  /** @param options more of them for `maskwire serve` */
  static async start(...options: readonly string[]): Promise<ServerProcess> {
    const data = await mkdtemp(join(tmpdir(), 'maskwire-web-'));
    const { child, url } = await serve(data, '0', options);
    return new ServerProcess(options, data, child, url);
  }

  /** As a power cut would: nothing is finished or said. */
  async kill(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
  }

  async startAgain(): Promise<void> {
    this.child = (await serve(this.data, new URL(this.url).port, this.options)).child;
  }

  async close(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      await ended;
    }
    await rm(this.data, { recursive: true, force: true });
  }
}

async function serve(
  data: string,
  port: string,
  options: readonly string[],
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [main, 'serve', '--port', port, '--data', data, ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^maskwire ready (\S+)/.exec(line)?.[1];
    if (url === undefined) continue;
    child.stdout.resume();
    return { child, url };
  }
  throw new Error(`The server ended with ${child.exitCode ?? child.signalCode ?? 'no code'} before it was ready.`);
}
