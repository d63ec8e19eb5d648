import { networkInterfaces } from 'node:os';
import { MaskwireError } from '#src/errors.js';
import { ConfigError, readConfig, settingsHelp } from '#src/server/config.js';
import { openLog } from '#src/server/log.js';
import { startServer, type RunningServer } from '#src/server/server.js';

export const serveHelp = `Usage: maskwire serve [options]

Serves live, collaborative image segmentation: GraphQL over HTTP and WebSocket at /graphql.
Every option can also be set in the environment, by the name in brackets.

Options:
${settingsHelp()}
  --help
      Shows this text.

Exit status: 0 after a stop by SIGTERM or SIGINT, 1 where the server cannot start or broke, 2 for a wrong option.`;

/** Runs the server until it is told to stop. Resolves with the exit status where it cannot start. */
export async function serve(args: readonly string[]): Promise<number | undefined> {
  if (args.includes('--help')) {
    console.log(serveHelp);
    return 0;
  }
  try {
    const config = readConfig(args, process.env);
    const log = openLog(config.logLevel);
    // Whatever state a fault that nobody caught has left behind, it is not one to go on with: end, and be started again.
    const broke = (err: unknown) => {
      log.fatal({ err }, 'broke');
      log.flush();
      process.exit(1);
    };
    process.on('uncaughtException', broke).on('unhandledRejection', broke);
    const server = await startServer(config, log);
    stopOnSignals(server, config.graceMs);
    announce(server, config.host);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return complain(error.message, 2);
    if (error instanceof MaskwireError) return complain(error.message, 1);
    throw error;
  }
}

function complain(message: string, status: number): number {
  console.error(`maskwire: ${message}`);
  return status;
}

function announce({ url }: RunningServer, host: string): void {
  console.log(`Open        ${url}/`);
  console.log(`GraphQL     ${url}/graphql`);
  console.log(`WebSocket   ${url.replace('http', 'ws')}/graphql`);
  const shared = /^(0\.0\.0\.0|::)$/.test(host);
  for (const { address, family, internal } of shared
    ? Object.values(networkInterfaces()).flatMap((all) => all ?? [])
    : []) {
    if (!internal && family === 'IPv4') console.log(`Others open ${url.replace('127.0.0.1', address)}/`);
  }
  if (/^(127\.|localhost$|::1$)/.test(host))
    console.log('Only this machine can connect; --host 0.0.0.0 lets others in.');
  console.log(`maskwire ready ${url}`);
}

/** The one place where signals end the process: the first stops in order, the second at once. */
function stopOnSignals(server: RunningServer, graceMs: number): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    const tooLate = setTimeout(() => process.exit(1), graceMs);
    void server.close().then(
      () => {
        clearTimeout(tooLate);
        process.exit(0);
      },
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}
