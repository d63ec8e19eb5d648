"""Putting solids of a catalogue on a stage, where they find room, and what is behind them all."""

import math

import cv2
import numpy as np

from .animals import animal
from .craft import bike, vehicle
from .paint import blur
from .people import person
from .stage import Stage
from .textures import random_window

F = np.float32
TRIES = 8  # to find a free place
OURS = 0.65  # of people, animals and vehicles are made here, the rest is of the catalogue
PELVIS = 0.46  # of the height of one who rides
POSES = {
    'standing': ['standing', 'standing', 'standing', 'moving'],
    'person': ['standing', 'standing', 'moving', 'moving', 'sitting', 'crouching', 'lying'],
    'sitting': ['sitting'],
    'low': ['crouching', 'lying'],
}


def photo_backdrop(g, bank, h, w, most_blur):
    photo = bank.photos[g.integers(len(bank.photos))]
    image = random_window(g, photo, h, w, 0.8, 2.0)
    return blur(image, g.uniform(0.5, most_blur)) if g.random() < 0.5 else image


def sky(g, h, w):
    """From a bluish or grey zenith to a lighter horizon, with some noise of clouds."""
    blue = g.random() < 0.6
    top = np.array([0.35, 0.55, 0.85]) + g.normal(size=3) * 0.08 if blue else np.full(3, g.uniform(0.5, 0.9))
    low = np.clip(top + g.uniform(0.1, 0.4), 0, 1)
    t = np.linspace(0, 1, h)[:, None, None]
    image = np.broadcast_to(top * (1 - t) + low * t, (h, w, 3)).astype(F)
    if g.random() < 0.6:
        noise = g.random((9, 5)).astype(F)
        clouds = np.clip(cv2.resize(noise, (w, h), interpolation=cv2.INTER_CUBIC) * 2 - 0.9, 0, 1)[..., None]
        image = image * (1 - 0.7 * clouds) + 0.7 * clouds
    return image


class Placing:
    """A Stage while things are put on it. All is drawn from `g`."""

    def __init__(self, g, bank, solids, side):
        self.g, self.bank, self.solids = g, bank, solids
        self.stage = Stage(g, bank, side)
        self.kinds = solids.kinds
        self.taken = []  # rectangles on the ground: x0, z0, x1, z1

    def pick(self, *kinds):
        """A solid that can be read, of the first of these kinds that has any, else of all; and its mesh."""
        made = self._make(kinds[0]) if self.g.random() < OURS else None
        if made:
            return made
        for of in [self.kinds[kind] for kind in kinds if kind in self.kinds] + [self.solids.all]:
            for _ in range(TRIES):
                solid = of[self.g.integers(len(of))]
                mesh = self.solids.mesh(solid)
                if mesh is not None:
                    return solid, mesh
        readable = next(solid for solid in self.solids.all if self.solids.mesh(solid) is not None)
        return readable, self.solids.mesh(readable)

    def _make(self, kind):
        """One of a kind that is made here; None of others."""
        g = self.g
        if kind in POSES:
            return person(g, g.choice(POSES[kind]))
        if kind == 'animal':
            return animal(g)
        if kind.endswith('vehicle'):
            return vehicle(g, kind.split()[0])
        return None

    def ride(self, x, z, yaw):
        """Somebody on a bicycle or motorcycle; returns a Solid of the size of both, or None where it is not free."""
        group = object()
        below, mesh = bike(self.g)
        if not self.put((below, mesh), x, z, yaw, group=group):
            return None
        rider, body = person(self.g, 'riding')
        up = max(0.0, below.top - PELVIS * rider.size[1])
        self.stage.add(rider, body, x, z, yaw, y=up, group=group)
        return below._replace(size=np.array([below.size[0], up + rider.size[1], below.size[2]]))

    def _footprint(self, solid, x, z, yaw):
        c, s = abs(math.cos(yaw)), abs(math.sin(yaw))
        width, _, depth = solid.size / 2
        across, along = c * width + s * depth, s * width + c * depth
        return x - across, z - along, x + across, z + along

    def _free(self, rectangle, margin=0.03):
        x0, z0, x1, z1 = rectangle
        x1, z1 = x1 - margin, z1 - margin
        return not any(x0 < c - margin and a < x1 and z0 < d - margin and b < z1 for a, b, c, d in self.taken)

    def put(self, picked, x, z, yaw, crowded=False, **where):
        """Where it is free; returns whether it was."""
        solid, mesh = picked
        rectangle = self._footprint(solid, x, z, yaw)
        if not crowded and not self._free(rectangle):
            return False
        self.taken.append(rectangle)
        self.stage.add(solid, mesh, x, z, yaw, **where)
        return True

    def _put_near(self, picked, low, high, yaw, **where):
        """At a free place in a rectangle from `low` to `high` (x, z)."""
        return any(self.put(picked, *self.g.uniform(low, high), yaw, **where) for _ in range(TRIES))

    def _decorate(self, solid, x, z, yaw, group=None, most=5):
        """Small things on top of a solid that stands at x, z."""
        g = self.g
        if not 0.3 < solid.top < 1.4 or min(solid.size[0], solid.size[2]) < 0.25:
            return
        top_taken, self.taken = self.taken, []
        c, s = math.cos(yaw), math.sin(yaw)
        for _ in range(int(g.integers(1, most + 1))):
            picked = self.pick('small')
            reach = np.maximum(solid.size[[0, 2]] / 2 - picked[0].size[[0, 2]].max() / 2, 0)
            a, b = g.uniform(-reach, reach)
            self.put(picked, x + c * a + s * b, z - s * a + c * b, yaw + g.normal() * 0.6, y=solid.top, group=group)
        self.taken = top_taken

    def _occupy(self, solid, x, z, yaw):
        """A person who sits on a seat."""
        where = 0.1 + solid.size[2] * 0.1
        x, z = x + math.sin(yaw) * where, z + math.cos(yaw) * where
        self.put(self.pick('sitting', 'person'), x, z, yaw + self.g.normal() * 0.1, crowded=True)

    def _backdrop(self, sky_share, most_blur=6):
        """Behind all: a photo, the sky or one colour."""
        g, stage = self.g, self.stage
        if g.random() < sky_share or not self.bank.photos:
            stage.backdrop, stage.backdrop_is_stuff = sky(g, stage.h, stage.w), True
        else:
            stage.backdrop = photo_backdrop(g, self.bank, stage.h, stage.w, most_blur)

    def _ground(self, size, reach=60.0, plain=0.25):
        bounds = (-reach, reach, -reach, reach)
        self.stage.add_plane([0, 0, 0], [1, 0, 0], [0, 0, -1], bounds, self.stage.material(size, plain))
