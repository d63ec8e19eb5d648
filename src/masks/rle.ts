import { MaskwireError } from '#src/errors.js';

/**
 * A binary mask as COCO compressed run lengths: runs of 0 and 1 in turn, beginning with 0, column by column, in COCO's
 * string coding. `size` is `[height, width]` in pixels.
 */
export interface Rle {
  readonly size: readonly [height: number, width: number];
  readonly counts: string;
}

/**
 * A binary mask as plain numbers: `lengths` holds the lengths, in pixels, of runs of 0 and 1 in turn, column by column
 * from the left, each column from the top. The first run is of 0 and may be empty; no other run is. They sum to
 * `height * width`.
 */
export interface RunLengths {
  readonly height: number;
  readonly width: number;
  readonly lengths: Uint32Array;
}

/**
 * The largest mask, in pixels, that is decoded. It also keeps every number of a coded mask below 30 bits, so that plain
 * 32-bit arithmetic decodes it.
 */
export const MAX_MASK_PIXELS = 2 ** 28;

// COCO's coding is a little-endian variable-length one: five bits of a signed number in each character, a sixth bit that
// says whether more follow, and 48 added to make it printable.
const FIRST_CODE = 48;
const LAST_CODE = FIRST_CODE + 63;
const MORE = 0x20;
const SIGN = 0x10;
const BITS = 0x1f;
/** Characters of the longest number that a mask of `MAX_MASK_PIXELS` needs: a signed number of 30 bits. */
const MAX_CHARACTERS = 6;

/**
 * Reads a mask that came from outside. The string may be as pycocotools writes it or not minimal in its numbers, but
 * must otherwise be exactly what `RunLengths` describes.
 * @param maxPixels how large `height * width` may be, at most `MAX_MASK_PIXELS`. A larger mask, or one whose string is
 *   longer than any of that size, is refused before anything is allocated.
 * @throws MaskwireError TOO_LARGE where the mask has more pixels, BAD_USER_INPUT where it is malformed in any other way.
 */
export function decodeRle(rle: Rle, maxPixels = MAX_MASK_PIXELS): RunLengths {
  const [height, width] = sizeOf(rle, Math.min(maxPixels, MAX_MASK_PIXELS));
  const pixels = height * width;
  const { counts } = rle;
  const lengths = new Uint32Array(countNumbers(counts, pixels));
  let position = 0;
  let sum = 0;
  for (let run = 0; run < lengths.length; run++) {
    let length = 0;
    let shift = 0;
    let code: number;
    do {
      code = counts.charCodeAt(position++) - FIRST_CODE;
      length |= (code & BITS) << shift;
      shift += 5;
    } while (code & MORE);
    if (code & SIGN) length |= -1 << shift;
    // From the fourth number on, COCO stores the difference from the run of the same value before.
    if (run > 2) length += lengths[run - 2]!;
    if (length < 0 || (length === 0 && run > 0)) {
      throw malformed(`run ${run} of counts must be ${run > 0 ? 'positive' : 'at least 0'}, got ${length}`);
    }
    sum += length;
    if (sum > pixels) {
      throw malformed(`runs must sum to ${height} x ${width} = ${pixels} pixels, got more at run ${run}`);
    }
    lengths[run] = length;
  }
  if (sum !== pixels) throw malformed(`runs must sum to ${height} x ${width} = ${pixels} pixels, got ${sum}`);
  return { height, width, lengths };
}

/** Also in browsers, which have no Buffer; ASCII is UTF-8 as well. */
const ascii = new TextDecoder();

/** Writes a mask as pycocotools does, character by character the same. */
export function encodeRle({ height, width, lengths }: RunLengths): Rle {
  const characters = new Uint8Array(lengths.length * MAX_CHARACTERS);
  let end = 0;
  for (let run = 0; run < lengths.length; run++) {
    let rest = lengths[run]! - (run > 2 ? lengths[run - 2]! : 0);
    let more: boolean;
    do {
      const bits = rest & BITS;
      rest >>= 5;
      more = bits & SIGN ? rest !== -1 : rest !== 0;
      characters[end++] = FIRST_CODE + (more ? bits | MORE : bits);
    } while (more);
  }
  return { size: [height, width], counts: ascii.decode(characters.subarray(0, end)) };
}

function sizeOf({ size }: Rle, maxPixels: number): readonly [height: number, width: number] {
  const [height, width] = size;
  // The type says so, but the value comes from outside.
  const isSize = (size as readonly number[]).length === 2 && [height, width].every((n) => Number.isInteger(n) && n > 0);
  if (!isSize)
    throw malformed(`size must be two positive integers [height, width], got [${size.slice(0, 4).join(', ')}]`);
  if (height * width > maxPixels) {
    throw new MaskwireError(
      'TOO_LARGE',
      `A mask may have at most ${maxPixels} pixels, got ${height} x ${width} = ${height * width}.`,
      { limit: 'maxMaskPixels', maximum: maxPixels },
    );
  }
  return [height, width];
}

/** Checks the characters of the string and counts the numbers in it. */
function countNumbers(counts: string, pixels: number): number {
  // One run of length 0 and `pixels` runs of length 1 are the most that a mask can have.
  const maxNumbers = pixels + 1;
  if (counts.length > maxNumbers * MAX_CHARACTERS) {
    throw malformed(
      `counts must have at most ${maxNumbers * MAX_CHARACTERS} characters for ${pixels} pixels, got ${counts.length}`,
    );
  }
  let numbers = 0;
  let characters = 0;
  for (let i = 0; i < counts.length; i++) {
    const code = counts.charCodeAt(i);
    if (code < FIRST_CODE || code > LAST_CODE) {
      throw malformed(`counts must consist of the characters "0" to "o", got ${JSON.stringify(counts[i])} at ${i}`);
    }
    characters++;
    if (characters > MAX_CHARACTERS) {
      throw malformed(`a number in counts must have at most ${MAX_CHARACTERS} characters, got more at ${i}`);
    }
    if (((code - FIRST_CODE) & MORE) === 0) {
      numbers++;
      characters = 0;
    }
  }
  if (characters > 0) throw malformed('counts must end with a complete number, got a truncated one');
  if (numbers > maxNumbers) throw malformed(`counts must have at most ${maxNumbers} runs, got ${numbers}`);
  return numbers;
}

function malformed(detail: string): MaskwireError {
  return new MaskwireError('BAD_USER_INPUT', `Not a COCO compressed RLE: ${detail}.`);
}
