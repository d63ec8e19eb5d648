import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Router } from 'express';
import type { Metrics } from './metrics.js';

/** One thing that has to hold before the server should get requests; answers what is wrong, or null. */
export type ReadinessCheck = () => Promise<string | null> | string | null;

/** `/healthz`: the process answers. `/readyz`: it can serve. `/metrics`: for Prometheus. */
export function healthRoutes(metrics: Metrics, checks: Readonly<Record<string, ReadinessCheck>>): Router {
  const router = Router();
  router.get('/healthz', (_request, response) => {
    response.set('cache-control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_request, response) => {
    const found: Record<string, string> = {};
    for (const [name, check] of Object.entries(checks)) found[name] = (await check()) ?? 'ok';
    const ready = Object.values(found).every((state) => state === 'ok');
    response.status(ready ? 200 : 503).set('cache-control', 'no-store');
    response.json({ status: ready ? 'ready' : 'not ready', checks: found });
  });
  router.get('/metrics', async (_request, response) => {
    response.type(metrics.registry.contentType).send(await metrics.registry.metrics());
  });
  return router;
}

/** Whether files can be written in the folder: a full or read-only disk would fail every change of a session. */
export function canWriteIn(folder: string): ReadinessCheck {
  const path = join(folder, '.writable');
  return async () => {
    try {
      await writeFile(path, 'maskwire');
      await rm(path, { force: true });
      return null;
    } catch (error) {
      return `${folder} cannot be written: ${(error as Error).message}`;
    }
  };
}
