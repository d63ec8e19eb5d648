import { rleToBitmap, type Rle } from 'maskwire/client';
import type { Size } from '../canvas/view.js';
import { grayPng } from './png.js';

const MAX_8_BIT = 255;

/**
 * A grey PNG at the size of the image whose pixels are the masks' numbers, from 1 on; 0 belongs to none. Where masks
 * overlap, the later one stands. 8 bits deep, 16 for more than 255 masks.
 */
export async function labelMapPng(masks: readonly Rle[], size: Size): Promise<Blob> {
  const values = new Uint16Array(size.width * size.height);
  masks.forEach((mask, i) => {
    const { data } = rleToBitmap(mask);
    for (let pixel = 0; pixel < data.length; pixel++) if (data[pixel] === 1) values[pixel] = i + 1;
  });
  return grayPng(values, size, masks.length > MAX_8_BIT ? 16 : 8);
}
