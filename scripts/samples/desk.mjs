import { Canvas, ellipse, group, path, random, rect, stroke } from './canvas.mjs';

/** A desk seen from above, with things that have holes and thin parts. */
export function desk() {
  const canvas = new Canvas(1280, 853);
  const next = random(23);
  tabletop(canvas);
  notebook(canvas);
  paper(canvas);
  keyboard(canvas);
  mug(canvas, 196, 186);
  plant(canvas, 1120, 150, next);
  phone(canvas);
  glasses(canvas);
  tape(canvas);
  scissors(canvas);
  keys(canvas);
  pencil(canvas, 'translate(-150 60) rotate(-47 560 640)', ['#f7c64a', '#e0a31d', '#b97c0c']);
  pencil(canvas, 'translate(-190 10) rotate(-35 640 650) translate(52 44)', ['#6fb6e8', '#2f7fbf', '#1d5587']);
  eraser(canvas);
  clips(canvas);
  canvas.paint(
    path('M-60 -60 L760 -60 L200 913 L-60 913Z', 'fill="#fff1cf" opacity=".13" filter="url(#blur40)"'),
    rect(
      0,
      0,
      1280,
      853,
      `fill="${canvas.radial(
        [
          ['#000', 0.55, 0],
          ['#1a0d02', 1, 0.4],
        ],
        0.42,
        0.45,
        0.8,
      )}"`,
    ),
    canvas.texture('#ffffff', '0.9', { octaves: 1, seed: 8, strength: 0.14, offset: -0.05, opacity: 0.5 }),
  );
  return canvas;
}

function tabletop(canvas) {
  canvas.paint(
    rect(0, 0, 1280, 853, `fill="${canvas.linear(['#d9b184', '#c6986a', '#b78656'], 0, 0, 1, 1)}"`),
    canvas.texture('#6e4117', '0.0035 0.07', { seed: 3, strength: 3, offset: -1.35, opacity: 0.5 }),
    canvas.texture('#fbe3bf', '0.003 0.14', { seed: 17, strength: 2.6, offset: -1.3, opacity: 0.45 }),
    ...[212, 428, 646].map(
      (y) =>
        rect(0, y, 1280, 2.5, 'fill="#5a3210" opacity=".5"') + rect(0, y + 3, 1280, 1.5, 'fill="#fff0d4" opacity=".4"'),
    ),
  );
}

function notebook(canvas) {
  const turn = (svg) => group('rotate(-7 330 560)', svg);
  const cover = rect(120, 370, 350, 440, 'rx="14"');
  const rings = Array.from({ length: 19 }, (_, i) => stroke(`M146 ${390 + i * 22} h-40`, 6)).join('');
  canvas.shadow(turn(cover), { dx: 12, dy: 14, blur: 14, opacity: 0.5 });
  canvas.add(
    'notebook',
    turn(cover + rings),
    turn(
      rect(120, 370, 350, 440, `rx="14" fill="${canvas.linear(['#2f6f73', '#25595f', '#1b454c'], 0, 0, 1, 1)}"`) +
        canvas.texture('#0d2a2e', '0.5', {
          seed: 5,
          strength: 1.2,
          offset: -0.5,
          box: [120, 370, 350, 440],
          opacity: 0.35,
        }) +
        rect(436, 370, 12, 440, 'fill="#e9714f"') +
        rect(210, 450, 180, 96, 'rx="6" fill="#f3e8cf"') +
        [478, 500, 522].map((y) => rect(230, y, 140, 3, 'fill="#a08c66"')).join('') +
        rect(120, 370, 350, 7, 'rx="4" fill="#6fb3b3" opacity=".6"') +
        Array.from(
          { length: 19 },
          (_, i) =>
            ellipse(148, 390 + i * 22, 7, 7, 'fill="#0c2226"') +
            stroke(`M146 ${390 + i * 22} h-40`, 6, 'color="#8b9399"') +
            stroke(`M144 ${388 + i * 22} h-34`, 2, 'color="#f2f5f7"'),
        ).join(''),
    ),
  );
}

function paper(canvas) {
  const turn = (svg) => group('rotate(5 640 420)', svg);
  const sheet = rect(470, 250, 330, 440);
  canvas.shadow(turn(sheet), { dx: 5, dy: 7, blur: 8, opacity: 0.35 });
  canvas.add(
    'sheet of paper',
    turn(sheet),
    turn(
      rect(470, 250, 330, 440, `fill="${canvas.linear(['#fffefa', '#f6f2e8', '#ece6d8'], 0, 0, 1, 1)}"`) +
        // A child's drawing of a house under the sun.
        path(
          'M540 520 v-100 l70 -60 l70 60 v100z M590 520 v-52 h38 v52',
          'fill="none" stroke="#c2453a" stroke-width="5" stroke-linejoin="round"',
        ) +
        path('M530 424 l80 -70 l80 70', 'fill="none" stroke="#5b4a8c" stroke-width="6" stroke-linecap="round"') +
        ellipse(724, 326, 26, 26, 'fill="none" stroke="#e8a317" stroke-width="6"') +
        Array.from({ length: 8 }, (_, i) =>
          path(`M724 288 v-14`, `stroke="#e8a317" stroke-width="5" transform="rotate(${i * 45} 724 326)"`),
        ).join('') +
        path(
          'M500 536 q30 -16 60 0 t60 0 t60 0 t60 0 t40 -4',
          'fill="none" stroke="#4b8f4a" stroke-width="6" stroke-linecap="round"',
        ) +
        path('M706 520 q-6 -50 4 -80', 'stroke="#7a5230" stroke-width="7" fill="none"') +
        ellipse(712, 424, 30, 26, 'fill="none" stroke="#4b8f4a" stroke-width="5"'),
    ),
  );
}

function keyboard(canvas) {
  const turn = (svg) => group('translate(8 0)', svg);
  const body = rect(360, 44, 560, 190, 'rx="20"');
  canvas.shadow(turn(body), { dx: 10, dy: 13, blur: 14, opacity: 0.5 });
  const cap = canvas.linear(['#ffffff', '#eceff1', '#cfd6da']);
  const caps = ['#e9714f', '#2f8f8f'];
  let keysSvg = '';
  const rows = [14, 14, 13, 12];
  rows.forEach((count, row) => {
    const width = 536 / count;
    for (let i = 0; i < count; i++) {
      const special = (row === 0 && i === 0) || (row === 2 && i === count - 1);
      keysSvg +=
        rect(372 + i * width + 2, 58 + row * 33 + 2, width - 4, 29, 'rx="6" fill="#7b868d"') +
        rect(
          372 + i * width + 3,
          58 + row * 33,
          width - 6,
          27,
          `rx="6" fill="${special ? caps[row === 0 ? 0 : 1] : cap}"`,
        );
    }
  });
  for (const [x, width] of [
    [372, 60],
    [438, 60],
    [504, 232],
    [742, 60],
    [808, 100],
  ]) {
    keysSvg +=
      rect(x + 2, 192, width - 4, 29, 'rx="6" fill="#7b868d"') +
      rect(x + 3, 190, width - 6, 27, `rx="6" fill="${cap}"`);
  }
  canvas.add(
    'keyboard',
    turn(body),
    turn(
      rect(360, 44, 560, 190, `rx="20" fill="${canvas.linear(['#aab4ba', '#8c979e', '#6d787f'])}"`) +
        rect(360, 44, 560, 5, 'fill="#fff" opacity=".7"') +
        keysSvg,
    ),
  );
}

function mug(canvas, x, y) {
  const handle = `M${x + 92} ${y - 36} C${x + 196} ${y - 62} ${x + 200} ${y + 66} ${x + 92} ${y + 42}`;
  const shape = ellipse(x, y, 112) + stroke(handle, 26);
  const saucer = ellipse(x + 6, y + 4, 158);
  canvas.shadow(saucer, { dx: 14, dy: 16, blur: 14, opacity: 0.5 });
  canvas.add(
    'saucer',
    saucer,
    ellipse(
      x + 6,
      y + 4,
      158,
      158,
      `fill="${canvas.radial(['#c9d3d6', ['#eef3f3', 0.62], ['#ffffff', 0.8], ['#dfe7e8', 0.9], '#b3bfc4'], 0.48, 0.48, 0.52)}"`,
    ) + ellipse(x + 6, y + 4, 146, 146, 'fill="none" stroke="#d95f43" stroke-width="5" opacity=".85"'),
  );
  canvas.shadow(shape, { dx: 10, dy: 13, blur: 8, opacity: 0.5 });
  canvas.add(
    'mug',
    shape,
    [
      stroke(handle, 26, 'color="#b8432c"'),
      stroke(handle, 10, 'color="#ef8a6c" filter="url(#blur4)"'),
      ellipse(x, y, 112, 112, `fill="${canvas.linear(['#f08c6c', '#d95f43', '#9d3620'], 0, 0, 1, 1)}"`),
      ellipse(x, y, 97, 97, `fill="${canvas.linear(['#6d2314', '#c5654b', '#f3b39c'], 0, 0, 1, 1)}"`),
      ellipse(
        x + 3,
        y + 4,
        88,
        88,
        `fill="${canvas.radial(['#7a4a24', ['#5d3213', 0.6], '#2f1606'], 0.55, 0.6, 0.6)}"`,
      ),
      path(
        `M${x - 50} ${y + 6} C${x - 44} ${y - 40} ${x + 6} ${y - 46} ${x + 30} ${y - 20} C${x + 52} ${y + 6} ${x + 20} ${y + 44} ${x - 8} ${y + 34} C${x - 30} ${y + 26} ${x - 18} ${y - 6} ${x + 4} ${y}`,
        'fill="none" stroke="#d9b184" stroke-width="9" stroke-linecap="round" opacity=".85" filter="url(#blur2)"',
      ),
      ellipse(
        x - 36,
        y - 46,
        34,
        14,
        `fill="#fff" opacity=".35" filter="url(#blur4)" transform="rotate(-40 ${x - 36} ${y - 46})"`,
      ),
    ].join(''),
  );
}

function plant(canvas, x, y, next) {
  const leaf = (angle, length, width) =>
    group(
      `rotate(${angle} ${x} ${y})`,
      path(
        `M${x} ${y} C${x + length * 0.3} ${y - width} ${x + length * 0.75} ${y - width * 0.8} ${x + length} ${y} C${x + length * 0.75} ${y + width * 0.8} ${x + length * 0.3} ${y + width} ${x} ${y}Z`,
        '@',
      ),
    );
  const leaves = [];
  for (let ring = 0; ring < 3; ring++) {
    for (let i = 0; i < 9 - ring * 2; i++) {
      leaves.push([
        (i * 360) / (9 - ring * 2) + next() * 22 + ring * 17,
        168 - ring * 44 + next() * 18,
        40 - ring * 7,
        ring,
      ]);
    }
  }
  const pot = ellipse(x, y, 104);
  canvas.shadow(pot, { dx: 20, dy: 24, blur: 14, opacity: 0.55 });
  canvas.add(
    'flower pot',
    pot,
    ellipse(x, y, 104, 104, `fill="${canvas.linear(['#f3ede2', '#d9cfbf', '#a89b86'], 0, 0, 1, 1)}"`) +
      ellipse(x, y, 88, 88, 'fill="#3a2717"') +
      canvas.texture('#7a5a3a', '0.2', { strength: 2, offset: -0.9, box: [x - 90, y - 90, 180, 180] }),
  );
  const shape = leaves.map(([angle, length, width]) => leaf(angle, length, width).replace('@', '')).join('');
  canvas.shadow(shape, { dx: 14, dy: 18, blur: 8, opacity: 0.5 });
  const tones = [
    ['#1f5130', '#2f7a42'],
    ['#2f7a42', '#4fa35a'],
    ['#4a9c55', '#86cf7c'],
  ];
  canvas.add(
    'plant',
    shape,
    leaves
      .map(([angle, length, width, ring]) => {
        const fill = canvas.linear([tones[ring][0], tones[ring][1], tones[ring][0]], 0, 0, 0, 1);
        return (
          group(
            'translate(4 6)',
            leaf(angle, length, width).replace('@', 'fill="#0b2412" opacity=".45" filter="url(#blur4)"'),
          ) +
          leaf(angle, length, width).replace('@', `fill="${fill}"`) +
          group(
            `rotate(${angle} ${x} ${y})`,
            path(`M${x + 10} ${y} L${x + length - 10} ${y}`, 'stroke="#c8efb4" stroke-width="2.5" opacity=".7"'),
            ...[0.3, 0.5, 0.7].map((share) =>
              path(
                `M${x + length * share} ${y} l${width * 0.45} ${-width * 0.42} M${x + length * share} ${y} l${width * 0.45} ${width * 0.42}`,
                'stroke="#c8efb4" stroke-width="1.4" opacity=".45" fill="none"',
              ),
            ),
          )
        );
      })
      .join(''),
  );
}

function phone(canvas) {
  const turn = (svg) => group('rotate(8 920 440)', svg);
  const body = rect(850, 300, 150, 300, 'rx="24"');
  canvas.shadow(turn(body), { dx: 9, dy: 11, blur: 8, opacity: 0.55 });
  canvas.add(
    'phone',
    turn(body),
    turn(
      rect(850, 300, 150, 300, 'rx="24" fill="#15181c"') +
        rect(
          858,
          309,
          134,
          282,
          `rx="18" fill="${canvas.linear(['#27306b', '#7a3f86', '#e0735f', '#f6c177'], 0, 0, 0.4, 1)}"`,
        ) +
        ellipse(925, 520, 40, 40, 'fill="#fff3cf" opacity=".9"') +
        path(
          'M858 560 q40 -50 74 -20 q30 -36 60 -6 v40 q-4 17 -20 17 h-96 q-16 0 -18 -17z',
          'fill="#221a3f" opacity=".85"',
        ) +
        rect(900, 316, 50, 9, 'rx="4.5" fill="#0b0d10"') +
        [880, 910, 940, 970]
          .map((x, i) =>
            rect(x - 12, 350, 24, 24, `rx="7" fill="${['#ffd166', '#6fd1c0', '#ef6f6c', '#e8ecf3'][i]}" opacity=".92"`),
          )
          .join('') +
        path('M858 309 L950 309 L870 591 L858 591Z', 'fill="#fff" opacity=".1"'),
    ),
  );
}

function glasses(canvas) {
  const turn = (svg) => group('rotate(-14 1110 420)', svg);
  const lens = (x) => `M${x - 66} 384 q66 -24 132 0 q10 62 -26 84 q-40 20 -80 0 q-36 -22 -26 -84z`;
  const frame =
    stroke(lens(1040), 12) +
    stroke(lens(1200), 12) +
    stroke('M1106 396 q14 -14 28 0', 11) +
    stroke('M974 388 Q960 356 976 300', 10) +
    stroke('M1266 388 Q1280 356 1264 300', 10);
  canvas.shadow(turn(frame), { dx: 8, dy: 12, blur: 4, opacity: 0.5 });
  canvas.paint(
    turn(
      path(lens(1040), 'fill="#dff1ff" opacity=".22"') +
        path(lens(1200), 'fill="#dff1ff" opacity=".22"') +
        path('M1000 400 l40 -14 l-44 70z M1160 400 l40 -14 l-44 70z', 'fill="#fff" opacity=".35"'),
    ),
  );
  canvas.add(
    'glasses',
    turn(frame),
    turn(
      group(
        '',
        `<g color="#33211a">${frame}</g>`,
        `<g color="#a06a3f" transform="translate(-1 -2)">${frame.replaceAll(/stroke-width="1[0-2]"/g, 'stroke-width="4"')}</g>`,
      ),
    ),
  );
}

function tape(canvas) {
  const ring = path(
    'M1120 596 a96 96 0 1 1 -0.1 0z M1120 638 a54 54 0 1 0 0.1 0z',
    'fill-rule="evenodd" clip-rule="evenodd"',
  );
  const strip = path('M1024 686 q-4 60 -34 96 l24 20 q42 -50 44 -92z');
  canvas.shadow(ring + strip, { dx: 10, dy: 13, blur: 8, opacity: 0.5 });
  canvas.add(
    'roll of tape',
    ring + strip,
    path('M1024 686 q-4 60 -34 96 l24 20 q42 -50 44 -92z', 'fill="#cfa24f" opacity=".95"') +
      ellipse(
        1120,
        692,
        96,
        96,
        `fill="${canvas.radial(['#b07f30', ['#d9ab55', 0.7], ['#f0cf86', 0.85], '#a8782c'], 0.45, 0.42, 0.56)}"`,
      ) +
      [66, 74, 82, 90]
        .map((r) => ellipse(1120, 692, r, r, 'fill="none" stroke="#8d6220" stroke-width="1.5" opacity=".55"'))
        .join('') +
      ellipse(1120, 692, 58, 58, 'fill="none" stroke="#f7ead0" stroke-width="9"') +
      path(
        'M1050 640 A86 86 0 0 1 1130 606',
        'fill="none" stroke="#fff" stroke-width="9" opacity=".6" filter="url(#blur4)"',
      ),
  );
}

function scissors(canvas) {
  const turn = (svg) => group('rotate(24 800 720) translate(0 -8)', svg);
  const bladeA = 'M800 690 L1010 652 Q1022 660 1008 668 L806 714Z';
  const bladeB = 'M800 712 L1008 742 Q1018 732 1004 728 L806 690Z';
  const ring = (y, turned) =>
    ellipse(
      676,
      y,
      70,
      42,
      `fill="none" stroke="currentColor" stroke-width="19" transform="rotate(${turned} 676 ${y})"`,
    );
  const loops = ring(646, 14) + ring(758, -14);
  const arms = stroke('M812 708 Q784 722 742 738', 22) + stroke('M812 696 Q784 682 742 666', 22);
  const shape = path(bladeA) + path(bladeB) + loops + arms;
  canvas.shadow(turn(shape), { dx: 9, dy: 11, blur: 4, opacity: 0.5 });
  const steel = canvas.linear(['#ffffff', '#aeb9c0', '#e7edf0', '#7d8890']);
  canvas.add(
    'scissors',
    turn(shape),
    turn(
      path(bladeB, `fill="${steel}"`) +
        path(bladeA, `fill="${steel}"`) +
        path('M806 700 L1008 660', 'stroke="#5e6a72" stroke-width="1.5"') +
        `<g color="#b3261f">${loops}${arms}</g>` +
        `<g color="#ef6a5a" transform="translate(-2 -3)" opacity=".9" filter="url(#blur1)">${loops.replaceAll('stroke-width="19"', 'stroke-width="5"')}</g>` +
        ellipse(824, 702, 9, 9, 'fill="#6b767d"') +
        ellipse(822, 700, 5, 5, 'fill="#eef2f4"'),
    ),
  );
}

function keys(canvas) {
  const ring = stroke('M560 300 m-34 0 a34 34 0 1 0 68 0 a34 34 0 1 0 -68 0', 6);
  const key = (angle, colours) => {
    const shape = group(
      `rotate(${angle} 560 300) translate(560 334)`,
      path(
        'M0 -8 a30 30 0 0 1 9 58 v74 l-9 10 l-9 -9 v-12 l-7 -6 l7 -6 v-10 l-8 -7 l8 -7 v-27 a30 30 0 0 1 9 -58z M0 2 a9 9 0 1 0 0.1 0z',
        'fill-rule="evenodd"',
      ),
    );
    return {
      shape,
      painting: shape.replace(
        'fill-rule="evenodd"',
        `fill-rule="evenodd" fill="${canvas.linear(colours, 0, 0, 1, 0.3)}"`,
      ),
    };
  };
  const move = (svg) => group('translate(190 96) rotate(20 560 300)', svg);
  for (const [angle, colours] of [
    [-58, ['#f5dc97', '#c59a3a', '#8b6414']],
    [-8, ['#f4f6f8', '#a9b3ba', '#6a757d']],
  ]) {
    const { shape, painting } = key(angle, colours);
    canvas.shadow(move(shape), { dx: 6, dy: 8, blur: 4, opacity: 0.5 });
    canvas.add('key', move(shape), move(painting));
  }
  canvas.shadow(move(ring), { dx: 5, dy: 7, blur: 4, opacity: 0.45 });
  canvas.add(
    'key ring',
    move(ring),
    move(
      `<g color="#7e8990">${ring}</g><g color="#f3f6f8">${ring.replace('stroke-width="6"', 'stroke-width="2"')}</g>`,
    ),
  );
}

function pencil(canvas, transform, colours) {
  const turn = (svg) => group(transform, svg);
  const shape = path('M380 640 h300 l48 13 l-48 13 h-300 q-8 0 -8 -8 v-10 q0 -8 8 -8z');
  canvas.shadow(turn(shape), { dx: 6, dy: 8, blur: 4, opacity: 0.5 });
  canvas.add(
    'pencil',
    turn(shape),
    turn(
      rect(372, 640, 308, 9, `fill="${colours[0]}"`) +
        rect(372, 649, 308, 9, `fill="${colours[1]}"`) +
        rect(372, 658, 308, 9, `fill="${colours[2]}"`) +
        path('M680 640 l48 13 l-48 13z', 'fill="#edcda0"') +
        path('M712 648.7 l16 4.3 l-16 4.3z', `fill="${colours[2]}"`) +
        rect(392, 640, 22, 26, 'fill="#b9c2c8"') +
        rect(372, 640, 20, 26, 'fill="#e58a8a"') +
        rect(396, 640, 3, 26, 'fill="#7f8a91"') +
        rect(406, 640, 3, 26, 'fill="#7f8a91"'),
    ),
  );
}

function eraser(canvas) {
  const turn = (svg) => group('translate(-20 30) rotate(-12 615 770)', svg);
  const shape = rect(560, 742, 110, 50, 'rx="9"');
  canvas.shadow(turn(shape), { dx: 7, dy: 9, blur: 4, opacity: 0.5 });
  canvas.add(
    'eraser',
    turn(shape),
    turn(
      rect(560, 742, 110, 50, 'fill="#fbf7f2"') +
        rect(596, 742, 74, 50, `fill="${canvas.linear(['#4a84c8', '#2e62a3'])}"`) +
        rect(606, 742, 6, 50, 'fill="#fff" opacity=".8"') +
        rect(560, 742, 110, 7, 'fill="#fff" opacity=".5"'),
    ),
  );
}

function clips(canvas) {
  for (const [x, y, angle, colour, light] of [
    [996, 268, 30, '#c9403a', '#ff9c8f'],
    [470, 300, -50, '#3a78b8', '#a5d0f4'],
    [930, 640, 80, '#3d9a57', '#a7e5b3'],
  ]) {
    const clip = group(
      `translate(${x} ${y}) rotate(${angle})`,
      stroke('M-9 -20 V22 a10 10 0 0 0 20 0 V-24 a14 14 0 0 0 -28 0 V28 a18 18 0 0 0 0 0', 5),
    );
    canvas.shadow(clip, { dx: 4, dy: 5, blur: 2, opacity: 0.5 });
    canvas.add(
      'paper clip',
      clip,
      `<g color="${colour}">${clip}</g><g color="${light}">${clip.replace('stroke-width="5"', 'stroke-width="1.5"')}</g>`,
    );
  }
}
