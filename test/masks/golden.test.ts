import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { frameFilter } from '#src/masks/axisFilter.js';
import { bitmapFromRuns } from '#src/masks/runs.js';
import { upsampleToRuns } from '#src/masks/upsample.js';

interface Tensor {
  readonly shape: readonly number[];
  readonly base64: string;
}

interface Golden {
  readonly architecture: { readonly image_size: number };
  readonly cases: readonly { readonly title: string; readonly low_res_logits: Tensor; readonly masks: Tensor }[];
}

const path = `${process.env['MASKWIRE_GOLDEN'] ?? ''}/sam-tiny.json`;

describe.skipIf(!existsSync(path))(
  'against masks of the official code (folder in MASKWIRE_GOLDEN, skipped without)',
  () => {
    it('upsamples the same logits to the same pixels', () => {
      const { architecture, cases } = JSON.parse(readFileSync(path, 'utf8')) as Golden;
      const frame = architecture.image_size;
      expect(cases.length).toBeGreaterThan(0);
      for (const { title, low_res_logits, masks } of cases) {
        const [count = 0, height = 0, width = 0] = masks.shape.slice(-3);
        const grid = low_res_logits.shape.at(-1) ?? 0;
        const scale = frame / Math.max(height, width);
        const rows = frameFilter(grid, frame, Math.floor(height * scale + 0.5), height);
        const columns = frameFilter(grid, frame, Math.floor(width * scale + 0.5), width);
        const logits = new Float32Array(Uint8Array.from(Buffer.from(low_res_logits.base64, 'base64')).buffer);
        const expected = Buffer.from(masks.base64, 'base64');
        expect(expected.length).toBe(count * height * width);
        for (let i = 0; i < count; i++) {
          const runs = upsampleToRuns(logits.subarray(i * grid * grid, (i + 1) * grid * grid), rows, columns);
          const pixels = expected.subarray(i * height * width, (i + 1) * height * width);
          expect(pixels.equals(bitmapFromRuns(runs)), `${title}, mask ${i}`).toBe(true);
        }
      }
    });
  },
);
