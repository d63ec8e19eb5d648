"""Scenes of solids: rooms, streets and gardens, single things close by, and many of a kind."""

import math

import numpy as np

from .outdoors import Outdoors
from .placing import TRIES, Placing
from .scene import expose
from .solids import SEATS, TABLES, named
from .targets import nested_targets

ROOMS, STREETS, CLOSE = 0.28, 0.23, 0.32  # shares of scenes; the rest are many of a kind
LEAST_SHOWN, ATTEMPTS = 0.06, 4  # share of the image that solids cover, else it is tried again
THEMES = ('Living room', 'Living room', 'Kitchen', 'Kitchen', 'Bedroom', 'Bathroom', 'Office', 'Office')


def make_room(g, bank, solids, side):
    """As `scene.make`, of solids."""
    for _ in range(ATTEMPTS):
        stage = _set_up(g, bank, solids, side)
        shown, own_parts, objects, stuff = stage.render()
        if np.isin(own_parts, [part for painted, _ in objects for part in painted.parts]).mean() > LEAST_SHOWN:
            break
    h, w = stage.h, stage.w
    image, parts = np.zeros((side, side, 3), np.uint8), np.zeros((side, side), np.uint8)
    image[:h, :w] = expose(g, np.pad(shown, ((0, side - h), (0, side - w), (0, 0)), 'edge'), h, w, False)
    parts[:h, :w] = own_parts
    pixels = np.bincount(parts.ravel(), minlength=256)
    pixels[0] = 0
    return image, parts, (h, w), *nested_targets(objects, stuff, pixels, h * w)


def _set_up(g, bank, solids, side):
    """The Stage of a scene."""
    kind = g.random()
    if kind < ROOMS:
        room = Room(g, bank, solids, side)
        room.furnish()
        return room.stage
    outdoors = Outdoors(g, bank, solids, side)
    if kind < ROOMS + STREETS:
        outdoors.street()
    elif kind < ROOMS + STREETS + CLOSE:
        outdoors.close_by()
    else:
        outdoors.many()
    return outdoors.stage


class Room(Placing):
    """Walls, furniture along them and in the middle, small things on it, and people."""

    def furnish(self):
        g = self.g
        width, depth, height = g.uniform(2.6, 7), g.uniform(2.6, 6.5), g.uniform(2.3, 3.2)
        theme = THEMES[g.integers(len(THEMES))]
        self._walls(width, depth, height)
        eye = np.array([g.uniform(-0.35, 0.35) * width, g.uniform(0.8, 1.9), depth * g.uniform(0.85, 1.15)])
        self.taken.append((eye[0] - 0.45, eye[2] - 0.6, eye[0] + 0.45, eye[2] + 0.45))
        if theme == 'Kitchen':
            self._row_of_cabinets(width)
        for _ in range(int(g.integers(3, 9))):
            self._along_a_wall(theme, width, depth, eye)
        for _ in range(int(g.integers(0, 4))):
            self._in_the_middle(theme, width, depth)
        for _ in range(int(g.choice([0, 1, 1, 2, 3]))):
            picked = self.pick('low' if g.random() < 0.1 else 'standing', 'person')
            self._put_near(picked, (-width / 2 + 0.3, 0.4), (width / 2 - 0.3, depth - 0.8), g.uniform(0, 6.28))
        if g.random() < 0.3:
            picked = self.pick('animal')
            if picked[0].size.max() < 1.2:
                self._put_near(picked, (-width / 2 + 0.3, 0.4), (width / 2 - 0.3, depth - 0.8), g.uniform(0, 6.28))
        target = np.array([g.uniform(-0.3, 0.3) * width, g.uniform(0.5, 1.2), depth * g.uniform(0, 0.4)])
        degrees = g.uniform(45, 80)
        if g.random() < 0.4 and self.stage.instances:
            # Some look at one thing.
            target = self.stage.instances[g.integers(len(self.stage.instances))].position + [0, g.uniform(0.3, 0.9), 0]
            degrees = g.uniform(25, 55)
        self.stage.aim(eye, target, degrees, g.normal() * 0.03)

    def _walls(self, width, depth, height):
        g, stage = self.g, self.stage
        self._ground(g.uniform(0.4, 2), 12.0)
        paper = stage.material(g.uniform(0.5, 2), 0.6)
        other = paper if g.random() < 0.7 else stage.material(g.uniform(0.5, 2), 0.6)
        x, y, z = np.eye(3)
        left, right = [-width / 2, 0, 0], [width / 2, 0, 0]
        stage.add_plane([0, 0, 0], x, y, (-width / 2, width / 2, 0, height), paper)
        if g.random() < 0.8:
            stage.add_plane(left, -z, y, (-depth - 3, 0, 0, height), other)
        if g.random() < 0.8:
            stage.add_plane(right, z, y, (0, depth + 3, 0, height), other)
        stage.add_plane([0, height, 0], x, z, (-12, 12, 0, 12), stage.material(1, 0.9))
        self._backdrop(0.0)
        for _ in range(int(g.integers(0, 4)) if self.bank.photos else 0):
            w, h = g.uniform(0.3, 1.4, 2)
            at, low = g.uniform(0.1, 0.8), g.uniform(0.7, 1.4)
            wall = g.random()
            if wall < 0.6:
                stage.add_photo([0, 0, 0.02], x, y, ((at - 0.5) * width, (at - 0.5) * width + w, low, low + h))
            elif wall < 0.8:
                stage.add_photo([-width / 2 + 0.02, 0, 0], -z, y, (-at * depth - w, -at * depth, low, low + h))
            else:
                stage.add_photo([width / 2 - 0.02, 0, 0], z, y, (at * depth, at * depth + w, low, low + h))
        for _ in range(int(g.integers(0, 3))):
            picked = self.pick('opening')
            if picked[0].size[1] < height:
                low = 0 if picked[0].size[1] > 1.9 else 0.9
                self.stage.add(*picked, g.uniform(-0.45, 0.45) * width, 0.02, 0, y=low)

    def _row_of_cabinets(self, width):
        g = self.g
        x, style = -width / 2, None
        while x < width / 2:
            picked = self.pick('Kitchen')
            solid = picked[0]
            if solid.size[2] > 0.8 or solid.size[0] > 1.3 or (x + solid.size[0] > width / 2):
                x += 0.15
                continue
            style = style or self.stage.material(0.6, 0.8)
            middle = x + solid.size[0] / 2
            if self.put(picked, middle, solid.size[2] / 2, 0) and g.random() < 0.7:
                self._decorate(solid, middle, solid.size[2] / 2, 0, most=3)
            hung = self.pick('hung')
            if hung[0].category == 'Kitchen' and hung[0].elevation > 1 and g.random() < 0.7:
                self.stage.add(*hung, middle, hung[0].size[2] / 2, 0, y=hung[0].elevation)
            x += solid.size[0]

    def _along_a_wall(self, theme, width, depth, eye):
        """Its back against the wall behind or one of those at the sides."""
        g = self.g
        hung = g.random() < 0.2
        picked = self.pick('hung') if hung else self.pick(theme if g.random() < 0.8 else 'furniture', 'furniture')
        solid = picked[0]
        out = solid.size[2] / 2 + 0.02
        y = solid.elevation if hung else 0.0
        for _ in range(TRIES):
            wall, along = g.integers(0, 4), g.uniform(0.1, 0.9)
            x, z, yaw = (along - 0.5) * width, out, 0.0
            if wall == 2:
                x, z, yaw = -width / 2 + out, along * depth, math.pi / 2
            elif wall == 3:
                x, z, yaw = width / 2 - out, along * depth, -math.pi / 2
            if abs(x) > width / 2 - solid.size[0] / 2 and wall < 2:
                continue
            if self.put(picked, x, z, yaw, y=y):
                if solid.size[1] < 1.5 and g.random() < 0.7:
                    self._decorate(solid, x, z, yaw)
                if named(solid, SEATS) and g.random() < 0.35:
                    self._occupy(solid, x, z, yaw)
                return

    def _in_the_middle(self, theme, width, depth):
        """A table with seats around it and things on it, or another piece of furniture."""
        g = self.g
        kind = 'table' if g.random() < 0.6 else theme if g.random() < 0.5 else 'seat'
        picked = self.pick(kind, 'furniture')
        solid = picked[0]
        yaw = g.integers(0, 4) * math.pi / 2 + g.normal() * 0.15
        low, high = (-width / 2 + 0.8, 0.9), (max(-width / 2 + 0.9, width / 2 - 0.8), max(1.0, depth * 0.75))
        group = object() if g.random() < 0.5 else None
        x, z = g.uniform(low, high)
        if not self.put(picked, x, z, yaw, group=group):
            return
        self._decorate(solid, x, z, yaw, group)
        if not named(solid, TABLES):
            if named(solid, SEATS) and g.random() < 0.4:
                self._occupy(solid, x, z, yaw)
            return
        chair, around = self.pick('seat'), object()
        if chair[0].size[0] > 0.9:
            return
        styles = self.stage.styles(*chair)
        for side in range(4):
            if g.random() < 0.65:
                toward = yaw + side * math.pi / 2
                away = solid.size[2 if side % 2 == 0 else 0] / 2 + g.uniform(0.1, 0.4)
                at = x + math.sin(toward) * away, z + math.cos(toward) * away
                seat_yaw = toward + math.pi + g.normal() * 0.2
                self.put(chair, *at, seat_yaw, crowded=True, group=around, styles=styles)
                if g.random() < 0.35:
                    self._occupy(chair[0], *at, seat_yaw)
