import { Canvas, ellipse, group, path, random, rect, stroke } from './canvas.mjs';

/** Fish and plants over sand, with a stone arch to swim through. */
export function aquarium() {
  const canvas = new Canvas(1280, 853);
  const next = random(41);
  water(canvas);
  farPlants(canvas, next);
  arch(canvas);
  fish(canvas, 'fish', 250, 200, 0.62, 1, ['#cfe8ff', '#6aa6d8', '#2d5f94'], '#17395e');
  fish(canvas, 'fish', 396, 262, 0.5, 1, ['#cfe8ff', '#6aa6d8', '#2d5f94'], '#17395e');
  fish(canvas, 'fish', 196, 312, 0.5, 1, ['#cfe8ff', '#6aa6d8', '#2d5f94'], '#17395e');
  sand(canvas);
  coral(canvas, 1096, 706, ['#ffb0a0', '#e8566a', '#9c2246'], next);
  rock(canvas, 118, 720, 150, 104, 4);
  rock(canvas, 262, 756, 92, 62, 9);
  plant(canvas, 70, 790, ['#a8e07c', '#3f9a4c', '#17592f'], 7, 330, next);
  fish(canvas, 'clownfish', 560, 560, 0.95, 1, ['#ffc27a', '#f4761c', '#b8400a'], '#3a1405', true);
  fish(canvas, 'angelfish', 900, 250, 1.15, -1, ['#fff6b8', '#f3c92f', '#b88a0c'], '#5a3d04', false, true);
  fish(canvas, 'fish', 704, 330, 1.0, -1, ['#f3c9ff', '#b25ad8', '#5e1f92'], '#300a50');
  anemone(canvas, 470, 800, next);
  plant(canvas, 1220, 820, ['#ffd08a', '#d9743c', '#7c2a1c'], 6, 420, next);
  plant(canvas, 840, 836, ['#c8f09a', '#5bb058', '#1f6a3a'], 6, 210, next);
  starfish(canvas, 690, 764);
  snail(canvas, 980, 792);
  bubbles(canvas, next);
  canvas.paint(
    rect(
      0,
      0,
      1280,
      853,
      `fill="${canvas.radial(
        [
          ['#000', 0.5, 0],
          ['#00131f', 1, 0.55],
        ],
        0.5,
        0.42,
        0.78,
      )}"`,
    ),
    canvas.texture('#ffffff', '0.9', { octaves: 1, seed: 2, strength: 0.12, offset: -0.05, opacity: 0.4 }),
  );
  return canvas;
}

function water(canvas) {
  const fade = canvas.linear(['#fff', '#777', '#000']);
  canvas.define(`<mask id="surface">${rect(0, 0, 1280, 150, `fill="${fade}"`)}</mask>`);
  const ray = canvas.linear([
    ['#e9fff6', 0, 0.5],
    ['#e9fff6', 1, 0],
  ]);
  canvas.paint(
    rect(0, 0, 1280, 853, `fill="${canvas.linear(['#7fd6d8', '#2f9fb4', '#136b8c', '#0c4a68'])}"`),
    canvas.texture('#0a4a66', '0.004 0.007', { seed: 6, strength: 2, offset: -0.75, opacity: 0.55 }),
    '<g mask="url(#surface)">',
    canvas.texture('#e6fff8', '0.02 0.05', {
      octaves: 2,
      seed: 15,
      strength: 3,
      offset: -1.5,
      box: [0, 0, 1280, 150],
      opacity: 0.6,
    }),
    '</g>',
    ...[
      [150, 260],
      [380, 340],
      [610, 620],
      [800, 900],
      [1010, 1240],
    ].map(([from, to], i) =>
      path(
        `M${from} -20 h${50 + (i % 3) * 26} L${to + 170} 760 h-${150 + i * 10}Z`,
        `fill="${ray}" opacity=".5" filter="url(#blur14)"`,
      ),
    ),
  );
}

function sand(canvas) {
  const d = 'M0 700 C160 652 330 706 520 700 S820 660 980 690 S1200 700 1280 672 V853 H0Z';
  canvas.paint(path(d, 'fill="#06263a" opacity=".5" filter="url(#blur14)" transform="translate(0 -8)"'));
  canvas.add(
    'sand',
    path(d),
    [
      path(d, `fill="${canvas.linear(['#c9bc8d', '#dccb98', '#b79f6c'])}"`),
      canvas.texture('#6e5426', '0.35', { octaves: 2, seed: 3, strength: 2.2, offset: -1, opacity: 0.4 }),
      canvas.texture('#fff4cf', '0.5', { octaves: 2, seed: 8, strength: 2.2, offset: -1.1, opacity: 0.5 }),
      canvas.texture('#5e4a20', '0.006 0.05', { octaves: 2, seed: 5, strength: 2.4, offset: -1.15, opacity: 0.5 }),
      canvas.texture('#eafff8', '0.018 0.03', { octaves: 2, seed: 21, strength: 4, offset: -2.1, opacity: 0.45 }),
    ].join(''),
  );
}

function farPlants(canvas, next) {
  const blades = Array.from({ length: 26 }, () => {
    const x = next() * 1280;
    const height = 140 + next() * 260;
    return stroke(
      `M${x} 740 Q${x - 40 + next() * 80} ${740 - height / 2} ${x - 30 + next() * 60} ${740 - height}`,
      10 + next() * 14,
    );
  });
  canvas.paint(`<g color="#0d5a70" opacity=".5" filter="url(#blur4)">${blades.join('')}</g>`);
}

function arch(canvas) {
  const d =
    'M520 740 C500 640 508 540 548 474 C590 404 700 392 790 410 C880 428 940 500 948 590 C954 650 962 700 956 740 H826 C836 680 838 610 806 566 C776 528 700 520 668 560 C634 604 640 680 650 740Z';
  canvas.add(
    'stone arch',
    path(d),
    path(d, `fill="${canvas.linear(['#a8b4ac', '#75857f', '#4a5a5a', '#2f4048'], 0, 0, 0.6, 1)}"`) +
      canvas.texture('#1d2b2e', '0.02 0.03', {
        seed: 11,
        strength: 3.2,
        offset: -1.4,
        box: [490, 390, 480, 360],
        opacity: 0.75,
      }) +
      canvas.texture('#dfeee0', '0.06', {
        seed: 19,
        strength: 2.6,
        offset: -1.4,
        box: [490, 390, 480, 360],
        opacity: 0.5,
      }) +
      canvas.texture('#3f7a3a', '0.012', {
        seed: 29,
        strength: 4,
        offset: -2.1,
        box: [490, 390, 480, 360],
        opacity: 0.6,
      }) +
      path(
        'M640 740 C630 680 624 604 660 556 C700 508 786 516 818 560',
        'fill="none" stroke="#10212a" stroke-width="26" opacity=".55" filter="url(#blur8)"',
      ) +
      path(
        'M540 500 C590 420 700 404 786 420',
        'fill="none" stroke="#f2fff6" stroke-width="12" opacity=".55" filter="url(#blur8)"',
      ),
  );
}

function rock(canvas, cx, cy, rx, ry, seed) {
  const next = random(seed);
  const points = Array.from({ length: 14 }, (_, i) => {
    const angle = (i / 14) * Math.PI * 2;
    const r = 0.84 + next() * 0.22;
    return [cx + Math.cos(angle) * rx * r, cy + Math.sin(angle) * ry * r];
  });
  const d = `M${points
    .map(([x, y], i) => {
      const [nx, ny] = points[(i + 1) % points.length];
      return `${i === 0 ? `${(x + nx) / 2} ${(y + ny) / 2}` : `Q${x} ${y} ${(x + nx) / 2} ${(y + ny) / 2}`}`;
    })
    .join(
      ' ',
    )} Q${points[0][0]} ${points[0][1]} ${(points[0][0] + points[1][0]) / 2} ${(points[0][1] + points[1][1]) / 2}Z`;
  canvas.shadow(ellipse(cx + 14, cy + ry * 0.8, rx * 1.05, ry * 0.3), { blur: 14, opacity: 0.6, colour: '#2a1f08' });
  const box = [cx - rx * 1.2, cy - ry * 1.2, rx * 2.4, ry * 2.4];
  canvas.add(
    'rock',
    path(d),
    rect(...box, `fill="${canvas.radial(['#c8c4c0', ['#8b8a8c', 0.5], '#3b3f48'], 0.4, 0.25, 0.75)}"`) +
      canvas.texture('#22262e', '0.05', { seed, strength: 3, offset: -1.4, box, opacity: 0.7 }) +
      canvas.texture('#fff7e6', '0.12', { seed: seed + 7, strength: 2.4, offset: -1.35, box, opacity: 0.5 }),
  );
}

function plant(canvas, x, y, [light, middle, dark], count, height, next) {
  const leaves = Array.from({ length: count }, (_, i) => {
    const base = x + (i - count / 2) * 15;
    const lean = (i - count / 2) * 22 + (next() - 0.5) * 40;
    const tall = height * (0.68 + next() * 0.34);
    const width = 13 + next() * 8;
    const side = (offset) =>
      `C${base + lean * 0.1 + 44 + offset} ${y - tall * 0.35} ${base + lean * 0.6 - 46 + offset} ${y - tall * 0.65} `;
    return {
      d: `M${base - width / 2} ${y} ${side(-width)}${base + lean} ${y - tall} C${base + lean * 0.6 - 46 + width} ${y - tall * 0.65} ${base + lean * 0.1 + 44 + width} ${y - tall * 0.35} ${base + width / 2} ${y}Z`,
      vein: `M${base} ${y} ${side(0)}${base + lean} ${y - tall}`,
    };
  });
  const shape = leaves.map(({ d }) => path(d)).join('');
  canvas.shadow(shape, { dx: 10, dy: 4, blur: 8, opacity: 0.35, colour: '#02202c' });
  const fill = canvas.linear([light, middle, dark]);
  canvas.add(
    'water plant',
    shape,
    leaves
      .map(
        ({ d, vein }) =>
          path(d, `fill="${dark}" opacity=".5" filter="url(#blur4)" transform="translate(5 3)"`) +
          path(d, `fill="${fill}"`) +
          path(vein, `fill="none" stroke="${light}" stroke-width="2.5" opacity=".65"`),
      )
      .join(''),
  );
}

function coral(canvas, x, y, [light, middle, dark], next) {
  const branches = [];
  const grow = (bx, by, angle, length, width) => {
    const ex = bx + Math.cos(angle) * length;
    const ey = by + Math.sin(angle) * length;
    branches.push({ d: `M${bx.toFixed(1)} ${by.toFixed(1)} L${ex.toFixed(1)} ${ey.toFixed(1)}`, width });
    if (width < 9) return;
    const turns = width > 24 ? [-0.55, 0.05, 0.6] : [-0.45, 0.4];
    for (const turn of turns)
      grow(ex, ey, angle + turn + (next() - 0.5) * 0.3, length * (0.72 + next() * 0.14), width * 0.7);
  };
  grow(x, y + 40, -Math.PI / 2, 84, 36);
  const shape = branches.map(({ d, width }) => stroke(d, width.toFixed(1))).join('');
  canvas.shadow(ellipse(x, y + 50, 110, 24), { blur: 14, opacity: 0.6, colour: '#2a1f08' });
  canvas.shadow(shape, { dx: 12, dy: 6, blur: 8, opacity: 0.35, colour: '#02202c' });
  canvas.add(
    'coral',
    shape,
    `<g color="${dark}">${shape}</g>` +
      `<g color="${middle}" transform="translate(-2 -2)">${branches.map(({ d, width }) => stroke(d, (width * 0.74).toFixed(1))).join('')}</g>` +
      `<g color="${light}" transform="translate(-4 -3)" opacity=".85" filter="url(#blur1)">${branches.map(({ d, width }) => stroke(d, (width * 0.26).toFixed(1))).join('')}</g>`,
  );
}

/** `facing`: 1 looks to the right. */
function fish(canvas, label, x, y, scale, facing, [light, middle, dark], line, banded = false, tall = false) {
  const move = (svg) => group(`translate(${x} ${y}) scale(${scale * facing} ${scale})`, svg);
  const body = tall
    ? 'M110 0 C90 -52 40 -78 -10 -76 C-50 -72 -76 -34 -86 0 C-76 34 -50 72 -10 76 C40 78 90 52 110 0Z'
    : 'M116 4 C96 -40 40 -58 -14 -50 C-56 -44 -84 -18 -100 0 C-84 20 -56 46 -14 52 C40 60 96 44 116 4Z';
  const tail = 'M-84 0 C-110 -18 -136 -50 -160 -56 C-150 -26 -150 26 -160 58 C-134 50 -108 18 -84 0Z';
  const back = tall
    ? 'M40 -66 C10 -110 -50 -158 -96 -164 C-76 -120 -70 -82 -62 -44Z'
    : 'M54 -44 C30 -84 -30 -92 -64 -70 C-60 -56 -60 -44 -58 -34Z';
  const belly = tall
    ? 'M36 68 C10 112 -46 158 -90 168 C-74 122 -70 84 -60 48Z'
    : 'M20 50 C6 84 -30 90 -52 78 C-46 62 -44 50 -44 40Z';
  const shape = [body, tail, back, belly].map((d) => path(d)).join('');
  const fin = canvas.linear([dark, middle, light], 0, 0, 1, 0);
  const rays = (from, to) =>
    Array.from({ length: 7 }, (_, i) => {
      const share = i / 6;
      return path(
        `M${from[0]} ${from[1]} L${to[0][0] + (to[1][0] - to[0][0]) * share} ${to[0][1] + (to[1][1] - to[0][1]) * share}`,
        `stroke="${line}" stroke-width="1.6" opacity=".4"`,
      );
    }).join('');
  const band = (px, width) =>
    path(`M${px} -90 q26 90 0 180 h${width} q26 -90 0 -180z`, 'fill="#fff9f0"') +
    path(`M${px} -90 q26 90 0 180 M${px + width} -90 q26 90 0 180`, 'fill="none" stroke="#2a1208" stroke-width="5"');
  const scales = Array.from({ length: 60 }, (_, i) => {
    const [sx, sy] = [-76 + (i % 12) * 13, -40 + Math.floor(i / 12) * 20 + (i % 2) * 9];
    return path(`M${sx} ${sy} q11 7 0 15`, `fill="none" stroke="${dark}" stroke-width="2" opacity=".35"`);
  }).join('');
  const inside = `b${x}x${y}`;
  canvas.define(`<clipPath id="${inside}">${path(body)}</clipPath>`);
  const stripes = tall
    ? [-52, -6, 42]
        .map((px) => path(`M${px} -90 q22 90 0 180 h22 q22 -90 0 -180z`, `fill="${line}" opacity=".8"`))
        .join('')
    : '';
  canvas.shadow(move(shape), { dx: 8, dy: 16, blur: 14, opacity: 0.3, colour: '#02202c' });
  canvas.add(
    label,
    move(shape),
    move(
      [tail, back, belly].map((d) => path(d, `fill="${fin}"`)).join('') +
        rays(
          [-84, 0],
          [
            [-156, -52],
            [-156, 54],
          ],
        ) +
        rays(
          [20, -30],
          tall
            ? [
                [-92, -160],
                [-64, -60],
              ]
            : [
                [-60, -76],
                [40, -66],
              ],
        ) +
        rays(
          [10, 30],
          tall
            ? [
                [-86, 162],
                [-62, 60],
              ]
            : [
                [-52, 84],
                [10, 76],
              ],
        ) +
        path(body, `fill="${canvas.linear([dark, middle, light, middle, dark], 0, 0, 0.15, 1)}"`) +
        `<g clip-path="url(#${inside})">${scales}${stripes}${banded ? band(46, 20) + band(-24, 24) + band(-82, 14) : ''}` +
        ellipse(20, -26, 70, 13, 'fill="#fff" opacity=".55" filter="url(#blur4)"') +
        ellipse(0, 44, 80, 18, `fill="${dark}" opacity=".6" filter="url(#blur8)"`) +
        '</g>' +
        path('M60 -30 Q44 4 62 36', `fill="none" stroke="${line}" stroke-width="3" opacity=".55"`) +
        path(
          'M40 12 C16 8 -8 22 -16 42 C8 44 34 36 44 22Z',
          `fill="${light}" stroke="${line}" stroke-width="2" opacity=".92"`,
        ) +
        ellipse(82, -10, 12.5, 12.5, 'fill="#fffdf4"') +
        ellipse(84, -10, 8, 8, 'fill="#10141c"') +
        ellipse(87, -14, 3, 3, 'fill="#fff"') +
        path('M112 10 Q102 16 94 14', `fill="none" stroke="${line}" stroke-width="3" stroke-linecap="round"`),
    ),
  );
}

function anemone(canvas, x, y, next) {
  const arms = Array.from({ length: 30 }, (_, i) => {
    const spread = (i / 29 - 0.5) * 2;
    const ex = x + spread * 104 + (next() - 0.5) * 26;
    const ey = y - 118 + Math.abs(spread) * 60 - next() * 30;
    return `M${x + spread * 46} ${y - 20} Q${x + spread * 40 + (next() - 0.5) * 40} ${y - 70} ${ex} ${ey}`;
  });
  const foot = `M${x - 58} ${y - 30} Q${x} ${y - 52} ${x + 58} ${y - 30} L${x + 46} ${y + 30} Q${x} ${y + 48} ${x - 46} ${y + 30}Z`;
  const shape = arms.map((d) => stroke(d, 14)).join('') + path(foot);
  canvas.shadow(ellipse(x + 8, y + 34, 80, 16), { blur: 8, opacity: 0.6, colour: '#2a1f08' });
  const tips = arms.map((d) => d.split(' ').slice(-2));
  canvas.add(
    'anemone',
    shape,
    path(foot, `fill="${canvas.linear(['#a8508c', '#6a2a66', '#3f1746'])}"`) +
      arms
        .map(
          (d, i) =>
            stroke(d, 14, `color="${['#8a4a9a', '#b06ab8', '#9c58ab'][i % 3]}"`) +
            stroke(d, 5, 'color="#e3b3e6" opacity=".6"') +
            ellipse(tips[i][0], tips[i][1], 7, 7, 'fill="#ffd9ef"'),
        )
        .join(''),
  );
}

function starfish(canvas, x, y) {
  const points = Array.from({ length: 10 }, (_, i) => {
    const angle = -Math.PI / 2 + (i * Math.PI) / 5 + 0.2;
    const r = i % 2 === 0 ? 66 : 25;
    return [x + Math.cos(angle) * r, y + Math.sin(angle) * r * 0.62];
  });
  const d = `M${points.map((point) => point.join(' ')).join(' L')}Z`;
  const shape = path(d, 'stroke="currentColor" stroke-width="16" stroke-linejoin="round"');
  canvas.shadow(shape, { dx: 6, dy: 8, blur: 4, opacity: 0.5, colour: '#2a1f08' });
  canvas.add(
    'starfish',
    shape,
    rect(x - 90, y - 70, 180, 140, `fill="${canvas.radial(['#ffb06a', '#e2572c', '#9c2c14'], 0.45, 0.4, 0.6)}"`) +
      points
        .filter((_, i) => i % 2 === 0)
        .map(([px, py]) =>
          path(
            `M${x} ${y} L${px} ${py}`,
            'stroke="#ffd7a6" stroke-width="6" stroke-dasharray="2 9" stroke-linecap="round"',
          ),
        )
        .join('') +
      ellipse(x, y, 6, 5, 'fill="#ffe2bd"'),
  );
}

function snail(canvas, x, y) {
  const foot = `M${x - 62} ${y + 30} C${x - 30} ${y + 10} ${x + 30} ${y + 16} ${x + 62} ${y - 6} C${x + 76} ${y - 14} ${x + 92} ${y - 2} ${x + 84} ${y + 14} C${x + 74} ${y + 34} ${x + 30} ${y + 38} ${x - 62} ${y + 30}Z`;
  const horns = stroke(`M${x + 74} ${y - 4} l14 -26`, 5) + stroke(`M${x + 84} ${y} l20 -20`, 5);
  const shell = ellipse(x, y - 8, 50, 44);
  canvas.shadow(ellipse(x + 10, y + 34, 84, 10), { blur: 4, opacity: 0.6, colour: '#2a1f08' });
  canvas.add(
    'snail',
    path(foot) + horns + shell,
    path(foot, 'fill="#d9b37c"') +
      `<g color="#c79c62">${horns}</g>` +
      ellipse(x, y - 8, 50, 44, `fill="${canvas.radial(['#fff0c8', ['#d08a4a', 0.5], '#6a3414'], 0.42, 0.36, 0.66)}"`) +
      path(
        `M${x + 44} ${y + 6} C${x + 20} ${y + 40} ${x - 40} ${y + 26} ${x - 38} ${y - 10} C${x - 36} ${y - 44} ${x + 24} ${y - 46} ${x + 26} ${y - 10} C${x + 26} ${y + 14} ${x - 16} ${y + 14} ${x - 16} ${y - 8} C${x - 14} ${y - 22} ${x + 6} ${y - 22} ${x + 6} ${y - 10}`,
        'fill="none" stroke="#5a2a10" stroke-width="5" stroke-linecap="round" opacity=".8"',
      ) +
      ellipse(x + 88, y - 30, 4, 4, 'fill="#2a1608"') +
      ellipse(x + 104, y - 20, 4, 4, 'fill="#2a1608"'),
  );
}

function bubbles(canvas, next) {
  const column = (x, y, count) =>
    Array.from({ length: count }, (_, i) => {
      const [bx, by, r] = [x + (next() - 0.5) * 50, y - i * (46 + next() * 16), 5 + next() * 12];
      return (
        ellipse(
          bx,
          by,
          r,
          r,
          `fill="#e9ffff" fill-opacity=".16" stroke="#f2ffff" stroke-opacity=".75" stroke-width="2"`,
        ) + ellipse(bx - r * 0.35, by - r * 0.4, r * 0.25, r * 0.2, 'fill="#fff" opacity=".9"')
      );
    }).join('');
  canvas.paint(column(360, 640, 11), column(1010, 560, 9), column(690, 250, 4));
}
