// Brings a fresh clone, or one whose sources have changed, to the point where `dist` can run: installs the packages that
// package-lock.json names and compiles. Does nothing, fast, where nothing has changed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const path = (name) => `${root}${name}`;
const modified = (name) => (existsSync(path(name)) ? statSync(path(name)).mtimeMs : 0);

/** The newest modification time under a folder. */
function newest(folder) {
  let time = 0;
  if (!existsSync(path(folder))) return time;
  for (const entry of readdirSync(path(folder), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) time = Math.max(time, statSync(`${entry.parentPath}/${entry.name}`).mtimeMs);
  }
  return time;
}

function run(title, command, args) {
  console.error(`maskwire: ${title} …`);
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (result.status !== 0) {
    console.error(`maskwire: ${title} failed (${[command, ...args].join(' ')}). The messages above say why.`);
    process.exit(1);
  }
}

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`maskwire: needs Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

const installed = 'node_modules/.package-lock.json';
if (modified(installed) < modified('package-lock.json')) {
  run('installing packages', 'npm', ['ci', '--no-audit', '--no-fund']);
}

const stamp = 'dist/.built';
const sources = Math.max(
  newest('src'),
  modified('tsconfig.build.json'),
  modified('tsconfig.json'),
  modified(installed),
);
if (modified(stamp) < sources) {
  // The client is compiled by itself, and first: it knows the browser's types and not Node's, and the demo uses it.
  for (const project of ['src/client', 'tsconfig.build.json']) {
    run('compiling', process.execPath, ['node_modules/typescript/bin/tsc', '-p', project]);
  }
  mkdirSync(path('dist'), { recursive: true });
  writeFileSync(path(stamp), '');
}

// The page is bundled from what was just compiled.
const pageStamp = 'web/dist/.built';
const pageSources = Math.max(
  newest('web/src'),
  newest('src/client'),
  newest('src/masks'),
  newest('samples'),
  modified('web/index.html'),
  modified('web/vite.config.ts'),
  modified(installed),
);
if (modified(pageStamp) < pageSources) {
  run('building the page', process.execPath, ['node_modules/vite/bin/vite.js', 'build', 'web', '--logLevel', 'warn']);
  writeFileSync(path(pageStamp), '');
}
