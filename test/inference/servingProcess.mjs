// A serving process in the middle of work: prints the id of its inference process, and waits to be killed.
import { tmpdir } from 'node:os';
import { inferenceLimits } from '#src/inference/limits.js';
import { NO_OBSERVER } from '#src/inference/observer.js';
import { InferenceSupervisor } from '#src/inference/supervisor.js';
import { readModels } from '#src/models/manifest.js';

const inference = new InferenceSupervisor({
  models: await readModels(),
  imagePath: () => 'missing',
  dataFolder: tmpdir(),
  limits: inferenceLimits.parse({}),
  observer: NO_OBSERVER,
});
await inference.encode('missing', inference.models[0].id).catch(() => undefined);
console.log(inference.pid);
