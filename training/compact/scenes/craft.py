"""Vehicles of every kind in many proportions, made of tubes and rounded boxes. In metres; they go to +z."""

import math

import numpy as np

from .skin import TEXTURE, Skin, cloth, textured
from .solids import Look
from .textures import random_colour, smooth_noise

BODY, OTHER, GLASS, TYRE, METAL = range(5)  # materials


def _finish(g, skin, name):
    glass = np.array([0.12, 0.15, 0.18]) * g.uniform(0.5, 3)
    paint = lambda: textured(random_colour(g), 0.03 * smooth_noise(g, TEXTURE, 2.5))
    plain = lambda colour: Look(np.float32(np.clip(colour, 0, 1)), None)
    body = cloth(g, random_colour(g), random_colour(g)) if g.random() < 0.2 else paint()
    tyre, metal = np.full(3, g.uniform(0.03, 0.15)), np.full(3, g.uniform(0.3, 0.8))
    looks = [body, paint(), plain(glass), plain(tyre), plain(metal)]
    return skin.solid(name, looks, 'Vehicles')


def _windows(g, skin, x, low, high, z0, z1, count):
    """In both sides, at -x and x."""
    ends = np.linspace(z0, z1, count + 1)
    gap = g.uniform(0.05, 0.2) * (ends[1] - ends[0])
    for a, b in zip(ends, ends[1:]):
        for side in (-1, 1):
            skin.block([side * x - 0.02, low, a + gap], [side * x + 0.02, high, b - gap], GLASS, 0.2)


def _wheels(skin, x, radius, places):
    flat = 0.99  # round, but with the flat ends of what is square
    for z in places:
        for side in (-1, 1):
            wheel = np.array([[side * x, radius, z], [side * (x - 0.22), radius, z]])
            skin.tube(wheel, [radius, radius], TYRE, (0, 1, 0), square=flat)
            hub = np.array([[side * (x + 0.02), radius, z], [side * (x - 0.02), radius, z]])
            skin.tube(hub, np.full(2, radius * 0.55), METAL, (0, 1, 0), square=flat)


def coach(g):
    """A bus, a lorry, or a train of up to three."""
    skin = Skin()
    kind = g.choice(['bus', 'lorry', 'train'], p=[0.4, 0.3, 0.3])
    x, length = g.uniform(0.9, 1.3), g.uniform(4.5, 12) if kind != 'train' else g.uniform(9, 18)
    floor, high = g.uniform(0.3, 0.6), g.uniform(2.2, 3.4) if g.random() < 0.85 else 4.2
    cars = int(g.integers(1, 4)) if kind == 'train' else 1
    for car in range(cars):
        z0, z1 = -(length + 0.4) * car - length / 2, -(length + 0.4) * car + length / 2
        count = int(g.integers(4, 12))
        if kind == 'lorry':
            cab = z1 - g.uniform(1.2, 2.2)
            skin.block([-x, floor, cab], [x, high * g.uniform(0.7, 1), z1], BODY)
            skin.block([-x * 0.9, high * 0.45, z1 - 0.1], [x * 0.9, high * 0.68, z1 + 0.04], GLASS, 0.2)
            _windows(g, skin, x, high * 0.45, high * 0.66, cab + 0.3, z1 - 0.2, 1)
            top = high * (0.5 if g.random() < 0.25 else g.uniform(0.95, 1.2))  # the former is open
            skin.block([-x, floor + 0.3, z0], [x, top, cab - 0.1], OTHER, 0.06)
        else:
            skin.block([-x, floor, z0], [x, high, z1], BODY, g.uniform(0.08, 0.3))
            low = floor + (high - floor) * g.uniform(0.35, 0.5)
            for deck in ([0, -0.4] if high > 4 else [0]):
                top = high - (high - low) * 0.25 + deck * (high - floor)
                _windows(g, skin, x, low + deck * (high - floor) * 0.9, top, z0 + 0.3, z1 - 0.3, count)
            if g.random() < 0.6:
                skin.block([-x - 0.02, floor + 0.1, z0 + 0.05], [x + 0.02, low - 0.15, z1 + 0.02], OTHER, 0.1)
            if car == 0:
                skin.block([-x * 0.88, low, z1 - 0.1], [x * 0.88, high * 0.88, z1 + 0.05], GLASS, 0.2)
        for side in (-1, 1):
            skin.ball([side * x * 0.7, floor + 0.4, z1], [0.14, 0.12, 0.06], METAL)
        wheel = g.uniform(0.35, 0.55)
        _wheels(skin, x, wheel, [z0 + length * 0.18, z1 - length * 0.15] + ([z0 + length * 0.3] if length > 8 else []))
    return _finish(g, skin, kind)


def car(g):
    skin = Skin()
    x, length, floor = g.uniform(0.75, 0.95), g.uniform(3.4, 4.9), g.uniform(0.2, 0.35)
    belt, high = g.uniform(0.8, 1.05), g.uniform(1.35, 1.85)
    z = length / 2
    skin.tube([[0, (floor + belt) / 2, s * z * 0.97] for s in (-1, -0.4, 0.4, 1)],
              [[x * 0.9, (belt - floor) * 0.42], [x, (belt - floor) / 2], [x, (belt - floor) / 2],
               [x * 0.88, (belt - floor) * g.uniform(0.3, 0.45)]], BODY, square=0.35)
    back, front = -z * g.uniform(0.5, 0.98), z * g.uniform(0.15, 0.5)
    middle, roof = (back + front) / 2, high - belt
    points = [[0, belt + roof * t, middle] for t in (-0.1, 0.35, 0.75, 1)]
    half = (front - back) / 2
    taper = np.array([[1.0, 1.0], [0.94, 0.9], [0.86, 0.76], [0.8, 0.66]])
    skin.tube(points[:3], taper[:3] * [x * 0.98, half], GLASS, square=0.3)
    skin.tube([[0, high - 0.1, middle], [0, high - 0.02, middle]], taper[2:] * [x * 0.98, half], BODY, square=0.3)
    for at in np.linspace(back, front, int(g.integers(3, 5))):
        lean = (at - middle) * 0.35
        for side in (-1, 1):
            pillar = [[side * x * 0.97, belt, at * 0.98], [side * x * 0.85, high - 0.05, at - lean]]
            skin.tube(pillar, [0.045, 0.04], BODY)
    for end in (-1, 1):
        for side in (-1, 1):
            skin.ball([side * x * 0.7, (floor + belt) * 0.55, end * z * 0.98], [0.16, 0.09, 0.07], METAL)
        skin.block([-x * 0.5, floor + 0.12, end * z - 0.03], [x * 0.5, floor + 0.28, end * z + 0.03], OTHER, 0.2)
    _wheels(skin, x * 1.0, g.uniform(0.29, 0.38), [-z * 0.62, z * 0.64])
    return _finish(g, skin, 'car')


def airplane(g):
    skin, length = Skin(), g.uniform(7, 40)
    r, z = length * g.uniform(0.045, 0.075), length / 2
    high = r * g.uniform(1.3, 2)
    skin.tube([[0, high + 0.25 * r * (t == -1), t * z] for t in (-1, -0.6, 0, 0.7, 0.97)],
              [[0.15 * r, 0.2 * r], [0.8 * r, 0.85 * r], [r, r], [r, r], [0.35 * r, 0.35 * r]], BODY, rings=20)
    span, sweep, low = length * g.uniform(0.4, 0.55), g.uniform(0, 0.3) * length, g.choice([-0.5, -0.5, 0.8]) * r
    engines = int(g.integers(0, 3))
    for side in (-1, 1):
        tip = [side * span, high + low + g.uniform(0, 0.08) * span, -sweep]
        root = [side * r * 0.5, high + low, length * 0.05]
        chord = length * g.uniform(0.09, 0.16)
        of = OTHER if g.random() < 0.4 else BODY
        skin.tube([root, tip], [[chord, 0.12 * r + 0.03], [chord * 0.4, 0.05 * r]], of, (0, 0, 1))
        for e in range(engines):
            at = np.array(root) + (np.array(tip) - root) * (0.3 + 0.3 * e) + [0, -0.4 * r, chord * 0.5]
            skin.tube([at - [0, 0, chord * 0.6], at, at + [0, 0, chord * 0.6]], np.array([0.3, 0.42, 0.4]) * r, METAL)
        tail = [[0, high + 0.3 * r, -z * 0.9], [side * span * 0.35, high + 0.5 * r, -z * 0.98]]
        skin.tube(tail, [[length * 0.06, 0.06 * r], [length * 0.03, 0.04 * r]], BODY, (0, 0, 1))
        skin.ball([side * r * 0.5, high + 0.45 * r, z * 0.84], np.array([0.3, 0.22, 0.5]) * r, GLASS)
    fin = [[0, high + 0.4 * r, -z * 0.85], [0, high + length * g.uniform(0.1, 0.2), -z * 0.98]]
    skin.tube(fin, [[length * 0.08, 0.08 * r], [length * 0.04, 0.05 * r]], OTHER, (0, 0, 1))
    if length > 15:
        count = int(length * 0.8)
        for at in np.linspace(-z * 0.5, z * 0.7, count):
            for side in (-1, 1):
                skin.ball([side * r * 0.97, high + 0.25 * r, at], np.array([0.08, 0.1, 0.08]) * r, GLASS)
    for at in ([0, 0.2, z * 0.7], [-r, 0.2, 0], [r, 0.2, 0]):
        skin.tube([[at[0], high, at[2]], at], [0.06 * r, 0.05 * r], METAL)
        skin.ball(at, [0.12, 0.22, 0.22], TYRE)
    return _finish(g, skin, 'airplane')


def boat(g):
    """With a cabin, a sail, or neither."""
    skin, length = Skin(), math.exp(g.uniform(math.log(2.5), math.log(14)))
    wide, deep, z = length * g.uniform(0.12, 0.2), length * g.uniform(0.06, 0.12), length / 2
    keys = [[0, deep * (1 + 0.3 * (t == 1)), t * z] for t in (-1, -0.5, 0.3, 1)]
    skin.tube(keys, [[wide * 0.7, deep], [wide, deep], [wide, deep], [wide * 0.08, deep * 0.7]], BODY, square=0.5)
    inside = [[0, 2 * deep, t * z] for t in (-0.9, 0, 0.6)]
    skin.tube(inside, [[wide * 0.75, 0.03 * length], [wide * 0.85, 0.03 * length], [wide * 0.4, 0.03 * length]], OTHER)
    kind = g.random()
    if kind < 0.5:
        top = deep * 2 + length * g.uniform(0.08, 0.2)
        z0, z1 = sorted(g.uniform(-0.8, 0.5, 2) * z)
        z1 = max(z1, z0 + 0.3 * z)
        skin.block([-wide * 0.7, deep * 2, z0], [wide * 0.7, top, z1], OTHER, 0.15)
        high = top - deep * 2
        _windows(g, skin, wide * 0.7, top - 0.6 * high, top - 0.15 * high, z0, z1, int(g.integers(2, 6)))
    elif kind < 0.85:
        mast = length * g.uniform(0.9, 1.4)
        skin.tube([[0, deep, 0], [0, mast, 0]], [0.012 * length, 0.008 * length], METAL)
        belly = g.uniform(-0.1, 0.1) * length
        low, high = deep * 2.6, mast * 0.95
        at = lambda t: [belly * t * (1 - t) * 4, low + (high - low) * t, -0.42 * z * (1 - t) - 0.05 * z]
        of = GLASS if g.random() < 0.2 else OTHER
        skin.tube([at(t) for t in (0, 0.5, 1)], np.array([[0.42, 0.01], [0.22, 0.01], [0.02, 0.01]]) * z, of, (0, 0, 1))
    return _finish(g, skin, 'boat')


def bike(g):
    """A bicycle or a motorcycle; `Solid.top` is where one sits."""
    skin, motor = Skin(), g.random() < 0.5
    r, apart = g.uniform(0.28, 0.36), g.uniform(0.48, 0.75)
    seat = g.uniform(0.72, 0.85) if motor else g.uniform(0.8, 1.0)
    tyre = g.uniform(0.05, 0.08) if motor else g.uniform(0.015, 0.03)
    pipe = 0.03 if motor else 0.018
    for z in (-apart, apart):
        skin.ring([0, r, z], r - tyre, tyre, TYRE)
        skin.ball([0, r, z], [0.05, 0.09 if motor else 0.04, 0.09 if motor else 0.04], METAL)
        for spoke in np.arange(0, 2 * math.pi, math.pi / 4):
            end = [0, r + (r - tyre) * math.sin(spoke), z + (r - tyre) * math.cos(spoke)]
            skin.tube([[0, r, z], end], [0.006, 0.006], METAL, rings=2)
    bar = [0, seat + g.uniform(0.05, 0.25), apart * 0.55]
    crank = [0, r * 0.9, -apart * 0.1]
    saddle = [0, seat, -apart * 0.35]
    for a, b in ((saddle, crank), (crank, [0, r, -apart]), ([0, seat - 0.1, -apart * 0.3], [0, r, -apart]),
                 (crank, [0, bar[1] - 0.2, bar[2] + 0.03]), (bar, [0, r, apart]),
                 ([0, seat - 0.12, -apart * 0.3], [0, bar[1] - 0.15, bar[2]])):
        skin.tube([a, b], [pipe, pipe], BODY, rings=2)
    skin.tube([[-0.3, bar[1], bar[2] - 0.1], [0, bar[1], bar[2]], [0.3, bar[1], bar[2] - 0.1]], [0.016] * 3, METAL)
    if motor:
        skin.tube([[0, seat - 0.2, -apart * 0.1], [0, seat, apart * 0.3], [0, seat - 0.05, apart * 0.5]],
                  [[0.11, 0.1], [0.16, 0.13], [0.1, 0.1]], BODY)
        skin.tube([[0, seat + 0.05, -apart * 1.1], [0, seat, -apart * 0.4], [0, seat, apart * 0.1]],
                  [[0.1, 0.06], [0.13, 0.05], [0.08, 0.05]], OTHER)
        skin.block([-0.16, r * 0.7, -apart * 0.4], [0.16, seat - 0.2, apart * 0.35], METAL, 0.4)
        skin.tube([[0.18, r, -apart * 1.1], [0.18, r * 0.8, 0]], [0.06, 0.04], METAL)
        skin.ball([0, bar[1] - 0.1, apart * 0.75], [0.12, 0.14, 0.1], GLASS)
        if g.random() < 0.5:
            skin.tube([[0, r, apart * 0.9], [0, seat * 0.95, apart * 0.85], [0, bar[1], apart * 0.6]],
                      [[0.1, 0.1], [0.22, 0.12], [0.14, 0.06]], BODY)
    else:
        skin.tube([[0, seat, -apart * 0.55], [0, seat + 0.02, -apart * 0.15]], [[0.09, 0.03], [0.03, 0.03]], TYRE)
    solid, mesh = _finish(g, skin, 'motorbike' if motor else 'bicycle')
    return solid._replace(top=seat), mesh


def vehicle(g, kind):
    """(Solid, Mesh) of one that is 'small', 'large' or any."""
    small, large = (car, car, bike), (coach, coach, airplane, boat)
    makers = small if kind == 'small' else large if kind == 'large' else small + large
    return makers[g.integers(len(makers))](g)
