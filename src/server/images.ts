import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { Router, type Request } from 'express';
import { MaskwireError } from '#src/errors.js';
import type { ImageStore } from '#src/images/ingest.js';
import { answerError } from './httpErrors.js';
import type { Lifecycle } from './lifecycle.js';

const defaultThumbnailSide = 256;

/** An image's bytes never change under its id. */
const immutable = 'public, max-age=31536000, immutable';

/** `PUT /images`, `GET /images/:id` and `GET /images/:id/thumbnail?size=`. Errors are answered as JSON. */
export function imageRoutes(images: ImageStore, lifecycle: Lifecycle): Router {
  const router = Router();

  router.put('/', async (request, response) => {
    lifecycle.assertTakingWork();
    response.once('close', lifecycle.begin());
    const { image, created } = await images.ingest(request);
    const { id, width, height } = image;
    response
      .status(created ? 201 : 200)
      .location(`/images/${id}`)
      .json({ id, width, height });
  });

  router.get('/:id', async (request, response) => {
    const image = await find(images, request.params.id);
    response.set({ etag: `"${image.blob}"`, 'cache-control': immutable, 'x-content-type-options': 'nosniff' });
    if (request.fresh) return void response.status(304).end();
    const file = await open(images.file(image));
    const { size } = await file.stat();
    response.set({ 'content-type': image.mime, 'content-length': String(size) });
    if (request.method === 'HEAD') return void file.close().then(() => response.end());
    // A reader that goes away is no fault of ours.
    await pipeline(file.createReadStream(), response).catch(() => response.destroy());
  });

  router.get('/:id/thumbnail', async (request, response) => {
    const image = await find(images, request.params.id);
    const thumbnail = await images.thumbnail(image, size(request));
    response.set({ 'cache-control': immutable, 'x-content-type-options': 'nosniff' }).type('jpeg').send(thumbnail);
  });

  router.use(answerError);
  return router;
}

async function find(images: ImageStore, id: string) {
  const image = await images.get(id);
  if (!image) throw new MaskwireError('NOT_FOUND', `There is no image ${JSON.stringify(id.slice(0, 100))}.`);
  return image;
}

/** The longest side of a thumbnail, in pixels. */
function size(request: Request): number {
  const { size: given } = request.query;
  if (given === undefined) return defaultThumbnailSide;
  if (typeof given === 'string' && /^\d{1,5}$/.test(given)) return Number(given);
  throw new MaskwireError('BAD_USER_INPUT', `size: expected a whole number of pixels; got ${JSON.stringify(given)}`);
}
