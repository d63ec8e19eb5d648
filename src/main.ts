#!/usr/bin/env node
import { serve } from './cli/serve.js';

const usage = `Usage: maskwire <command> [options]

Commands:
  serve    Serves the API, the page and GraphiQL.

maskwire <command> --help says more.`;

const verbs: Readonly<Record<string, (args: readonly string[]) => Promise<number | undefined>>> = { serve };

const [verb = '', ...args] = process.argv.slice(2);
const run = verbs[verb];
if (run) {
  const status = await run(args);
  if (status !== undefined) process.exitCode = status;
} else {
  const asked = verb === '--help' || verb === '';
  console[asked ? 'log' : 'error'](
    asked ? usage : `maskwire: there is no command ${JSON.stringify(verb)}.\n\n${usage}`,
  );
  process.exitCode = asked ? 0 : 2;
}
