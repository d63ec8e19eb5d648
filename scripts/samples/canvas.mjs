// What the scenes draw on: an SVG picture made of objects, each with a shape (its silhouette, which becomes its mask)
// and a painting that is cut out by that shape. Shadows lie outside of masks, as in photos that people annotate.

/** A source of numbers from 0 to 1 that is the same for a seed (mulberry32). */
export function random(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const ellipse = (cx, cy, rx, ry = rx, more = '') =>
  `<ellipse cx="${cx}" cy="${cy}" rx="${rx}" ry="${ry}" ${more}/>`;
export const rect = (x, y, width, height, more = '') =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${more}/>`;
export const path = (d, more = '') => `<path d="${d}" ${more}/>`;
/** A line that takes its colour from the group around it, so that it can be part of a shape. */
export const stroke = (d, width, more = '') =>
  `<path d="${d}" fill="none" stroke="currentColor" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;
export const group = (transform, ...children) => `<g transform="${transform}">${children.join('')}</g>`;

export class Canvas {
  #defs = [];
  #painting = [];
  #ids = [];
  #labels = [];
  #count = 0;

  constructor(width, height) {
    this.width = width;
    this.height = height;
    for (const blur of [1, 2, 4, 8, 14, 24, 40]) {
      this.define(
        `<filter id="blur${blur}" x="-100%" y="-100%" width="300%" height="300%"><feGaussianBlur stdDeviation="${blur}"/></filter>`,
      );
    }
  }

  define(svg) {
    this.#defs.push(svg);
  }

  #name(prefix) {
    this.#count += 1;
    return `${prefix}${this.#count}`;
  }

  #stops(colours) {
    return colours
      .map((colour, i) => {
        const [value, offset = i / (colours.length - 1), opacity = 1] = Array.isArray(colour) ? colour : [colour];
        return `<stop offset="${offset}" stop-color="${value}" stop-opacity="${opacity}"/>`;
      })
      .join('');
  }

  /** Colours are names or `[colour, offset, opacity]`. Coordinates are shares of the painted box. */
  linear(colours, x1 = 0, y1 = 0, x2 = 0, y2 = 1) {
    const id = this.#name('l');
    this.define(
      `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${this.#stops(colours)}</linearGradient>`,
    );
    return `url(#${id})`;
  }

  radial(colours, cx = 0.5, cy = 0.5, r = 0.5, fx = cx, fy = cy) {
    const id = this.#name('r');
    this.define(
      `<radialGradient id="${id}" cx="${cx}" cy="${cy}" r="${r}" fx="${fx}" fy="${fy}">${this.#stops(colours)}</radialGradient>`,
    );
    return `url(#${id})`;
  }

  /**
   * A sheet of noise of one colour. `frequency` is per pixel, x and y; the noise becomes opacity times `strength` plus
   * `offset`.
   */
  texture(colour, frequency, { octaves = 4, seed = 1, strength = 2, offset = -0.7, box = null, opacity = 1 } = {}) {
    const id = this.#name('t');
    const [r, g, b] = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
    this.define(
      `<filter id="${id}" x="0" y="0" width="100%" height="100%" color-interpolation-filters="sRGB">` +
        `<feTurbulence type="fractalNoise" baseFrequency="${frequency}" numOctaves="${octaves}" seed="${seed}"/>` +
        `<feColorMatrix values="0 0 0 0 ${r} 0 0 0 0 ${g} 0 0 0 0 ${b} ${strength} 0 0 0 ${offset}"/></filter>`,
    );
    const [x, y, width, height] = box ?? [0, 0, this.width, this.height];
    return rect(x, y, width, height, `filter="url(#${id})" opacity="${opacity}"`);
  }

  /** Paints what belongs to no object. */
  paint(...svg) {
    this.#painting.push(...svg);
  }

  /** A soft shadow of a shape. */
  shadow(shape, { dx = 0, dy = 0, blur = 8, opacity = 0.4, colour = '#1a0f08' } = {}) {
    this.paint(
      `<g transform="translate(${dx} ${dy})" fill="${colour}" color="${colour}" opacity="${opacity}" filter="url(#blur${blur})">${shape}</g>`,
    );
  }

  /**
   * Adds an object on top of what is there and answers its number. `partOf`: the number of the object of which this is
   * a further part, such as the front of a bowl that holds other things.
   */
  add(label, shape, painting, partOf = null) {
    const id = this.#name('m');
    this.define(
      `<mask id="${id}" maskUnits="userSpaceOnUse" x="0" y="0" width="${this.width}" height="${this.height}">` +
        `<g fill="#fff" color="#fff">${shape}</g></mask>`,
    );
    this.#painting.push(`<g mask="url(#${id})">${painting}</g>`);
    const number = partOf ?? this.#labels.push(label);
    const colour = `#${number.toString(16).padStart(6, '0')}`;
    this.#ids.push(`<g fill="${colour}" color="${colour}">${shape}</g>`);
    return number;
  }

  get labels() {
    return this.#labels;
  }

  #svg(content) {
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${this.width}" height="${this.height}">${content}</svg>`;
  }

  picture() {
    return this.#svg(`<defs>${this.#defs.join('')}</defs>${this.#painting.join('')}`);
  }

  /** The shapes alone, each in the flat colour whose value is its place in `labels` plus one. */
  idPicture() {
    return this.#svg(`<g shape-rendering="crispEdges">${this.#ids.join('')}</g>`);
  }
}

/** A lit ball: `colours` from light to dark. */
export function ball(
  canvas,
  label,
  cx,
  cy,
  rx,
  ry,
  colours,
  { shape = ellipse(cx, cy, rx, ry), detail = '', gloss = 0.55 } = {},
) {
  const [light, middle, dark, deep] = colours;
  const body = canvas.radial([light, [middle, 0.45], [dark, 0.85], deep], 0.42, 0.38, 0.68, 0.33, 0.27);
  canvas.shadow(shape, { dx: rx * 0.04, dy: ry * 0.05, blur: 8, opacity: 0.28 });
  const box = [cx - rx * 1.3, cy - ry * 1.3, rx * 2.6, ry * 2.6];
  canvas.add(
    label,
    shape,
    [
      rect(...box, `fill="${body}"`),
      detail,
      // Light from the table comes back at the lower edge.
      ellipse(
        cx + rx * 0.12,
        cy + ry * 0.95,
        rx * 0.6,
        ry * 0.16,
        `fill="${light}" opacity=".28" filter="url(#blur8)"`,
      ),
      ellipse(
        cx - rx * 0.34,
        cy - ry * 0.42,
        rx * 0.24,
        ry * 0.17,
        `fill="#fff" opacity="${gloss}" filter="url(#blur4)" transform="rotate(-28 ${cx - rx * 0.34} ${cy - ry * 0.42})"`,
      ),
    ].join(''),
  );
}
