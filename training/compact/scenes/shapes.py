"""Outlines in unit coordinates (about -1 to 1, y down): polygons [n, 2], x first."""

import math

import numpy as np


def rotate(points, angle):
    """Angle in radians."""
    c, s = math.cos(angle), math.sin(angle)
    return points @ np.array([[c, s], [-s, c]])


def blob(g, rough=None):
    """A closed curve of a few waves around a circle; `rough` is their height."""
    waves = int(g.integers(2, 9))
    t = np.linspace(0, 2 * math.pi, 72, endpoint=False)
    r = np.ones_like(t)
    height = g.uniform(0.05, 0.55) if rough is None else rough
    for i in range(1, waves + 1):
        r += height / i**0.8 * g.normal() * np.cos(i * t + g.uniform(0, 6.28))
    r = np.maximum(r, 0.15)
    points = np.stack([r * np.cos(t), r * np.sin(t)], 1)
    points[:, 1] *= g.uniform(0.35, 1)
    return points / np.abs(points).max()


def polygon(g):
    """Three to eight corners, regular or not."""
    n = int(g.integers(3, 9))
    t = np.sort(g.uniform(0, 2 * math.pi, n)) if g.random() < 0.6 else np.linspace(0, 2 * math.pi, n, endpoint=False)
    r = g.uniform(0.55, 1, n) if g.random() < 0.7 else np.ones(n)
    points = np.stack([r * np.cos(t), r * np.sin(t)], 1)
    points[:, 1] *= g.uniform(0.4, 1)
    return points / np.abs(points).max()


def superellipse(g, exponent=None):
    """Of width 2 and any height up to that: an ellipse for exponent 1, towards a rectangle below, a star above."""
    exponent = g.choice([0.35, 0.6, 1, 1, 1.6]) if exponent is None else exponent
    t = np.linspace(0, 2 * math.pi, 56, endpoint=False)
    power = lambda v: np.sign(v) * np.abs(v) ** exponent
    return np.stack([power(np.cos(t)), power(np.sin(t)) * g.uniform(0.25, 1)], 1)


def oval(g):
    """An ellipse of width 2 and any height up to that."""
    return superellipse(g, 1)


def rectangle(g):
    """Of width 2 and any height up to that."""
    height = g.uniform(0.15, 1)
    return box(-1, -height, 1, height)


_ANY = (blob, blob, polygon, superellipse, rectangle)


def any_shape(g):
    return _ANY[g.integers(len(_ANY))](g)


def ellipse(x, y, rx, ry, n=28):
    """Centre and radii; n corners."""
    t = np.linspace(0, 2 * math.pi, n, endpoint=False)
    return np.stack([x + rx * np.cos(t), y + ry * np.sin(t)], 1)


def box(x0, y0, x1, y1, taper=0.0):
    """Its side at y0 is shorter by `taper` at both ends."""
    return np.array([[x0 + taper, y0], [x1 - taper, y0], [x1, y1], [x0, y1]], float)


def wander(g, steps, n, step, bend):
    """A curve around the origin, open: `steps` of length `step` that turn by about `bend` radians; n points."""
    angle = g.uniform(0, 6.28)
    corners = [np.zeros(2)]
    for _ in range(steps):
        angle += g.normal() * bend
        corners.append(corners[-1] + step * np.array([math.cos(angle), math.sin(angle)]))
    corners = np.array(corners) - np.mean(corners, 0)
    at = np.linspace(0, len(corners) - 1, n)
    i = np.minimum(at.astype(int), len(corners) - 2)
    rest = (at - i)[:, None]
    rest = rest * rest * (3 - 2 * rest)
    return corners[i] * (1 - rest) + corners[i + 1] * rest


def stroke(curve, start, end=None):
    """Around an open curve, with half its width at either end."""
    end = start if end is None else end
    along = np.gradient(curve, axis=0)
    along /= np.linalg.norm(along, axis=1, keepdims=True) + 1e-9
    across = np.stack([-along[:, 1], along[:, 0]], 1)
    width = np.linspace(start, end, len(curve))[:, None]
    return np.concatenate([curve + across * width, (curve - across * width)[::-1]])


def capsule(a, b, ra, rb):
    """From point a to point b, round at both, of radius ra and rb there."""
    along = b - a
    along = along / (np.linalg.norm(along) + 1e-9)
    angle = math.atan2(along[1], along[0])
    t = np.linspace(-math.pi / 2, math.pi / 2, 10)
    end = np.stack([np.cos(angle + t), np.sin(angle + t)], 1) * rb + b
    start = np.stack([np.cos(angle + math.pi + t), np.sin(angle + math.pi + t)], 1) * ra + a
    return np.concatenate([end, start])
