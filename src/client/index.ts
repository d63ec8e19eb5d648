/** What `maskwire/client` offers to browsers and Node.js. */
export { connect, type Client, type ConnectOptions } from './client.js';
export {
  bitmapToRle,
  rleArea,
  rleBounds,
  rleToBitmap,
  rleToImageData,
  rleToPath2D,
  rleToSvgPath,
  type Bitmap,
  type Rgba,
} from './canvas.js';
export type { Status } from './connection.js';
export { MaskwireClientError } from './errors.js';
export type { LiveSession } from './session.js';
export type { ImageFile, UploadedImage, UploadOptions } from './upload.js';
export type * from './types.js';
