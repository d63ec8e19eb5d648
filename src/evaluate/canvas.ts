export type Rgb = readonly [red: number, green: number, blue: number];

/** Three columns and five rows each, `#` for ink. */
const GLYPHS: Readonly<Record<string, readonly string[]>> = {
  '0': ['###', '#.#', '#.#', '#.#', '###'],
  '1': ['.#.', '##.', '.#.', '.#.', '###'],
  '2': ['###', '..#', '###', '#..', '###'],
  '3': ['###', '..#', '.##', '..#', '###'],
  '4': ['#.#', '#.#', '###', '..#', '..#'],
  '5': ['###', '#..', '###', '..#', '###'],
  '6': ['###', '#..', '###', '#.#', '###'],
  '7': ['###', '..#', '..#', '.#.', '.#.'],
  '8': ['###', '#.#', '###', '#.#', '###'],
  '9': ['###', '#.#', '###', '..#', '###'],
  '.': ['...', '...', '...', '...', '.#.'],
};
const GLYPH_STEP = 4;
const SCALE = 2;

/** Height, in pixels, of numbers that are written on a canvas. */
export const NUMBER_HEIGHT = 5 * SCALE;

/** A picture to draw on: red, green, blue bytes, row by row. */
export class Canvas {
  readonly data: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
    data?: Uint8Array,
  ) {
    this.data = data ?? new Uint8Array(width * height * 3);
  }

  /** @param opacity 0..1. What lies outside the canvas is left out. */
  dot(x: number, y: number, color: Rgb, opacity = 1): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = (y * this.width + x) * 3;
    color.forEach((value, i) => (this.data[at + i] = (this.data[at + i] ?? 0) * (1 - opacity) + value * opacity));
  }

  fill(left: number, top: number, width: number, height: number, color: Rgb): void {
    for (let y = top; y < top + height; y++) for (let x = left; x < left + width; x++) this.dot(x, y, color);
  }

  /** Puts another canvas with its top left corner here. */
  put(other: Canvas, left: number, top: number): void {
    for (let y = 0; y < other.height; y++) {
      const row = other.data.subarray(y * other.width * 3, (y + 1) * other.width * 3);
      this.data.set(row, ((top + y) * this.width + left) * 3);
    }
  }

  /** A disc with a white rim, its centre in pixels from the top left corner. */
  disc(x: number, y: number, radius: number, color: Rgb): void {
    for (let row = Math.floor(y - radius); row <= y + radius; row++) {
      for (let column = Math.floor(x - radius); column <= x + radius; column++) {
        const distance = Math.hypot(column + 0.5 - x, row + 0.5 - y);
        if (distance < radius) this.dot(column, row, distance < radius * 0.7 ? color : [255, 255, 255]);
      }
    }
  }

  /** @param text of digits and points. */
  number(text: string, left: number, top: number, color: Rgb): void {
    Array.from(text).forEach((character, position) => {
      const rows = GLYPHS[character] ?? [];
      rows.forEach((row, y) => {
        Array.from(row).forEach((ink, x) => {
          if (ink === '#') {
            this.fill(left + (position * GLYPH_STEP + x) * SCALE, top + y * SCALE, SCALE, SCALE, color);
          }
        });
      });
    });
  }
}
