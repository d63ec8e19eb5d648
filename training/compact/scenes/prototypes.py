"""Prototypes: lists of parts, drawn in their order, in unit coordinates. Here those of no particular thing."""

import math
from dataclasses import dataclass

import numpy as np

from .shapes import any_shape, blob, box, capsule, oval, rotate, stroke, superellipse, wander


@dataclass
class Part:
    polygons: list  # [n, 2] each
    material: int  # parts with the same number share a material
    clip: bool = False  # only where parts before it are
    target: bool = True  # a target of its own, beside the object
    holes: tuple = ()  # polygons cut out of this part


def any_prototype(g):
    kind = g.random()
    return next(make for until, make in _KINDS if kind < until)(g)


def _single(g):
    return [Part([any_shape(g)], 0)]


def _divided(g):
    """A body with stripes, halves and patches."""
    parts = [Part([any_shape(g)], 0)]
    for i in range(int(g.integers(1, 4))):
        if g.random() < 0.45:
            g.uniform(-1.5, 1.5)  # unused, but without it every scene of a seed would be another one
            half = box(0, -3, 6, 3) + [g.uniform(-0.4, 0.5), 0]
            piece = rotate(half, g.uniform(0, 6.28))
        else:
            piece = any_shape(g) * g.uniform(0.15, 0.5) + g.uniform(-0.5, 0.5, 2)
        piece = rotate(piece, g.uniform(0, 6.28)) if g.random() < 0.3 else piece
        parts.append(Part([piece], 1 + i, clip=True, target=g.random() < 0.8))
    return parts


def _limb(g, a, b, material):
    """From anywhere on the line a b, mostly at about a right angle to it; some are jointed."""
    start = a + (b - a) * g.random()
    if g.random() < 0.8:
        angle = g.choice([-1, 1]) * math.pi / 2 + g.normal() * 0.5
    else:
        angle = g.uniform(0, 6.28)
    length, r = g.uniform(0.3, 0.75), g.uniform(0.04, 0.13)
    end = start + length * np.array([math.cos(angle), math.sin(angle)])
    polygons = [capsule(start, end, r * 1.3, r)]
    if g.random() < 0.5:
        bent = angle + g.normal() * 0.7
        tip = end + 0.6 * length * np.array([math.cos(bent), math.sin(bent)])
        polygons.append(capsule(end, tip, r, r * 0.7))
    return Part(polygons, material, target=g.random() < 0.5)


def _creature(g):
    """A torso with limbs and a head."""
    thick, length = g.uniform(0.18, 0.4), g.uniform(0.3, 0.55)
    tail, chest = np.array([-length, 0]), np.array([length, g.uniform(-0.1, 0.1)])
    count, alike = int(g.integers(2, 6)), g.random() < 0.5
    limbs = [_limb(g, tail, chest, 0 if alike else 2) for _ in range(count)]
    if g.random() < 0.7:
        torso = capsule(tail, chest, thick, thick * g.uniform(0.7, 1.2))
    else:
        torso = blob(g) * [0.6, thick * 1.6]
    torso = Part([torso], 0, target=not alike or g.random() < 0.5)
    parts = [*limbs[: count // 2], torso, *limbs[count // 2 :]]

    r = g.uniform(0.12, 0.27)
    head = chest + [g.uniform(0.1, 0.35), g.uniform(-0.35, 0.2)]
    if g.random() < 0.6:
        parts.append(Part([capsule(chest, head, thick * 0.6, r * 0.6)], 0, target=False))
    parts.append(Part([oval(g) * [r * 1.2, r * 1.4] + head], 0 if g.random() < 0.4 else 1))
    if g.random() < 0.4:
        parts.append(Part([oval(g) * r * 0.25 + head + [r * 0.3, -r * 0.2]], 3, target=False))
    if g.random() < 0.3:
        curve = wander(g, 3, 16, 0.25, 0.5) + tail - [0.3, 0]
        parts.append(Part([stroke(curve, 0.05, 0.02)], 0, target=False))
    return parts


def _circle(x, y, r, n):
    """Closed but for a small gap, which is drawn as an edge."""
    t = np.linspace(0, 6.28, n)
    return np.stack([np.cos(t), np.sin(t)], 1) * r + [x, y]


def _boxy(g):
    """A box with a roof, panels, and wheels or legs: vehicle, furniture, building."""
    h = g.uniform(0.3, 0.8)
    parts = [Part([box(-1, -h, 1, h) if g.random() < 0.6 else superellipse(g, 0.5) * [1, h]], 0)]
    if g.random() < 0.5:
        w, x = g.uniform(0.3, 0.7), g.uniform(-0.3, 0.3)
        roof = np.array([[x - w, -h], [x - w * 0.7, -h - 0.4], [x + w * 0.7, -h - 0.4], [x + w, -h]], float)
        parts.append(Part([roof], 1 if g.random() < 0.5 else 0))
    columns, rows, gap = int(g.integers(1, 6)), int(g.integers(1, 4)), g.uniform(0.15, 0.4)
    if g.random() < 0.7:
        panel = box(0, 0, 1 - gap, 1 - gap) * [1.7 / columns, 1.6 * h / rows]
        panels = [
            panel + [-0.85 + 1.7 * i / columns, -0.8 * h + 1.6 * h * j / rows]
            for i in range(columns)
            for j in range(rows)
        ]
        parts.append(Part(panels, 2, clip=True, target=g.random() < 0.4))
    if g.random() < 0.5:
        r = g.uniform(0.15, 0.3)
        for x in (-0.55, 0.55):
            oval(g)  # unused, but without it every scene of a seed would be another one
            parts.append(Part([_circle(x, h, r, 28)], 3))
            parts.append(Part([_circle(x, h, r * 0.5, 20)], 4, target=False))
    elif g.random() < 0.5:
        for x in (-0.8, 0.75):
            parts.insert(0, Part([box(x, 0, x + 0.12, h + 0.6)], 0, target=False))
    return parts


def _ring(g):
    """A frame, or a body with a handle."""
    body, inner = any_shape(g), g.uniform(0.4, 0.85)
    if g.random() < 0.6:
        return [Part([body], 0, holes=(body * inner,))]
    handle = oval(g) * 0.45 + [1.1, 0]
    return [Part([body], 0), Part([handle], 0, target=False, holes=(oval(g) * 0.3 + [1.1, 0],))]


def _plant(g):
    """A flower, a star, leaves on a stem."""
    parts = []
    count = int(g.integers(4, 11))
    g.random()  # unused, but without it every scene of a seed would be another one
    width = g.uniform(0.1, 0.3)
    if g.random() < 0.6:
        line = np.stack([np.zeros(12), np.linspace(0, 1.3, 12)], 1)
        bow = 0.1 * g.normal() * np.stack([np.sin(np.linspace(0, 3, 12)), np.zeros(12)], 1)
        parts.append(Part([stroke(line + bow, g.uniform(0.02, 0.08))], 1))
    for i in range(count):
        angle = 2 * math.pi * i / count + g.normal() * 0.2
        leaf = oval(g) * [0.5, width] + [0.5, 0]
        leaf = rotate(leaf * g.uniform(0.7, 1.1), angle)
        parts.append(Part([leaf], 0, target=g.random() < 0.4))
    if g.random() < 0.6:
        parts.append(Part([oval(g) * 0.22], 2))
    return parts


def _thin(g):
    """A cable, a stick."""
    curve = wander(g, int(g.integers(2, 7)), 40, 0.5, g.choice([0.1, 0.6, 1.0]))
    curve /= np.abs(curve).max() + 1e-6
    width = g.uniform(0.02, 0.12)
    return [Part([stroke(curve, width, width * g.uniform(0.4, 1.0))], 0)]


# Up to which of 0..1 each is drawn.
_KINDS = (
    (0.26, _single),
    (0.44, _divided),
    (0.62, _creature),
    (0.75, _boxy),
    (0.83, _ring),
    (0.93, _plant),
    (1.0, _thin),
)
