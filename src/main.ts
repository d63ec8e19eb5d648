#!/usr/bin/env node
const usage = `Usage: maskwire <command> [options]

Commands:
  serve     Serves the API, the page and GraphiQL.
  demo      Plays one session on a photo, in the terminal.
  evaluate  Measures a model on photos whose masks are known.
  models    Lists, downloads, converts, adds, checks and removes models.

maskwire <command> --help says more.`;

/** Answers the exit status, or undefined where the command goes on in the background. */
type Command = (args: readonly string[]) => Promise<number | undefined>;

/** Each command is a file of its own, read only when it is asked for. */
const commands = new Map<string, () => Promise<Command>>([
  ['serve', async () => (await import('./cli/serve.js')).serve],
  ['demo', async () => (await import('./cli/demo.js')).demo],
  ['evaluate', async () => (await import('./cli/evaluate.js')).evaluate],
  ['models', async () => (await import('./cli/models.js')).models],
]);

const [name = '--help', ...args] = process.argv.slice(2);
const command = commands.get(name);
if (command) {
  process.exitCode = await (await command())(args);
} else if (name === '--help') {
  console.log(usage);
} else {
  console.error(`maskwire: there is no command ${JSON.stringify(name)}.\n\n${usage}`);
  process.exitCode = 2;
}
