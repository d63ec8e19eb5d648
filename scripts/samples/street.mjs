import { Canvas, ellipse, group, path, random, rect, stroke } from './canvas.mjs';

/** A street of small houses with cars, trees and people, late in the afternoon. */
export function street() {
  const canvas = new Canvas(1280, 853);
  const next = random(64);
  sky(canvas);
  hills(canvas, next);
  house(
    canvas,
    {
      x: 30,
      y: 250,
      width: 250,
      height: 330,
      wall: ['#f3c9a0', '#dca06f'],
      roof: ['#b5563f', '#7c3325'],
      door: '#2f5d6b',
      columns: 3,
      storeys: 2,
    },
    next,
  );
  house(
    canvas,
    {
      x: 300,
      y: 190,
      width: 230,
      height: 390,
      wall: ['#b9d3d8', '#86aab4'],
      roof: ['#5b6478', '#363c4e'],
      door: '#8c3b2e',
      columns: 3,
      storeys: 3,
    },
    next,
  );
  house(
    canvas,
    {
      x: 550,
      y: 300,
      width: 270,
      height: 280,
      wall: ['#f4e6b8', '#dfc27c'],
      roof: ['#a8503a', '#6e2e22'],
      door: '#3f6b45',
      columns: 3,
      storeys: 2,
    },
    next,
  );
  house(
    canvas,
    {
      x: 840,
      y: 170,
      width: 190,
      height: 410,
      wall: ['#e3a79b', '#bf7568'],
      roof: ['#4c5a63', '#2c363d'],
      door: '#e8d9a8',
      columns: 2,
      storeys: 3,
    },
    next,
  );
  house(
    canvas,
    {
      x: 1050,
      y: 280,
      width: 240,
      height: 300,
      wall: ['#d7dccb', '#a9b394'],
      roof: ['#8c4a6b', '#582a42'],
      door: '#35507a',
      columns: 3,
      storeys: 2,
    },
    next,
  );
  ground(canvas);
  tree(canvas, 290, 600, 96, ['#cfe58a', '#7fae3f', '#3d6b25'], next);
  tree(canvas, 836, 602, 84, ['#f6d27a', '#dd9433', '#95521a'], next);
  lamp(canvas, 545, 604);
  lamp(canvas, 1166, 604);
  bench(canvas, 610, 606);
  person(canvas, 744, 642, 1, { coat: ['#d8503f', '#93281f'], legs: '#2e3a55', hair: '#4a2d1a', skin: '#e8b48e' });
  person(canvas, 126, 640, -1, { coat: ['#4f86c4', '#28528a'], legs: '#4a3b30', hair: '#1f1a1a', skin: '#a8714c' });
  dog(canvas, 54, 640);
  car(canvas, 1010, 706, 0.86, ['#7fc4b8', '#2f8f86', '#15534f'], 'hatch');
  car(canvas, 356, 716, 0.92, ['#ffd97a', '#efa91f', '#a46c08'], 'sedan');
  bicycle(canvas, 690, 752);
  tree(canvas, 1222, 890, 160, ['#b8de8a', '#5f9c3c', '#285420'], next);
  car(canvas, 190, 820, 1.3, ['#ff9a86', '#d23c30', '#7f1512'], 'hatch');
  canvas.paint(
    path('M1280 -40 L700 -40 L-100 700 L-100 853 L300 853Z', 'fill="#ffe2a0" opacity=".14" filter="url(#blur40)"'),
    rect(
      0,
      0,
      1280,
      853,
      `fill="${canvas.radial(
        [
          ['#000', 0.6, 0],
          ['#160a1c', 1, 0.4],
        ],
        0.55,
        0.45,
        0.8,
      )}"`,
    ),
    canvas.texture('#ffffff', '0.9', { octaves: 1, seed: 6, strength: 0.12, offset: -0.05, opacity: 0.4 }),
  );
  return canvas;
}

function sky(canvas) {
  canvas.define(
    `<mask id="clouds">${rect(0, 0, 1280, 500, `fill="${canvas.linear(['#fff', '#fff', '#000'])}"`)}</mask>`,
  );
  canvas.paint(
    rect(0, 0, 1280, 620, `fill="${canvas.linear(['#5d9fd4', '#9cc8e4', '#f7e3c0', '#fbd39a'])}"`),
    ellipse(
      1120,
      120,
      200,
      200,
      `fill="${canvas.radial([
        ['#fff6d8', 0, 0.95],
        ['#ffe9b0', 0.3, 0.5],
        ['#ffe0a0', 1, 0],
      ])}"`,
    ),
    ellipse(1120, 120, 40, 40, 'fill="#fffbe8"'),
    '<g mask="url(#clouds)">',
    canvas.texture('#ffffff', '0.0035 0.011', {
      octaves: 5,
      seed: 37,
      strength: 3.6,
      offset: -1.75,
      box: [0, 0, 1280, 500],
      opacity: 0.95,
    }),
    canvas.texture('#e8b8a0', '0.004 0.012', {
      octaves: 4,
      seed: 52,
      strength: 2.4,
      offset: -1.3,
      box: [0, 60, 1280, 440],
      opacity: 0.5,
    }),
    '</g>',
  );
}

function hills(canvas, next) {
  canvas.paint(
    path('M0 470 C200 400 360 440 560 420 S960 380 1280 450 V640 H0Z', 'fill="#8fb0a8"'),
    path('M0 520 C240 470 460 520 700 490 S1100 480 1280 510 V640 H0Z', 'fill="#6f9a78"'),
    ...Array.from({ length: 40 }, () => {
      const x = next() * 1280;
      return ellipse(
        x,
        520 + next() * 40,
        20 + next() * 26,
        18 + next() * 20,
        `fill="${['#5c8a5c', '#6b9a5f', '#4d7a52'][Math.floor(next() * 3)]}"`,
      );
    }),
  );
}

function house(canvas, { x, y, width, height, wall, roof, door, columns, storeys }, next) {
  const bottom = y + height;
  const rise = width * 0.32;
  const chimney = rect(x + width * 0.68, y - rise * 0.92, 30, rise * 0.9);
  const gable = `M${x - 14} ${y} L${x + width / 2} ${y - rise} L${x + width + 14} ${y}Z`;
  const shape = rect(x, y - 1, width, height + 1) + path(gable) + chimney;
  const seed = Math.floor(next() * 90) + 1;
  const storey = (height - 34) / storeys;
  const glass = canvas.linear(['#5f7f98', '#a9c7d6', '#3f5a70'], 0, 0, 1, 1);
  const lit = canvas.linear(['#ffe9a8', '#f7bf5a'], 0, 0, 0, 1);
  const window = (wx, wy, w, h, on) =>
    rect(wx - 5, wy - 5, w + 10, h + 10, 'fill="#fffaf0"') +
    rect(wx, wy, w, h, `fill="${on ? lit : glass}"`) +
    (on
      ? ''
      : path(
          `M${wx} ${wy + h * 0.7} L${wx + w * 0.7} ${wy} h${w * 0.25} L${wx} ${wy + h}Z`,
          'fill="#fff" opacity=".25"',
        )) +
    rect(wx + w / 2 - 2, wy, 4, h, 'fill="#fffaf0"') +
    rect(wx, wy + h * 0.45, w, 4, 'fill="#fffaf0"') +
    rect(wx - 9, wy + h + 5, w + 18, 7, 'fill="#e8dcc6"') +
    rect(wx - 9, wy + h + 12, w + 18, 5, 'fill="#000" opacity=".22"') +
    rect(wx, wy, w, 6, 'fill="#000" opacity=".28"');
  let openings = '';
  const step = width / columns;
  const w = step * 0.46;
  for (let row = 0; row < storeys; row++) {
    for (let column = 0; column < columns; column++) {
      const wx = x + step * (column + 0.5) - w / 2;
      const wy = y + 34 + row * storey;
      const ground = row === storeys - 1;
      if (ground && column === Math.floor(columns / 2)) {
        openings +=
          rect(wx - 8, wy - 12, w + 16, bottom - wy + 12, 'fill="#fffaf0"') +
          rect(wx, wy - 4, w, bottom - wy + 4, `fill="${door}"`) +
          rect(wx + 8, wy + 6, w - 16, 26, `fill="${lit}" opacity=".9"`) +
          rect(wx + 8, wy + 42, w - 16, bottom - wy - 56, 'fill="#000" opacity=".16"') +
          ellipse(wx + w - 9, wy + 56, 3.5, 3.5, 'fill="#f3d27a"') +
          rect(wx - 14, bottom - 9, w + 28, 9, 'fill="#b8ac9a"');
      } else {
        openings += window(wx, wy, w, Math.min(storey * 0.58, w * 1.5), next() < 0.3);
        if (ground)
          openings +=
            rect(wx - 12, wy + Math.min(storey * 0.58, w * 1.5) + 4, w + 24, 16, 'fill="#8a4f2a"') +
            Array.from({ length: 9 }, (_, i) =>
              ellipse(
                wx - 8 + (i * (w + 16)) / 8,
                wy + Math.min(storey * 0.58, w * 1.5) + 2 - next() * 6,
                7,
                6,
                `fill="${['#e8556a', '#4f8f3f', '#f6c64a'][i % 3]}"`,
              ),
            ).join('');
      }
    }
  }
  const tiles = Array.from({ length: Math.ceil(rise / 13) }, (_, i) =>
    path(`M${x - 20} ${y - i * 13} h${width + 40}`, 'stroke="#000" stroke-width="2.5" opacity=".2"'),
  ).join('');
  canvas.define(`<clipPath id="roof${x}">${path(gable)}</clipPath>`);
  canvas.shadow(shape, { dx: -14, dy: 6, blur: 14, opacity: 0.3 });
  canvas.add(
    'house',
    shape,
    rect(
      x + width * 0.68,
      y - rise * 0.92,
      30,
      rise,
      `fill="${canvas.linear(['#8c4a36', '#b8694c', '#7a3d2c'], 0, 0, 1, 0)}"`,
    ) +
      rect(x + width * 0.68, y - rise * 0.92, 30, 8, 'fill="#5e2f22"') +
      rect(x, y - 1, width, height + 2, `fill="${canvas.linear([wall[1], wall[0], wall[0]], 0, 0, 1, 0.3)}"`) +
      canvas.texture('#5a3a20', '0.05 0.09', {
        octaves: 3,
        seed,
        strength: 1.8,
        offset: -0.9,
        box: [x, y, width, height],
        opacity: 0.4,
      }) +
      canvas.texture('#ffffff', '0.35', {
        octaves: 2,
        seed: seed + 3,
        strength: 1.6,
        offset: -0.85,
        box: [x, y, width, height],
        opacity: 0.35,
      }) +
      rect(x, bottom - 30, width, 30, 'fill="#6b6058" opacity=".75"') +
      rect(x, y, width, 20, 'fill="#000" opacity=".3" filter="url(#blur4)"') +
      path(gable, `fill="${canvas.linear([roof[1], roof[0], roof[0]], 0, 0, 1, 0.2)}"`) +
      `<g clip-path="url(#roof${x})">${tiles}${canvas.texture('#1c0d08', '0.09 0.16', { octaves: 2, seed: seed + 9, strength: 2.4, offset: -1.2, box: [x - 20, y - rise, width + 40, rise], opacity: 0.5 })}</g>` +
      ellipse(x + width / 2, y - rise * 0.42, 19, 19, `fill="${glass}" stroke="#fffaf0" stroke-width="6"`) +
      openings +
      rect(x - 2, y, 10, height, 'fill="#000" opacity=".14"'),
  );
}

function ground(canvas) {
  canvas.paint(
    rect(0, 578, 1280, 76, `fill="${canvas.linear(['#d9cdb8', '#bfb19a'])}"`),
    canvas.texture('#5a4a38', '0.25', {
      octaves: 2,
      seed: 4,
      strength: 1.6,
      offset: -0.8,
      box: [0, 578, 1280, 76],
      opacity: 0.5,
    }),
    ...Array.from({ length: 24 }, (_, i) =>
      path(`M${i * 56 - 10} 654 L${i * 54 + 6} 578`, 'stroke="#8a7c68" stroke-width="2" opacity=".6"'),
    ),
    rect(0, 574, 1280, 12, 'fill="#2a1c10" opacity=".4" filter="url(#blur4)"'),
    rect(0, 652, 1280, 13, 'fill="#e4dccc"') + rect(0, 664, 1280, 9, 'fill="#8f8574"'),
    rect(0, 672, 1280, 181, `fill="${canvas.linear(['#5c5a60', '#6f6c70', '#57545a'])}"`),
    canvas.texture('#1d1b20', '0.5', {
      octaves: 2,
      seed: 14,
      strength: 2,
      offset: -1,
      box: [0, 672, 1280, 181],
      opacity: 0.5,
    }),
    canvas.texture('#d8d0c8', '0.006 0.08', {
      octaves: 3,
      seed: 18,
      strength: 2.2,
      offset: -1.15,
      box: [0, 672, 1280, 181],
      opacity: 0.35,
    }),
    ...[0, 1, 2, 3, 4, 5, 6].map((i) => path(`M${i * 200 - 60} 758 h100 l-6 9 h-100z`, 'fill="#f3ead2" opacity=".85"')),
    ellipse(640, 676, 700, 8, 'fill="#000" opacity=".4" filter="url(#blur4)"'),
  );
}

function tree(canvas, x, y, r, [light, middle, dark], next) {
  const top = y - r * 2.3;
  const trunk = path(
    `M${x - r * 0.12} ${y} Q${x - r * 0.04} ${y - r * 0.8} ${x - r * 0.1} ${top} h${r * 0.2} Q${x + r * 0.05} ${y - r * 0.8} ${x + r * 0.15} ${y}Z`,
    '@',
  );
  const puffs = Array.from({ length: 22 }, (_, i) => {
    const angle = (i / 22) * Math.PI * 2 * 3.3;
    const distance = r * (0.2 + 0.62 * Math.sqrt(i / 22));
    return [x + Math.cos(angle) * distance, top + Math.sin(angle) * distance * 0.92, r * (0.34 + next() * 0.16)];
  }).reverse();
  const shape = trunk.replace('@', '') + puffs.map(([px, py, pr]) => ellipse(px, py, pr)).join('');
  canvas.shadow(ellipse(x - r * 0.5, y + 4, r * 1.0, r * 0.12), { blur: 8, opacity: 0.5 });
  canvas.shadow(shape, { dx: -14, dy: 8, blur: 14, opacity: 0.3 });
  const fill = canvas.radial([light, [middle, 0.55], dark], 0.62, 0.3, 0.75);
  const leaves = (colour, count, dx, dy) =>
    Array.from({ length: count }, () => {
      const [px, py, pr] = puffs[Math.floor(next() * puffs.length)];
      const angle = next() * Math.PI * 2;
      const distance = Math.sqrt(next()) * pr;
      const [lx, ly] = [px + dx * r + Math.cos(angle) * distance, py + dy * r + Math.sin(angle) * distance];
      return ellipse(
        lx.toFixed(1),
        ly.toFixed(1),
        (r * 0.05).toFixed(1),
        (r * 0.028).toFixed(1),
        `fill="${colour}" opacity=".6" transform="rotate(${Math.floor(next() * 180)} ${lx.toFixed(1)} ${ly.toFixed(1)})"`,
      );
    }).join('');
  canvas.add(
    'tree',
    shape,
    trunk.replace('@', `fill="${canvas.linear(['#4a2f1c', '#7a5433', '#a87c4e'], 0, 0, 1, 0)}"`) +
      puffs
        .map(
          ([px, py, pr]) =>
            ellipse(px - 3, py + 5, pr, pr, `fill="${dark}" opacity=".55" filter="url(#blur4)"`) +
            ellipse(px, py, pr, pr, `fill="${fill}"`),
        )
        .join('') +
      leaves(dark, 260, -0.06, 0.06) +
      leaves(light, 300, 0.08, -0.08) +
      ellipse(x - r * 0.3, top + r * 0.7, r * 0.8, r * 0.35, `fill="${dark}" opacity=".5" filter="url(#blur14)"`),
  );
}

function lamp(canvas, x, y) {
  const post =
    rect(x - 5, y - 236, 10, 236) +
    rect(x - 14, y - 18, 28, 18, 'rx="4"') +
    path(`M${x - 24} ${y - 282} h48 l-10 48 h-28z`) +
    path(`M${x - 30} ${y - 282} L${x} ${y - 306} L${x + 30} ${y - 282}Z`) +
    rect(x - 34, y - 218, 68, 5);
  canvas.shadow(ellipse(x - 20, y + 2, 40, 6), { blur: 4, opacity: 0.5 });
  canvas.add(
    'street lamp',
    post,
    rect(
      x - 40,
      y - 310,
      80,
      312,
      `fill="${canvas.linear(['#1c2a2e', '#4d6268', '#22343a', '#11191c'], 0, 0, 1, 0)}"`,
    ) +
      path(`M${x - 19} ${y - 277} h38 l-8 40 h-22z`, `fill="${canvas.linear(['#fff6cf', '#f9cf74'])}"`) +
      rect(x - 1.5, y - 282, 3, 48, 'fill="#1c2a2e"'),
  );
}

function bench(canvas, x, y) {
  const boards =
    [0, 15, 30].map((dy) => rect(x, y - 58 + dy, 110, 11, 'rx="3"')).join('') + rect(x - 6, y - 20, 122, 11, 'rx="3"');
  const legs = stroke(`M${x + 14} ${y + 14} V${y - 60}`, 6) + stroke(`M${x + 96} ${y + 14} V${y - 60}`, 6);
  canvas.shadow(ellipse(x + 46, y + 16, 74, 7), { blur: 4, opacity: 0.5 });
  canvas.add(
    'bench',
    legs + boards,
    `<g color="#2a3234">${legs}</g><g fill="${canvas.linear(['#c98a4c', '#8a5426'])}">${boards}</g>`,
  );
}

function person(canvas, x, y, facing, { coat, legs, hair, skin }) {
  const move = (svg) => group(`translate(${x} ${y}) scale(${facing} 1)`, svg);
  const parts = {
    legs: stroke('M-3 -62 L-16 -8 L-6 -4', 13) + stroke('M3 -62 L16 -10 L28 -6', 13),
    body: path('M-20 -62 C-24 -96 -18 -122 0 -124 C18 -122 24 -96 21 -60 Q0 -52 -20 -62Z'),
    arms: stroke('M-8 -112 Q-24 -92 -22 -70', 10) + stroke('M10 -112 Q26 -92 32 -76', 10),
    head: ellipse(3, -140, 15, 17),
    hair: path('M-14 -138 C-16 -162 16 -166 19 -146 C10 -150 2 -150 -4 -146 C-4 -136 -8 -130 -12 -128Z'),
  };
  const shape = Object.values(parts).join('');
  canvas.shadow(ellipse(x - 24, y - 2, 44, 6), { blur: 4, opacity: 0.5 });
  const cloth = canvas.linear([coat[1], coat[0]], 0, 0, 1, 0);
  canvas.add(
    'person',
    move(shape),
    move(
      `<g color="${legs}">${parts.legs}</g>` +
        stroke('M-16 -8 L-5 -4', 13, 'color="#2a1d16"') +
        stroke('M18 -9 L28 -6', 13, 'color="#2a1d16"') +
        `<g fill="${cloth}">${parts.body}</g><g color="${coat[1]}">${parts.arms}</g>` +
        ellipse(-22, -68, 5.5, 5.5, `fill="${skin}"`) +
        ellipse(33, -74, 5.5, 5.5, `fill="${skin}"`) +
        `<g fill="${skin}">${parts.head}</g><g fill="${hair}">${parts.hair}</g>` +
        ellipse(11, -141, 1.8, 1.8, 'fill="#1c120c"') +
        path('M-18 -118 Q0 -108 18 -118', `fill="none" stroke="${coat[0]}" stroke-width="6" opacity=".7"`),
    ),
  );
}

function dog(canvas, x, y) {
  const body = path(
    `M${x - 34} ${y - 40} C${x - 20} ${y - 52} ${x + 14} ${y - 48} ${x + 26} ${y - 52} C${x + 30} ${y - 68} ${x + 48} ${y - 68} ${x + 52} ${y - 58} L${x + 64} ${y - 52} Q${x + 66} ${y - 44} ${x + 52} ${y - 42} C${x + 44} ${y - 30} ${x + 30} ${y - 22} ${x + 20} ${y - 22} H${x - 26} Q${x - 40} ${y - 26} ${x - 34} ${y - 40}Z`,
  );
  const legs = [-26, -16, 14, 24]
    .map((dx) => stroke(`M${x + dx} ${y - 28} L${x + dx + (dx > 0 ? 3 : -3)} ${y - 4}`, 7))
    .join('');
  const tail = stroke(`M${x - 34} ${y - 38} Q${x - 52} ${y - 46} ${x - 50} ${y - 64}`, 6);
  canvas.shadow(ellipse(x - 6, y - 2, 50, 5), { blur: 4, opacity: 0.5 });
  canvas.add(
    'dog',
    body + legs + tail,
    `<g color="#7a4a24">${legs}${tail}</g>` +
      rect(x - 60, y - 72, 130, 60, `fill="${canvas.linear(['#d99a5a', '#a8682e', '#7a4a20'])}" mask="url(#dog)"`) +
      ellipse(x + 34, y - 54, 7, 13, `fill="#6b3d1a" transform="rotate(16 ${x + 34} ${y - 54})"`) +
      ellipse(x + 47, y - 58, 2.2, 2.2, 'fill="#160c06"') +
      ellipse(x + 63, y - 51, 3, 3, 'fill="#160c06"') +
      stroke(`M${x + 26} ${y - 50} L${x + 34} ${y - 30}`, 4, 'color="#c2342c"'),
  );
  canvas.define(`<mask id="dog"><g fill="#fff">${body}</g></mask>`);
}

function car(canvas, x, y, scale, [light, middle, dark], kind) {
  const move = (svg) => group(`translate(${x} ${y}) scale(${scale})`, svg);
  const cabin =
    kind === 'sedan'
      ? 'M-96 -58 C-70 -104 -52 -112 -20 -112 H30 C62 -110 84 -84 104 -58Z'
      : 'M-124 -56 C-120 -100 -106 -116 -72 -116 H16 C52 -114 76 -88 100 -56Z';
  const hull =
    'M-152 -24 C-156 -50 -146 -60 -118 -62 H96 C136 -58 152 -50 156 -28 Q158 -8 146 -6 H-142 Q-152 -8 -152 -24Z';
  const wheels = [-94, 96];
  const shape = path(cabin) + path(hull) + wheels.map((wx) => ellipse(wx, -6, 31)).join('');
  canvas.shadow(move(ellipse(-10, 20, 168, 15)), { blur: 8, opacity: 0.75, colour: '#0c0a10' });
  const glass = canvas.linear(['#cfe6f0', '#7fa3b8', '#34506a'], 0, 0, 0.6, 1);
  const panes =
    kind === 'sedan'
      ? 'M-80 -60 C-60 -98 -46 -104 -20 -104 H-2 V-60Z M8 -60 V-104 H28 C54 -102 72 -82 88 -60Z'
      : 'M-112 -60 C-108 -96 -98 -108 -72 -108 H-62 V-60Z M-52 -60 V-108 H14 C44 -106 64 -84 82 -60Z';
  canvas.add(
    'car',
    move(shape),
    move(
      path(cabin, `fill="${canvas.linear([light, middle])}"`) +
        path(panes, `fill="${glass}"`) +
        path('M-40 -60 L-16 -106 h16 L-24 -60Z M40 -60 L60 -92 l8 8 L54 -60Z', 'fill="#fff" opacity=".3"') +
        path(hull, `fill="${canvas.linear([light, middle, middle, dark])}"`) +
        path(
          'M-148 -44 C-60 -54 60 -54 152 -40',
          'fill="none" stroke="#fff" stroke-width="5" opacity=".6" filter="url(#blur1)"',
        ) +
        rect(-150, -22, 304, 5, `fill="${dark}" opacity=".6"`) +
        path(
          'M-2 -60 V-14 M-62 -60 Q-70 -34 -58 -14 M88 -58 Q92 -34 74 -14',
          `fill="none" stroke="${dark}" stroke-width="2.5" opacity=".7"`,
        ) +
        rect(12, -46, 20, 5, 'rx="2.5" fill="#f4f6f7" opacity=".9"') +
        rect(-50, -46, 20, 5, 'rx="2.5" fill="#f4f6f7" opacity=".9"') +
        ellipse(143, -36, 12, 9, 'fill="#fff8d8" stroke="#8f8a78" stroke-width="2"') +
        rect(-154, -44, 14, 17, 'rx="4" fill="#c21f1a"') +
        rect(118, -18, 40, 9, 'rx="4" fill="#d8dde0"') +
        rect(-156, -18, 36, 9, 'rx="4" fill="#d8dde0"') +
        wheels
          .map(
            (wx) =>
              ellipse(wx, -6, 37, 36, 'fill="#08070a" opacity=".7"') +
              ellipse(wx, -6, 31, 31, 'fill="#1b1b1f"') +
              ellipse(wx, -6, 19, 19, `fill="${canvas.radial(['#ffffff', '#b9c1c6', '#6d767c'], 0.4, 0.35, 0.7)}"`) +
              [0, 72, 144, 216, 288]
                .map((angle) => rect(wx - 2.5, -24, 5, 15, `fill="#4b5358" transform="rotate(${angle} ${wx} -6)"`))
                .join('') +
              ellipse(wx, -6, 5, 5, 'fill="#2b3034"'),
          )
          .join(''),
    ),
  );
}

function bicycle(canvas, x, y) {
  const wheel = (wx) => ellipse(wx, y, 47, 47, 'fill="none" stroke="currentColor" stroke-width="6"');
  const spokes = (wx) =>
    Array.from({ length: 9 }, (_, i) =>
      stroke(`M${wx - 44} ${y} H${wx + 44}`, 1, `transform="rotate(${i * 20} ${wx} ${y})"`),
    ).join('');
  const frame = stroke(
    `M${x - 66} ${y} L${x - 32} ${y - 62} H${x + 40} L${x - 8} ${y + 2} Z M${x - 8} ${y + 2} L${x - 40} ${y - 78} M${x + 66} ${y} L${x + 36} ${y - 80}`,
    6.5,
  );
  const bars =
    stroke(`M${x + 36} ${y - 82} Q${x + 52} ${y - 92} ${x + 62} ${y - 80} M${x - 56} ${y - 80} H${x - 26}`, 8) +
    ellipse(x - 8, y + 2, 10);
  const shape = wheel(x - 66) + wheel(x + 66) + frame + bars;
  canvas.shadow(ellipse(x - 14, y + 50, 116, 8), { blur: 4, opacity: 0.7, colour: '#0c0a10' });
  canvas.paint(`<g color="#d9dde0" opacity=".8">${spokes(x - 66)}${spokes(x + 66)}</g>`);
  canvas.add(
    'bicycle',
    shape,
    `<g color="#17171a" fill="#33363a">${wheel(x - 66)}${wheel(x + 66)}${bars}</g><g color="#2f6fb0">${frame}</g><g color="#9cc8f0">${frame.replace('stroke-width="6.5"', 'stroke-width="2"')}</g>`,
  );
}
