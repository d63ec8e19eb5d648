import { ball, Canvas, ellipse, path, random, rect, stroke } from './canvas.mjs';

/** A bowl of fruit on a wooden table by a window. */
export function fruitBowl() {
  const canvas = new Canvas(1280, 853);
  const next = random(7);
  room(canvas);
  bottle(canvas, 1010, 150);
  jug(canvas);
  const bowl = bowlInside(canvas);
  fruitInBowl(canvas, next);
  bowlFront(canvas, bowl);
  fruitOnTable(canvas, next);
  knife(canvas);
  canvas.paint(
    rect(
      0,
      0,
      1280,
      853,
      `fill="${canvas.radial(
        [
          ['#000', 0.55, 0],
          ['#140800', 1, 0.42],
        ],
        0.5,
        0.5,
        0.75,
      )}"`,
    ),
    canvas.texture('#ffffff', '0.9', { octaves: 1, seed: 4, strength: 0.16, offset: -0.05, opacity: 0.5 }),
  );
  return canvas;
}

function room(canvas) {
  canvas.paint(
    rect(0, 0, 1280, 853, `fill="${canvas.linear(['#8fa39c', '#6f857f', '#4c605c'], 0, 0, 1, 0.9)}"`),
    canvas.texture('#2d3d3a', '0.012 0.02', { seed: 9, strength: 1.4, offset: -0.55, opacity: 0.5 }),
    path('M60 -40 L470 -40 L330 560 L-60 560Z', 'fill="#fff2cf" opacity=".2" filter="url(#blur24)"'),
    path('M250 -40 L262 -40 L130 560 L112 560Z', 'fill="#56665f" opacity=".32" filter="url(#blur8)"'),
    rect(0, 505, 1280, 348, `fill="${canvas.linear(['#7d4a23', '#a5672f', '#b97a3d', '#8d5526'])}"`),
    canvas.texture('#3d1d08', '0.004 0.09', {
      seed: 12,
      strength: 3.4,
      offset: -1.5,
      box: [0, 505, 1280, 348],
      opacity: 0.75,
    }),
    canvas.texture('#f0b978', '0.003 0.2', {
      seed: 31,
      strength: 2.6,
      offset: -1.35,
      box: [0, 505, 1280, 348],
      opacity: 0.4,
    }),
    ...[578, 676].map((y) => path(`M0 ${y} L1280 ${y}`, 'stroke="#2b1405" stroke-width="2.5" opacity=".65"')),
    ...[581, 679].map((y) => path(`M0 ${y} L1280 ${y}`, 'stroke="#e8b478" stroke-width="1.5" opacity=".35"')),
    rect(0, 496, 1280, 14, 'fill="#1c1108" opacity=".55" filter="url(#blur8)"'),
    ellipse(420, 660, 460, 110, 'fill="#ffe9b8" opacity=".2" filter="url(#blur40)"'),
  );
}

function bottle(canvas, x, y) {
  const shape = path(
    `M${x} ${y} h54 v110 c0 40 38 52 38 104 v232 q0 24 -24 24 h-82 q-24 0 -24 -24 v-232 c0 -52 38 -64 38 -104z`,
  );
  canvas.shadow(ellipse(x + 70, y + 468, 110, 20), { dx: 40, blur: 14, opacity: 0.5 });
  canvas.add(
    'bottle',
    shape,
    [
      rect(
        x - 60,
        y,
        180,
        480,
        `fill="${canvas.linear(['#16301b', '#3f6b3a', '#28502a', '#0d2413', '#2b4d2b'], 0, 0, 1, 0)}"`,
      ),
      rect(x - 60, y + 260, 180, 215, 'fill="#2c0a12" opacity=".5"'),
      path(`M${x - 24} ${y + 230} v215`, 'stroke="#cfe7c2" stroke-width="9" opacity=".5" filter="url(#blur2)"'),
      path(`M${x + 12} ${y + 20} v90`, 'stroke="#d8efcf" stroke-width="5" opacity=".5" filter="url(#blur2)"'),
      rect(
        x - 60,
        y + 285,
        180,
        120,
        `fill="${canvas.linear(['#9b8a68', '#efe3c2', '#e6d8b2', '#857450'], 0, 0, 1, 0)}"`,
      ),
      rect(x - 60, y + 297, 180, 3, 'fill="#8b2f2a"') + rect(x - 60, y + 390, 180, 3, 'fill="#8b2f2a"'),
      ellipse(x + 27, y + 345, 26, 26, 'fill="none" stroke="#8b2f2a" stroke-width="4"'),
      path(`M${x + 27} ${y + 327} l7 14 15 2 -11 11 3 15 -14 -7 -14 7 3 -15 -11 -11 15 -2z`, 'fill="#b08a3a"'),
      rect(x - 4, y, 64, 62, `fill="${canvas.linear(['#4d0f16', '#97303a', '#6d1a23', '#3a0a10'], 0, 0, 1, 0)}"`),
    ].join(''),
  );
}

function jug(canvas) {
  const body =
    'M120 232 q-20 -6 -26 -26 q44 16 78 12 h96 q8 60 34 104 q40 66 20 146 q-14 60 -70 66 h-96 q-56 -6 -70 -66 q-18 -80 22 -146 q20 -38 12 -90z';
  const handle = 'M262 262 C360 236 384 372 300 420';
  canvas.shadow(ellipse(220, 534, 130, 20), { dx: 60, blur: 14, opacity: 0.5 });
  const glaze = canvas.linear(['#8aa4b8', '#f4f7f6', '#dfe8ea', '#8fa3b1', '#5d7386'], 0, 0, 1, 0);
  canvas.add(
    'jug',
    stroke(handle, 24) + path(body),
    [
      stroke(handle, 24, 'color="#c3d0d6"'),
      stroke('M262 256 C352 230 374 372 298 414', 7, 'color="#fff" opacity=".7" filter="url(#blur2)"'),
      path(body, `fill="${glaze}"`),
      ...[0, 1, 2].map((i) =>
        path(
          `M70 ${390 + i * 20} Q190 ${414 + i * 20} 324 ${392 + i * 20}`,
          `fill="none" stroke="#2d5f94" stroke-width="${i === 1 ? 9 : 4}" opacity=".85"`,
        ),
      ),
      ...[0, 1, 2, 3].map((i) =>
        path(`M${132 + i * 46} ${340 - (i % 2) * 6} q10 -26 22 0 q-12 20 -22 0z`, 'fill="#2d5f94" opacity=".8"'),
      ),
      path(
        'M136 260 Q116 380 134 480',
        'fill="none" stroke="#fff" stroke-width="15" opacity=".75" filter="url(#blur4)"',
      ),
      ellipse(180, 216, 78, 9, 'fill="#42586a" opacity=".75" filter="url(#blur2)"'),
    ].join(''),
  );
}

const BOWL = { x: 610, y: 470, rx: 270, ry: 58 };

function bowlInside(canvas) {
  const { x, y, rx, ry } = BOWL;
  canvas.shadow(ellipse(x, y + 208, 210, 36), { dx: 50, dy: 4, blur: 24, opacity: 0.75 });
  canvas.shadow(ellipse(x, y + 206, 120, 16), { blur: 8, opacity: 0.7 });
  const inside = ellipse(x, y, rx, ry);
  return canvas.add(
    'bowl',
    inside,
    ellipse(x, y, rx, ry, `fill="${canvas.linear(['#5b3420', '#8d5a3a', '#c48a5e'], 0, 0, 1, 1)}"`),
  );
}

function fruitInBowl(canvas, next) {
  banana(canvas);
  orange(canvas, 738, 382, 88, next);
  apple(canvas, 470, 392, 88, ['#ffb199', '#d8362c', '#8f1218', '#4b060d'], next);
  pear(canvas, 610, 330);
  apple(canvas, 846, 424, 66, ['#e9f3a0', '#a9c53d', '#5f8420', '#2f4a10'], next);
  orange(canvas, 560, 446, 78, next);
  ball(canvas, 'plum', 396, 452, 54, 52, ['#b79bd6', '#5d3b82', '#2f1850', '#150827'], { gloss: 0.4 });
  ball(canvas, 'peach', 672, 458, 70, 66, ['#ffe0a8', '#f8a35a', '#d8583e', '#8a2a22'], {
    detail: path(
      'M690 394 Q664 450 690 530',
      'fill="none" stroke="#a83b2b" stroke-width="6" opacity=".45" filter="url(#blur2)"',
    ),
    gloss: 0.22,
  });
  ball(canvas, 'plum', 778, 470, 52, 48, ['#c0a6dc', '#67448c', '#351b57', '#170929'], { gloss: 0.4 });
}

function bowlFront(canvas, bowl) {
  const { x, y, rx, ry } = BOWL;
  const shape = `M${x - rx} ${y} C${x - rx + 6} ${y + 130} ${x - 170} ${y + 186} ${x - 96} ${y + 192} L${x - 104} ${y + 212} Q${x} ${y + 232} ${x + 104} ${y + 212} L${x + 96} ${y + 192} C${x + 170} ${y + 186} ${x + rx - 6} ${y + 130} ${x + rx} ${y} A${rx} ${ry} 0 0 1 ${x - rx} ${y}Z`;
  const wave = (dy, height) =>
    Array.from({ length: 23 }, (_, i) => {
      const angle = Math.PI * (0.03 + (0.94 * i) / 22);
      const px = x - Math.cos(angle) * (rx - dy * 0.42);
      const py = y + Math.sin(angle) * (ry + dy * 0.2) + dy;
      return ellipse(px, py, 9, height, 'fill="#f3d9a4" opacity=".75"');
    }).join('');
  canvas.add(
    'bowl',
    path(shape),
    [
      path(shape, `fill="${canvas.linear(['#2f6a78', '#6fb3b5', '#4b929a', '#235764', '#12343f'], 0, 0, 1, 0.25)}"`),
      rect(
        x - rx,
        y + 95,
        rx * 2,
        160,
        `fill="${canvas.linear([
          ['#03161c', 0, 0],
          ['#03161c', 1, 0.6],
        ])}"`,
      ),
      wave(40, 12),
      path(
        `M${x - rx} ${y} A${rx} ${ry} 0 0 0 ${x + rx} ${y}`,
        'fill="none" stroke="#d9f0e6" stroke-width="9" opacity=".8"',
      ),
      ellipse(x - 130, y + 108, 60, 32, 'fill="#fff" opacity=".35" filter="url(#blur14)"'),
      ellipse(x + 80, y + 196, 120, 14, 'fill="#d8924f" opacity=".45" filter="url(#blur8)"'),
    ].join(''),
    bowl,
  );
}

function fruitOnTable(canvas, next) {
  const shadow = (cx, cy, rx) => {
    canvas.shadow(ellipse(cx + rx * 0.4, cy, rx * 1.15, rx * 0.24), { blur: 14, opacity: 0.6 });
    canvas.shadow(ellipse(cx, cy + 2, rx * 0.55, rx * 0.12), { blur: 4, opacity: 0.7 });
  };
  shadow(1000, 756, 84);
  apple(canvas, 1000, 676, 84, ['#ffc6a0', '#e0472f', '#9b1a1b', '#50080d'], next);
  shadow(252, 752, 96);
  lemon(canvas, 250, 700, next);
  grapes(canvas, 1130, 690, next);
  shadow(470, 792, 44);
  ball(canvas, 'cherry', 470, 762, 36, 35, ['#ff9a90', '#c01828', '#6d0714', '#360208'], {
    shape: ellipse(470, 762, 36, 35) + stroke('M472 734 Q492 690 548 676', 5),
    detail: stroke('M472 736 Q492 690 548 676', 6, 'color="#4f6b22"'),
  });
  shadow(552, 806, 42);
  ball(canvas, 'cherry', 552, 778, 34, 33, ['#ff9a90', '#b81424', '#650512', '#300207'], {
    shape: ellipse(552, 778, 34, 33) + stroke('M553 750 Q550 706 552 680', 5),
    detail: stroke('M553 752 Q550 706 552 680', 6, 'color="#57752a"'),
  });
}

function speckles(next, cx, cy, r, count, colour, size) {
  return Array.from({ length: count }, () => {
    const angle = next() * Math.PI * 2;
    const distance = Math.sqrt(next()) * r;
    return ellipse(
      cx + Math.cos(angle) * distance,
      cy + Math.sin(angle) * distance,
      size * (0.5 + next()),
      size * (0.5 + next()),
      `fill="${colour}" opacity="${(0.15 + next() * 0.3).toFixed(2)}"`,
    );
  }).join('');
}

function apple(canvas, cx, cy, r, colours, next) {
  const d = `M${cx} ${cy - r * 0.78} C${cx + r * 0.5} ${cy - r * 1.15} ${cx + r * 1.15} ${cy - r * 0.7} ${cx + r} ${cy + r * 0.1} C${cx + r * 0.9} ${cy + r * 0.8} ${cx + r * 0.4} ${cy + r * 1.05} ${cx} ${cy + r * 0.9} C${cx - r * 0.4} ${cy + r * 1.05} ${cx - r * 0.9} ${cy + r * 0.8} ${cx - r} ${cy + r * 0.1} C${cx - r * 1.15} ${cy - r * 0.7} ${cx - r * 0.5} ${cy - r * 1.15} ${cx} ${cy - r * 0.78}Z`;
  const stem = `M${cx} ${cy - r * 0.74} Q${cx + r * 0.04} ${cy - r * 1.05} ${cx + r * 0.22} ${cy - r * 1.22}`;
  ball(canvas, 'apple', cx, cy, r, r, colours, {
    shape: path(d) + stroke(stem, r * 0.1),
    detail: [
      ...Array.from({ length: 26 }, (_, i) => {
        const side = (i - 12.5) / 12.5;
        return path(
          `M${cx + side * r * 0.1} ${cy - r * 0.75} Q${cx + side * r * 1.25} ${cy - r * 0.2} ${cx + side * r * 0.5} ${cy + r * 0.8}`,
          `fill="none" stroke="${i % 3 === 0 ? colours[0] : colours[2]}" stroke-width="${(r * (0.02 + next() * 0.04)).toFixed(1)}" opacity="${(0.1 + next() * 0.2).toFixed(2)}"`,
        );
      }),
      speckles(next, cx, cy, r * 0.9, 60, colours[0], r * 0.018),
      ellipse(cx, cy - r * 0.72, r * 0.34, r * 0.13, `fill="${colours[3]}" opacity=".65" filter="url(#blur4)"`),
      stroke(stem, r * 0.1, 'color="#4a2f14"'),
      stroke(stem, r * 0.03, 'color="#9a7443"'),
    ].join(''),
  });
}

function orange(canvas, cx, cy, r, next) {
  ball(canvas, 'orange', cx, cy, r, r * 0.97, ['#ffd98a', '#f99a1f', '#d9650a', '#8a3504'], {
    detail:
      speckles(next, cx, cy, r, 260, '#a84a04', r * 0.022) +
      speckles(next, cx - 4, cy - 4, r, 200, '#ffe2a0', r * 0.016) +
      ellipse(cx + r * 0.2, cy - r * 0.62, r * 0.1, r * 0.06, 'fill="#5a6b1e"'),
    gloss: 0.4,
  });
}

function pear(canvas, cx, cy) {
  const d = `M${cx} ${cy - 150} C${cx + 44} ${cy - 150} ${cx + 40} ${cy - 70} ${cx + 64} ${cy - 20} C${cx + 110} ${cy + 60} ${cx + 70} ${cy + 122} ${cx} ${cy + 122} C${cx - 70} ${cy + 122} ${cx - 110} ${cy + 60} ${cx - 64} ${cy - 20} C${cx - 40} ${cy - 70} ${cx - 44} ${cy - 150} ${cx} ${cy - 150}Z`;
  const stem = `M${cx} ${cy - 146} Q${cx + 4} ${cy - 176} ${cx + 24} ${cy - 192}`;
  ball(canvas, 'pear', cx, cy + 20, 96, 150, ['#f6f3a4', '#cfd053', '#8f9a2c', '#4f5a14'], {
    shape: path(d) + stroke(stem, 9),
    detail:
      ellipse(cx + 54, cy + 40, 56, 80, 'fill="#c9672c" opacity=".38" filter="url(#blur24)"') +
      speckles(random(5), cx, cy + 10, 120, 150, '#6b5a18', 2) +
      stroke(stem, 9, 'color="#4b3215"'),
  });
}

function banana(canvas) {
  const one = (dx, dy, turn) => `<g transform="rotate(${turn} 720 360) translate(${dx} ${dy})">` + '#' + '</g>';
  const d =
    'M560 262 C640 360 800 390 918 292 C930 284 944 290 938 306 C880 440 670 470 548 296 C540 284 552 256 560 262Z';
  for (const [dx, dy, turn, tone] of [
    [10, -96, -10, 0],
    [0, -46, -2, 1],
  ]) {
    const wrap = (svg) => one(dx, dy, turn).replace('#', svg);
    canvas.add(
      'banana',
      wrap(path(d)),
      wrap(
        path(
          d,
          `fill="${canvas.linear(tone ? ['#fff0a0', '#f6cf3e', '#c8921a'] : ['#f7df84', '#e3b52e', '#a87612'], 0, 0, 0.1, 1)}"`,
        ) +
          path(
            'M556 276 C650 400 820 420 930 300',
            'fill="none" stroke="#9c6c10" stroke-width="5" opacity=".5" filter="url(#blur2)"',
          ) +
          path(
            'M566 280 C650 372 800 398 912 304',
            'fill="none" stroke="#fff6c4" stroke-width="7" opacity=".6" filter="url(#blur4)"',
          ) +
          ellipse(934, 298, 16, 16, 'fill="#4a3510"') +
          ellipse(552, 278, 18, 22, 'fill="#6b6a1c" opacity=".85" filter="url(#blur2)"') +
          ellipse(700, 376, 9, 4, 'fill="#7a5410" opacity=".6"') +
          ellipse(790, 380, 6, 3, 'fill="#7a5410" opacity=".6"'),
      ),
    );
  }
}

function lemon(canvas, cx, cy, next) {
  const d = `M${cx - 112} ${cy + 4} q14 -8 22 -26 C${cx - 60} ${cy - 74} ${cx + 50} ${cy - 76} ${cx + 84} ${cy - 28} q10 14 28 20 q8 8 -2 18 q-18 8 -28 24 C${cx + 40} ${cy + 72} ${cx - 50} ${cy + 70} ${cx - 86} ${cy + 30} q-8 -14 -24 -16 q-8 -4 -2 -10z`;
  ball(canvas, 'lemon', cx, cy, 110, 66, ['#fffbc0', '#f8e03c', '#d3ac14', '#8a6a06'], {
    shape: path(d),
    detail: speckles(next, cx, cy, 100, 170, '#b08a08', 1.8) + speckles(next, cx, cy, 100, 120, '#fffde0', 1.5),
    gloss: 0.5,
  });
}

function grapes(canvas, cx, cy, next) {
  const berries = [];
  for (let row = 0; row < 5; row++) {
    for (let i = 0; i < 5 - row; i++) {
      berries.push([cx - 60 + row * 17 + i * 38 + (next() - 0.5) * 8, cy + row * 30 + (next() - 0.5) * 8]);
    }
  }
  const stem = `M${cx + 6} ${cy - 16} Q${cx + 10} ${cy - 50} ${cx + 40} ${cy - 66}`;
  canvas.shadow(ellipse(cx + 40, cy + 110, 110, 30), { blur: 14, opacity: 0.6 });
  const skin = canvas.radial(['#e9f2b0', ['#b9cf62', 0.4], ['#7b9a30', 0.8], '#3e5614'], 0.42, 0.38, 0.68, 0.33, 0.27);
  canvas.add(
    'grapes',
    berries.map(([x, y]) => ellipse(x, y, 24, 25)).join('') + stroke(stem, 8),
    stroke(stem, 8, 'color="#6b4a22"') +
      berries
        .map(
          ([x, y]) =>
            ellipse(x + 2, y + 4, 25, 26, 'fill="#1f2c08" opacity=".5" filter="url(#blur2)"') +
            ellipse(x, y, 24, 25, `fill="${skin}"`) +
            ellipse(x - 8, y - 10, 6, 5, 'fill="#fff" opacity=".75" filter="url(#blur1)"') +
            ellipse(x + 6, y + 14, 10, 5, 'fill="#f3f8c8" opacity=".45" filter="url(#blur2)"'),
        )
        .join(''),
  );
}

function knife(canvas) {
  const turn = (svg) => `<g transform="rotate(-9 760 770)">${svg}</g>`;
  const blade = 'M668 762 L890 758 Q952 768 976 790 Q900 792 668 790Z';
  const grip = 'M500 768 q-4 -14 20 -14 h150 v42 h-150 q-26 0 -20 -28z';
  canvas.shadow(turn(path(blade) + path(grip)), { dx: 8, dy: 12, blur: 8, opacity: 0.6 });
  canvas.add(
    'knife',
    turn(path(blade) + path(grip)),
    turn(
      path(blade, `fill="${canvas.linear(['#f5f8fa', '#aab6bf', '#e4ebef', '#7d8992'], 0, 0, 0.2, 1)}"`) +
        path('M668 782 L900 780 L976 790', 'fill="none" stroke="#fff" stroke-width="2" opacity=".9"') +
        path(grip, `fill="${canvas.linear(['#6e4a30', '#3a2315', '#1f1109'])}"`) +
        [540, 590, 640].map((x) => ellipse(x, 775, 5, 5, 'fill="#d8c28a"')).join(''),
    ),
  );
}
