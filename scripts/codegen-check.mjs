// Fails where the generated types are not what schema.graphql and the documents give.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync('npx', ['graphql-codegen', '--config', 'codegen.ts', '--check'], {
  cwd: root,
  stdio: 'inherit',
});
if (status !== 0) console.error('Generated types are out of date: run `npm run codegen` and commit the result.');
process.exit(status ?? 1);
