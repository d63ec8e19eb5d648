"""Animals on four legs and birds, in many builds, poses and coats, made of tubes around a skeleton. In metres."""

import math
from typing import NamedTuple

import numpy as np

from .skin import TEXTURE, Skin, direction, jointed, textured, turn_x, turn_y
from .solids import Look
from .textures import random_colour, smooth_noise

COAT, OTHER, DARK, HORN = range(4)  # materials
COATS = np.array([
    [0.45, 0.3, 0.18], [0.3, 0.19, 0.12], [0.62, 0.46, 0.3], [0.75, 0.62, 0.45], [0.1, 0.09, 0.09],
    [0.85, 0.83, 0.8], [0.5, 0.48, 0.46], [0.3, 0.29, 0.3], [0.55, 0.3, 0.14],
])


class Build(NamedTuple):
    """Of a kind of animal on four legs: length of the trunk in metres, the rest in shares of it."""

    length: float
    depth: float  # of the trunk
    legs: float
    leg: float  # radius
    neck: float
    rise: float  # radians of the neck above the level
    head: float
    muzzle: float  # length of the muzzle, in heads
    ears: float  # in heads
    tail: float
    coats: str  # of its coats: p plain, b blotches, s stripes, c cells
    horns: float  # how often


BUILDS = [
    Build(0.55, 0.30, 0.45, 0.055, 0.25, 0.8, 0.26, 0.9, 0.7, 0.5, 'ppb', 0),  # dogs
    Build(0.45, 0.38, 0.30, 0.06, 0.18, 0.7, 0.28, 0.5, 0.8, 0.4, 'pb', 0),
    Build(0.35, 0.30, 0.38, 0.05, 0.15, 0.8, 0.26, 0.3, 0.8, 0.8, 'ppbs', 0),  # cats
    Build(1.40, 0.34, 0.55, 0.05, 0.50, 0.8, 0.28, 1.2, 0.5, 0.5, 'ppb', 0),  # horses
    Build(1.30, 0.34, 0.52, 0.05, 0.42, 0.7, 0.26, 1.1, 0.6, 0.4, 's', 0),  # zebras
    Build(1.60, 0.42, 0.40, 0.05, 0.30, 0.2, 0.24, 1.0, 0.6, 0.45, 'ppbb', 0.6),  # cows
    Build(0.90, 0.48, 0.36, 0.045, 0.22, 0.5, 0.24, 0.8, 0.5, 0.15, 'p', 0.2),  # sheep
    Build(2.60, 0.50, 0.48, 0.09, 0.18, 0.2, 0.34, 0.5, 1.5, 0.35, 'p', 0),  # elephants
    Build(1.50, 0.40, 1.05, 0.05, 1.35, 1.1, 0.22, 1.1, 0.5, 0.45, 'c', 0.9),  # giraffes
    Build(1.50, 0.50, 0.36, 0.09, 0.20, 0.3, 0.26, 0.8, 0.3, 0.05, 'p', 0),  # bears
    Build(1.20, 0.34, 0.60, 0.04, 0.42, 0.9, 0.24, 1.0, 0.7, 0.12, 'pc', 0.6),  # deer
    Build(1.10, 0.46, 0.24, 0.06, 0.12, 0.1, 0.26, 0.8, 0.7, 0.2, 'pb', 0),  # pigs
]


def _varied(g, build):
    vary = lambda x, by=0.12: x * math.exp(g.normal() * by)
    return Build(*(vary(x) for x in build[:10]), build.coats, build.horns)


def _four_legs(g, skin, b, pose, height):
    """Hips and shoulders are at `height`; legs of what sits or lies are folded."""
    half = b.depth * b.length / 2
    legs_of = OTHER if g.random() < 0.25 else COAT
    hoofs = DARK if g.random() < 0.4 else legs_of
    stride = g.uniform(0, 0.5) if pose == 'moving' else g.uniform(0, 0.12)
    for front in (True, False):
        z = b.length * (0.38 if front else -0.4)
        for side in (-1, 1):
            top = np.array([side * half * 0.55, height - half * 0.3, z])
            swing = stride * (1 if (side > 0) == front else -1) + g.normal() * 0.05
            length = top[1]
            if pose in ('sitting', 'lying') and (pose == 'lying' or not front):
                forward = g.uniform(0.9, 1.4)
                knee = top + b.legs * b.length * 0.5 * direction(forward, 0.3, side)
                foot = knee + b.legs * b.length * 0.45 * direction(forward - g.uniform(2.2, 2.6), 0.1, side)
                foot[1] = max(foot[1], b.leg * b.length)
                knee[1] = max(knee[1], b.leg * b.length)
                points = [top, knee, foot, foot + [0, 0, b.length * 0.12]]
                radii = np.array([2.3, 1.4, 0.9, 0.8])
            elif front:
                knee = top + length * 0.5 * direction(swing - 0.05)
                points = [top, knee, knee + length * 0.48 * direction(swing * 0.6 - max(0, -swing) * 0.8)]
                radii = np.array([1.9, 1.0, 0.85])
            else:
                knee = top + length * 0.36 * direction(swing + 0.3)
                hock = knee + length * 0.32 * direction(swing - 0.6)
                points = [top, knee, hock, hock + length * 0.36 * direction(swing + 0.1)]
                radii = np.array([2.4, 1.5, 0.85, 0.8])
            radii = np.interp(np.linspace(0, 1, 2 * len(points) - 1), np.linspace(0, 1, len(points)), radii)
            line = jointed(points)
            skin.tube(line, radii * b.leg * b.length, legs_of)
            foot = b.leg * b.length
            skin.ball(line[-1] + [0, 0, foot * 0.5], np.array([1.0, 0.7, 1.4]) * foot, hoofs)


def _head(g, skin, b, base, turn):
    """Where the neck ends; looks along its own z."""
    size = b.head * b.length
    at = lambda x, y, z: base + turn @ (np.array([x, y, z]) * size)
    reach = 0.35 + 0.45 * b.muzzle
    skin.ball(at(0, 0, 0.1), np.array([0.34, 0.38, 0.45]) * size, COAT, turn)
    muzzle = OTHER if g.random() < 0.4 else COAT
    points = [at(0, 0, 0.2), at(0, -0.1, 0.2 + reach * 0.6), at(0, -0.16, 0.2 + reach)]
    skin.tube(points, np.array([[0.26, 0.28], [0.17, 0.17], [0.15, 0.14]]) * size, muzzle, turn[:, 0])
    skin.ball(at(0, -0.06, 0.3 + reach), np.array([0.1, 0.07, 0.07]) * size, DARK, turn)
    upright = g.uniform(-1.2, 1.2)
    for side in (-1, 1):
        skin.ball(at(side * 0.24, 0.14, 0.32), np.full(3, 0.06) * size, DARK, turn)
        out = np.array([side * math.cos(upright) * 0.8, math.sin(upright), -0.15]) * b.ears
        start = np.array([side * 0.22, 0.26, -0.02])
        ear = [at(*start), at(*(start + 0.5 * out)), at(*(start + out * 0.9))]
        width = np.array([[0.5, 0.12], [0.75, 0.13], [0.2, 0.08]]) * b.ears * 0.32 * size
        skin.tube(ear, width, COAT if g.random() < 0.7 else OTHER, turn[:, 2] if b.ears > 1 else turn[:, 0])
    if g.random() < b.horns:
        bend = g.uniform(-0.3, 0.6)
        for side in (-1, 1):
            horn = [at(side * 0.15, 0.3, -0.05), at(side * 0.5, 0.65, -0.1), at(side * (0.5 - bend), 1.1, bend)]
            skin.tube(horn, np.array([0.07, 0.05, 0.015]) * size, HORN)
    return at


def _coat(g, kind):
    colour = COATS[g.integers(len(COATS))] * g.uniform(0.75, 1.2)
    other = COATS[g.integers(len(COATS))] * g.uniform(0.75, 1.2)
    fur = 0.1 * smooth_noise(g, TEXTURE, 1) + 0.06 * smooth_noise(g, TEXTURE, 2.5)
    if kind == 'p':
        return textured(colour, fur), other
    if kind == 'b':
        return textured(colour, fur, other, (smooth_noise(g, TEXTURE, 2.5) > g.uniform(-0.3, 0.9)) * 1.0), other
    if kind == 's':
        if g.random() < 0.5:
            colour, other = np.array([0.88, 0.86, 0.82]), np.array([0.1, 0.09, 0.09])
        across = np.arange(TEXTURE) * 2 * math.pi * int(g.integers(4, 9)) / TEXTURE
        waves = np.sin(across + 0.9 * smooth_noise(g, TEXTURE, 2.5))
        return textured(colour, fur, other, (waves > g.uniform(-0.3, 0.5)) * 1.0), other
    # Cells: the two nearest of points that repeat are about as far.
    points = g.random((int(g.integers(12, 40)), 2))
    y, x = np.mgrid[:TEXTURE, :TEXTURE] / TEXTURE
    apart = np.abs(np.stack([y, x], 2)[:, :, None] - points)
    distance = np.sort(np.hypot(*np.moveaxis(np.minimum(apart, 1 - apart), -1, 0)), axis=2)
    lines = distance[..., 1] - distance[..., 0] < 0.035
    return textured([0.55, 0.34, 0.17], fur, [0.85, 0.75, 0.58], lines * 1.0), other


def quadruped(g):
    build = BUILDS[g.integers(len(BUILDS))]
    trunk_like = build.length > 2
    b, skin = _varied(g, build), Skin()
    small = b.length < 0.7
    pose = g.choice(['standing', 'moving', 'grazing', 'sitting', 'lying'],
                    p=[0.3, 0.25, 0.1, 0.2, 0.15] if small else [0.4, 0.3, 0.17, 0.0, 0.13])
    half = b.depth * b.length / 2
    height = b.legs * b.length + half * 0.6 if pose != 'lying' else half * 0.95
    pitch = g.uniform(0.5, 0.9) if pose == 'sitting' else 0.0

    # The trunk, which for one that sits turns about the rump.
    rump = np.array([0, half * 0.9 if pitch else height, -b.length * 0.45])
    frame = turn_x(-pitch)
    back = lambda y, z: rump + frame @ np.array([0, y * half, (z + 0.45) * b.length])
    sag = g.uniform(-0.15, 0.15)
    keys = [back(0, -0.45), back(sag, -0.15), back(sag, 0.2), back(0.1, 0.45)]
    wide = g.uniform(0.7, 0.95)
    radii = np.array([[0.8 * wide, 0.85], [wide, 1.0 + abs(sag)], [wide, 1.0], [0.7 * wide, 0.8]]) * half
    skin.tube(keys, radii, COAT)
    if pitch:
        shoulder = keys[3][1]
        for side in (-1, 1):
            top = np.array([side * half * 0.5, shoulder * 0.95, keys[3][2] - half * 0.2])
            line = jointed([top, [top[0], top[1] * 0.5, top[2]], [top[0], 0.02, top[2] + half * 0.2]])
            skin.tube(line, np.array([1.9, 1.4, 1.0, 0.9, 0.9]) * b.leg * b.length, COAT)
            skin.ball(line[-1] + [0, 0, half * 0.15], np.array([1.1, 0.8, 1.6]) * b.leg * b.length, COAT)
            knee = rump + [side * half * 0.9, -half * 0.2, b.length * 0.28]
            foot = np.array([knee[0], 0.02, knee[2] + half * 0.3])
            hip = rump + [side * half * 0.4, 0, 0]
            skin.tube([hip, knee, foot], np.array([2.4, 1.8, 1.0]) * b.leg * b.length, COAT)
    else:
        _four_legs(g, skin, b, pose, height)

    rise = -g.uniform(0.5, 1.1) if pose == 'grazing' else b.rise * g.uniform(0.4, 1.2) + pitch * 0.3
    aside = g.normal() * 0.35
    ahead = turn_y(aside) @ turn_x(-rise)
    start = keys[3] + [0, half * 0.15, -half * 0.1]
    bend = start + frame @ np.array([0, half * 0.1, half * 0.4])
    end = bend + b.neck * b.length * (ahead @ np.array([0, 0, 1.0]))
    size = b.head * b.length
    skin.tube([start, bend, (bend + end) / 2, end],
              np.array([[0.62 * half, 0.75 * half], [0.55 * half, 0.7 * half],
                        [0.4 * half, 0.5 * half], [0.27 * size, 0.33 * size]]), COAT)
    if b.neck > 0.38 and g.random() < 0.5 and 'c' not in b.coats:
        mane = [p + ahead @ np.array([0, 0.45 * half, 0]) for p in (bend, (bend + end) / 2, end)]
        skin.tube(mane, np.array([[0.12, 0.35], [0.12, 0.35], [0.1, 0.25]]) * half, OTHER)
    look = turn_y(aside + g.normal() * 0.4) @ turn_x(g.uniform(0.0, 0.7) if pose != 'grazing' else g.uniform(0.6, 1.2))
    at = _head(g, skin, b, end, look)
    if trunk_like:
        curl = g.uniform(-0.5, 0.6)
        trunk = [at(0, -0.1, 0.4), at(0, -0.6, 0.75), at(0, -1.3, 0.75 + curl * 0.4), at(0, -1.7, 0.75 + curl)]
        skin.tube(trunk, np.array([0.2, 0.15, 0.1, 0.07]) * size, COAT)
        for side in (-1, 1):
            tusk = [at(side * 0.2, -0.25, 0.4), at(side * 0.25, -0.5, 0.8), at(side * 0.2, -0.5, 1.1)]
            skin.tube(tusk, np.array([0.05, 0.04, 0.015]) * size, HORN)
    up = g.uniform(-1.3, 1.0) if small else g.uniform(-1.5, -0.9)
    tail = [np.array([0, math.sin(up * t), -math.cos(up * t)]) * b.tail * b.length * t for t in (0, 0.5, 1)]
    tuft = g.choice([0.5, 1.0, 2.0])
    root = keys[0] + frame @ np.array([0, half * 0.4, -half * 0.6])
    of = COAT if g.random() < 0.7 else OTHER
    skin.tube([root + t for t in tail], np.array([1, 0.9, tuft]) * 0.025 * b.length, of)
    coat, other = _coat(g, g.choice(list(b.coats)))
    if trunk_like:
        coat = textured(np.array([0.46, 0.43, 0.41]) * g.uniform(0.7, 1.2), 0.08 * smooth_noise(g, TEXTURE, 1))
    return skin.solid('animal', [coat, *_rest(g, other)])


def bird(g):
    """One that stands or flies."""
    skin, size = Skin(), math.exp(g.uniform(math.log(0.1), math.log(0.5)))
    flies, tilt = g.random() < 0.35, g.uniform(-0.2, 0.9)
    tilt = tilt if not flies else g.uniform(-0.3, 0.3)
    frame = turn_x(-tilt)
    at = lambda x, y, z: frame @ (np.array([x, y, z]) * size)
    plump, neck = g.uniform(0.3, 0.55), g.choice([0.1, 0.1, 0.3, 0.9])
    skin.tube([at(0, 0, -0.6), at(0, 0, -0.2), at(0, 0, 0.3), at(0, 0.1, 0.6)],
              np.array([0.15, 0.9, 1.0, 0.55]) * plump * size, COAT)
    top = at(0, 0.1, 0.6) + np.array([0, neck * 0.9, 0.25 + neck * 0.2]) * size
    skin.tube([at(0, 0.05, 0.5), (at(0, 0.1, 0.75) + top) / 2, top], np.array([0.6, 0.42, 0.35]) * plump * size, COAT)
    head = 0.22 * size * g.uniform(0.8, 1.2)
    look = turn_y(g.normal() * 0.6)
    of = OTHER if g.random() < 0.4 else COAT
    skin.ball(top, np.array([0.8, 0.85, 1]) * head, of, look)
    reach = g.uniform(0.6, 1.8)
    skin.tube([top + look @ [0, 0, 0.7 * head], top + look @ [0, -0.1 * head, (1 + reach * 0.5) * head],
               top + look @ [0, -0.15 * head, (1 + reach) * head]], np.array([0.3, 0.2, 0.05]) * head, HORN)
    for side in (-1, 1):
        skin.ball(top + look @ (np.array([side * 0.72, 0.2, 0.4]) * head), np.full(3, 0.15 * head), DARK)
        if flies:
            lift = g.uniform(-0.4, 0.9)
            wing = [at(side * 0.2, 0.1, 0.2), at(side * 0.9, 0.1 + lift * 0.6, 0.3), at(side * 1.8, 0.1 + lift, -0.2)]
            skin.tube(wing, np.array([[0.5, 0.08], [0.42, 0.05], [0.1, 0.02]]) * size, OTHER, (0, 0, 1))
        else:
            wing = [at(side * plump * 0.85, 0.15, 0.4), at(side * plump, 0.08, -0.1), at(side * plump * 0.3, 0, -0.9)]
            skin.tube(wing, np.array([[0.25, 0.1], [0.35, 0.1], [0.1, 0.05]]) * size, OTHER, (0, 1, 0))
            leg, spread = g.choice([0.4, 0.5, 1.1]) * size, 0.12 * size
            foot = np.array([side * spread, -leg, 0.05 * size])
            skin.tube([at(side * 0.12, -0.25, 0), foot * [1, 0.6, 0], foot], np.array([0.1, 0.04, 0.03]) * size, HORN)
            skin.tube([foot, foot + [0, 0, 0.2 * size]], np.array([0.03, 0.02]) * size, HORN)
    width = g.uniform(0.1, 0.35)
    skin.tube([at(0, 0, -0.5), at(0, 0, -0.8), at(0, -0.05, -0.8 - g.uniform(0.2, 0.8))],
              np.array([[0.12, 0.08], [width * 0.8, 0.04], [width, 0.02]]) * size, OTHER)
    colour = random_colour(g) if g.random() < 0.4 else COATS[g.integers(len(COATS))]
    other = random_colour(g) if g.random() < 0.3 else colour * g.uniform(0.4, 1.5)
    coat = textured(colour, 0.1 * smooth_noise(g, TEXTURE, 1))
    return skin.solid('flying bird' if flies else 'bird', [coat, *_rest(g, other)])


def _rest(g, other):
    horn = np.array([0.75, 0.6, 0.35]) * g.uniform(0.3, 1.2)
    plain = lambda colour: Look(np.float32(colour), None)
    return [textured(other, 0.1 * smooth_noise(g, TEXTURE, 1)), plain([0.08, 0.06, 0.06]), plain(horn)]


def animal(g):
    """(Solid, Mesh) of any."""
    return bird(g) if g.random() < 0.25 else quadruped(g)
