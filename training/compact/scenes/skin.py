"""Skins of bodies: tubes around smooth lines, their materials, and the solids that they make."""

import math

import numpy as np

from .solids import Look, Mesh, Solid
from .textures import smooth_noise

F = np.float32
SIDES, RINGS = 16, 12  # of a tube
CAP = (0.1, 0.55, 1.05)  # radians from the tip: the rings of a round end
TEXTURE, TEXTURE_SIZE = 128, 0.5  # side of a material's texture: pixels, metres


def direction(forward, aside=0.0, side=1):
    """From straight down, by angles in radians: `forward` to where the body looks, +z, and `aside` to its `side`."""
    level = math.cos(aside)
    return np.array([side * math.sin(aside), -level * math.cos(forward), level * math.sin(forward)])


def turn_x(angle):
    """[3, 3]: what stands leans to the front, +z."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def turn_y(angle):
    """[3, 3]: what looks at +z looks towards +x."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def turn_z(angle):
    """[3, 3]: what stands leans towards -x."""
    c, s = math.cos(angle), math.sin(angle)
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def along(keys, t):
    """At t [m], 0 to n - 1, of the smooth line through keys [n, c] (Catmull and Rom's spline)."""
    keys = np.asarray(keys, float)
    padded = np.concatenate([[2 * keys[0] - keys[1]], keys, [2 * keys[-1] - keys[-2]]])
    i = np.minimum(np.asarray(t).astype(int), len(keys) - 2)
    f = (t - i)[:, None]
    a, b, c, d = (padded[i + k] for k in range(4))
    return 0.5 * (2 * b + (c - a) * f + (2 * a - 5 * b + 4 * c - d) * f**2 + (3 * b - a - 3 * c + d) * f**3)


def jointed(points):
    """A line through joints, which stays straight between them: with the middles added."""
    points = np.asarray(points, float)
    middles = (points[1:] + points[:-1]) / 2
    out = np.empty((2 * len(points) - 1, 3))
    out[::2], out[1::2] = points, middles
    return out


class Skin:
    """Tubes of numbered materials, in metres; what looks at +z."""

    def __init__(self):
        self.grids, self.materials = [], []

    def tube(self, points, radii, material, side=(1, 0, 0), part=(0.0, 1.0), square=1.0, rings=RINGS):
        """
        Around the smooth line through points [n, 3] with radii [n] or [n, 2] (along `side` and across it), of which
        `part` is covered; its ends are round. square: 1 for an ellipse across, towards 0 for a rectangle;
        below 1 the ends are all but flat.
        """
        radii = np.asarray(radii, float)
        if radii.ndim == 1:
            radii = np.repeat(radii[:, None], 2, 1)
        t = np.linspace(*part, rings) * (len(points) - 1)
        line, radii = along(points, t), np.maximum(along(radii, t), 1e-3)
        forward = np.gradient(line, axis=0)
        forward /= np.maximum(np.linalg.norm(forward, axis=1, keepdims=True), 1e-9)
        depth = radii.mean(1) * (1.0 if square == 1 else 0.1)
        caps = lambda end, sign: (
            [line[end] + sign * forward[end] * depth[end] * math.cos(a) for a in CAP],
            [radii[end] * math.sin(a) for a in CAP],
            [forward[end]] * len(CAP),
        )
        first, last = caps(0, -1), caps(-1, 1)
        line = np.concatenate([first[0], line, last[0][::-1]])
        radii = np.concatenate([first[1], radii, last[1][::-1]])
        forward = np.concatenate([first[2], forward, last[2]])
        u = np.asarray(side, float) - forward * (forward @ np.asarray(side, float))[:, None]
        flat = np.linalg.norm(u, axis=1) < 0.2
        u[flat] = np.cross(forward[flat], [0.3, 0.2, 1])
        u /= np.linalg.norm(u, axis=1, keepdims=True)
        v = np.cross(forward, u)
        angle = np.linspace(0, 2 * math.pi, (SIDES if square == 1 else 2 * SIDES) + 1)[None, :, None]
        bent = lambda x: np.sign(x) * np.abs(x) ** square
        across = bent(np.cos(angle)) * (u * radii[:, :1])[:, None] + bent(np.sin(angle)) * (v * radii[:, 1:])[:, None]
        self.grids.append(line[:, None] + across)
        self.materials.append(material)

    def block(self, low, high, material, round_=0.12):
        """A box with rounded edges from one corner to the other."""
        low, high = np.asarray(low, float), np.asarray(high, float)
        middle, half = (low + high) / 2, (high - low) / 2
        z = np.array([-0.96, 0, 0.96]) * half[2]
        self.tube(middle + np.outer(z, [0, 0, 1]), np.repeat([half[:2]], 3, 0), material, square=round_)

    def ring(self, centre, radius, thick, material):
        """A tyre that rolls along z."""
        angle = np.linspace(0, 2 * math.pi, 17)
        points = np.asarray(centre) + radius * np.stack([0 * angle, np.sin(angle), np.cos(angle)], 1)
        self.tube(points, np.full(len(points), thick), material, rings=33)

    def ball(self, centre, radii, material, turn=None):
        """An ellipsoid; radii along its own x, y, z."""
        turn = np.eye(3) if turn is None else turn
        height = np.array([-0.98, -0.85, -0.5, 0, 0.5, 0.85, 0.98])
        points = np.asarray(centre) + (turn @ np.outer([0, 1, 0], height * radii[1] * 0.9)).T
        width = np.sqrt(1 - height**2)[:, None] * [radii[0], radii[2]]
        self.tube(points, width, material, turn[:, 0])

    def move(self, turn):
        """Turned or scaled about the origin by a matrix [3, 3]."""
        self.grids = [grid @ turn.T for grid in self.grids]

    def solid(self, name, looks, category='Characters'):
        """(Solid, Mesh) with its lowest point at 0 and its middle above the origin; looks: a Look per material."""
        triangles, normals, materials = [], [], []
        for grid, material in zip(self.grids, self.materials):
            around = np.gradient(grid, axis=1)
            around[:, 0] = around[:, -1] = (grid[:, 1] - grid[:, -2]) / 2
            n = np.cross(around, np.gradient(grid, axis=0))
            n /= np.maximum(np.linalg.norm(n, axis=2, keepdims=True), 1e-12)
            for values, out in ((grid, triangles), (n, normals)):
                a, b, c, d = values[:-1, :-1], values[1:, :-1], values[1:, 1:], values[:-1, 1:]
                out.append(np.stack([a, b, c, a, c, d], 2).reshape(-1, 3, 3))
            materials.append(np.full(len(triangles[-1]), material, np.uint8))
        triangles = np.concatenate(triangles)
        low, high = triangles.min((0, 1)), triangles.max((0, 1))
        triangles = (triangles - [(low[0] + high[0]) / 2, low[1], (low[2] + high[2]) / 2]).astype(F)
        uv = np.stack([triangles[..., 0] + 0.7 * triangles[..., 2], triangles[..., 1]], -1) / F(TEXTURE_SIZE)
        mesh = Mesh(triangles, np.concatenate(normals).astype(np.float16), uv, np.concatenate(materials), looks)
        size = high - low
        return Solid(name, category, size, -1.0, 0.0, np.eye(3), '', ''), mesh


# Materials.


def textured(colour, light, other=None, where=None):
    """The Look of a colour [3] times 1 + `light` [s, s], and another colour `where` (0 to 1) it is."""
    pixels = np.broadcast_to(np.asarray(colour, F), (TEXTURE, TEXTURE, 3))
    if other is not None:
        pixels = pixels * (1 - where[..., None]) + np.asarray(other, F) * where[..., None]
    pixels = np.clip(pixels * (1 + light[..., None]), 0, 1)
    return Look(np.ones(3, F), (pixels * 255).astype(np.uint8))


def cloth(g, colour, other):
    """Plain, striped, checked or blotched, with folds."""
    folds = g.uniform(0.03, 0.2) * smooth_noise(g, TEXTURE, 2.5) + 0.03 * smooth_noise(g, TEXTURE, 1)
    kind = g.random()
    if kind < 0.6:
        return textured(colour, folds)
    across = np.arange(TEXTURE) * 2 * math.pi * int(g.integers(2, 16)) / TEXTURE
    stripes = (np.sin(across) > g.uniform(-0.6, 0.6)).astype(F)
    if kind < 0.75:
        where = np.broadcast_to(stripes[:, None] if g.random() < 0.7 else stripes, (TEXTURE, TEXTURE))
    elif kind < 0.85:
        where = (stripes[:, None] + stripes) / 2
    else:
        where = (smooth_noise(g, TEXTURE, 2.5) > g.uniform(0, 1)).astype(F)
    return textured(colour, folds, other, where)
