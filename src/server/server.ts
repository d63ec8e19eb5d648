import { existsSync } from 'node:fs';
import { access, constants, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { MaskwireError } from '#src/errors.js';
import { ImageStore } from '#src/images/ingest.js';
import type { Inference } from '#src/inference/inference.js';
import { InferenceSupervisor } from '#src/inference/supervisor.js';
import { MaskRepresentations } from '#src/masks/representations.js';
import { packagedModelsFolder, readManifest, readModels, type ModelFiles } from '#src/models/manifest.js';
import { readCatalogue } from '#src/models/store/catalogue.js';
import type { Context, Services } from '#src/resolvers/context.js';
import { resolvers } from '#src/resolvers/resolvers.js';
import { Sessions } from '#src/sessions/sessions.js';
import { SqliteLog } from '#src/sessions/sqliteLog.js';
import type { Caller } from './api.js';
import { canWriteIn } from './health.js';
import { startHttp } from './http.js';
import { Lifecycle } from './lifecycle.js';
import { Metrics } from './metrics.js';
import { observeInference, observeRepresentations, observeSessions } from './observers.js';
import { executableSchema, readContract } from './schema.js';
import { addedModelsFolder, imageLimitsOf, inferenceLimitsOf, sessionLimitsOf, type Config } from './settings.js';

const pageFolder = fileURLToPath(new URL('../../web/dist', import.meta.url));

export interface RunningServer {
  /** `http://address:port`, without a slash at its end. */
  readonly url: string;
  /**
   * Stops in order: no new work, what runs ends, what was asked for is stored, sockets close with 1001, the inference
   * process ends. Called again, it answers with the first call's end.
   */
  close(): Promise<void>;
}

/**
 * Starts a whole server: log, images, inference, sessions and both transports. Answers when its models are loaded.
 * @throws MaskwireError UNAVAILABLE where the data folder, the address or the models cannot be used; its message says
 *   what to do.
 */
export async function startServer(config: Config, log: Logger): Promise<RunningServer> {
  const folder = resolve(config.data);
  await prepareFolder(folder);
  const metrics = new Metrics();
  const lifecycle = new Lifecycle();
  const opened: { close(): Promise<void> | void }[] = [];
  const closeAll = async () => {
    for (const part of opened.splice(0).reverse()) await part.close();
  };
  try {
    // The log comes first: it locks the folder, and whoever opens the images clears what is half written there.
    const eventLog = openEventLog(join(folder, 'sessions.sqlite'));
    opened.push(eventLog);
    const services = await openServices(config, folder, eventLog, metrics, log);
    opened.push(services.inference, services.representations);
    const schema = executableSchema(readContract(), resolvers);
    const contextFor = (caller: Caller): Context => ({ ...services, ...caller });
    const checks = {
      models: () => (services.inference.ready ? null : 'the models are not loaded'),
      log: canWriteIn(folder),
      stopping: () => (lifecycle.stopping ? 'the server is stopping' : null),
    };
    const api = { schema, contextFor, config, log, metrics, lifecycle };
    const http = await startHttp(api, services.images, checks, pageFolder);
    opened.push(http);
    await loaded(services.inference, config.startTimeoutMs);
    await services.sessions.resume();
    log.info({ url: http.url, folder }, 'started');
    return {
      url: http.url,
      close: once(async () => {
        log.info({ running: lifecycle.running }, 'stopping');
        lifecycle.stop();
        // The rest of the grace is for closing.
        await lifecycle.idle(config.graceMs / 2);
        await services.sessions.close();
        await closeAll();
        log.info('stopped');
      }),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function openServices(
  config: Config,
  folder: string,
  eventLog: SqliteLog,
  metrics: Metrics,
  log: Logger,
): Promise<Services> {
  const images = await ImageStore.open(join(folder, 'images'), imageLimitsOf(config));
  const inference = new InferenceSupervisor({
    models: await readModelsOf(config),
    imagePath: async (id) => {
      const image = await images.get(id);
      if (!image) throw new Error(`There is no image ${id}.`);
      return images.file(image);
    },
    dataFolder: folder,
    limits: inferenceLimitsOf(config),
    observer: observeInference(metrics, log),
  });
  const sessions = new Sessions(eventLog, inference, sessionLimitsOf(config), observeSessions(metrics, log));
  metrics.gauge('maskwire_sessions_loaded', 'Sessions that are in memory now.', () => sessions.loadedCount);
  const representations = new MaskRepresentations({
    cacheBytes: config.representationCacheBytes,
    maxWaiting: config.maxWaitingMaskForms,
    onComputed: observeRepresentations(metrics),
  });
  const waiting = () => representations.waiting;
  metrics.gauge('maskwire_mask_representations_waiting', 'Forms of masks that wait to be computed.', waiting);
  return { images, inference, sessions, representations, limits: { maxInlineImageBytes: config.maxInlineImageBytes } };
}

async function prepareFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const advice = 'choose another with --data, or give this account the right to write there';
    throw unusable(`The data folder ${folder} cannot be used: ${advice}`, cause);
  }
}

function openEventLog(path: string): SqliteLog {
  try {
    return new SqliteLog(path);
  } catch (cause) {
    throw unusable(`${path} cannot be opened: restore it from a backup, or choose another folder with --data`, cause);
  }
}

async function readModelsOf(config: Config): Promise<readonly ModelFiles[]> {
  try {
    const added = addedModelsFolder(config);
    // A folder that was named has to be there; the usual one appears with the first model that is added.
    const isThere = config.models !== '' || existsSync(join(added, 'manifest.json'));
    const folders = [packagedModelsFolder, ...(isThere ? [added] : [])];
    await assertPulled(config.model, folders);
    return await readModels(folders, config.model === '' ? undefined : config.model);
  } catch (cause) {
    throw unusable('The models cannot be read: put them right, or choose others with --models and --model', cause);
  }
}

/** @throws MaskwireError UNAVAILABLE that says how to get it, where the default model is one that has to be pulled first. */
async function assertPulled(id: string, folders: readonly string[]): Promise<void> {
  const installed = (await Promise.all(folders.map(readManifest))).flatMap(({ models }) => models);
  if (installed.some((model) => model.id === id)) return;
  if (!(await readCatalogue()).some((model) => model.id === id)) return;
  throw new MaskwireError(
    'UNAVAILABLE',
    `The model ${id} is not here yet: get it with maskwire models pull ${id}, and the same --data or --models.`,
  );
}

/** What keeps the server from starting, in one line; errors that say so already stay as they are. */
function unusable(what: string, cause: unknown): MaskwireError {
  if (cause instanceof MaskwireError) return cause;
  const reason = (cause instanceof Error ? cause.message : String(cause)).replaceAll('\n', ' ');
  return new MaskwireError('UNAVAILABLE', `${what} (${reason}).`, {}, { cause });
}

async function loaded(inference: Inference, timeoutMs: number): Promise<void> {
  const started = performance.now();
  while (!inference.ready) {
    if (performance.now() - started > timeoutMs) {
      const message = `The models were not loaded within ${timeoutMs} ms (startTimeoutMs): the log says why.`;
      throw new MaskwireError('UNAVAILABLE', message);
    }
    await setTimeout(20);
  }
}

function once(end: () => Promise<void>): () => Promise<void> {
  let ended: Promise<void> | undefined;
  return () => (ended ??= end());
}
