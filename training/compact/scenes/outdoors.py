"""Settings that are not a room: streets and gardens, single things close by, and many of a kind."""

import math

import numpy as np

from .placing import TRIES, Placing

AIRBORNE = 'airplane', 'flying bird'  # often without any ground


class Outdoors(Placing):
    """Sets up a Stage by one of its three methods without an underscore."""

    def _outdoors(self, reach):
        """Ground, a road, and what is far away."""
        g, stage = self.g, self.stage
        self._ground(g.uniform(0.7, 4))
        self._backdrop(0.55)
        road = None
        if g.random() < 0.6:
            near = -g.uniform(1, 8)
            road = near - g.uniform(4, 8), near
            angle = g.normal() * 0.15 if g.random() < 0.7 else g.uniform(0, 3.14)
            u, v = [math.cos(angle), 0, math.sin(angle)], [math.sin(angle), 0, -math.cos(angle)]
            stage.add_plane([0, 0.01, 0], u, v, (-60, 60, -road[1], -road[0]), stage.material(g.uniform(1, 4), 0.5))
        if g.random() < 0.5:
            self._facade(-g.uniform(0.5, 1.2) * reach)
        return road

    def _facade(self, z):
        g, stage = self.g, self.stage
        height = g.uniform(2.5, 12)
        x0, x1 = (-60, 60) if g.random() < 0.6 else sorted(g.uniform(-15, 15, 2))
        stage.add_plane([0, 0, z], [1, 0, 0], [0, 1, 0], (x0, x1, 0, height), stage.material(g.uniform(0.5, 4), 0.3))
        self.taken.append((x0, z - 60, x1, z))
        kinds = [self.pick('opening') for _ in range(2)]
        styles = [stage.styles(*picked) for picked in kinds]
        step = g.uniform(1.8, 4)
        for floor in range(min(2, int(height / 2.8))):
            for x in np.arange(max(x0, -8) + step / 2, min(x1, 8) - 1, step):
                of = int(g.random() < 0.3)
                low = 0.05 if kinds[of][0].size[1] > 1.9 and floor == 0 else 0.7
                if len(stage.instances) < 14:
                    stage.add(*kinds[of], x, z + 0.05, 0, y=low + floor * 2.8, styles=styles[of])

    def street(self):
        g = self.g
        reach = math.exp(g.uniform(math.log(5), math.log(25)))
        road = self._outdoors(reach)
        heading, degrees = g.normal() * 0.4, g.uniform(35, 75)
        eye_height = g.uniform(0.9, 2.0) if g.random() < 0.85 else g.uniform(2, 5)
        self.taken.append((-0.6, -0.6, 0.6, 0.6))
        kinds = g.choice(
            [
                *('standing', 'vehicle', 'small vehicle', 'animal', 'outdoor'),
                *('tree', 'furniture', 'low', 'large vehicle', 'rider'),
            ],
            int(g.integers(5, 17)), p=[0.27, 0.13, 0.12, 0.12, 0.15, 0.05, 0.04, 0.03, 0.03, 0.06],
        )
        for kind in kinds:
            picked = None if kind == 'rider' else self.pick(kind, 'vehicle')
            size = float(picked[0].size.max()) if picked else 1.8
            for _ in range(TRIES):
                distance = math.exp(g.uniform(math.log(1.6 + 0.7 * size), math.log(3 + size + reach)))
                angle = heading + math.radians(degrees) * g.uniform(-0.55, 0.55)
                x, z = distance * math.sin(angle), -distance * math.cos(angle)
                yaw = g.uniform(0, 6.28)
                if 'vehicle' in kind and g.random() < 0.6:
                    yaw = g.choice([-1, 1]) * math.pi / 2 + g.normal() * 0.1
                    if road and g.random() < 0.6:
                        z = g.uniform(*road)
                if self.put(picked, x, z, yaw) if picked else self.ride(x, z, yaw):
                    break
        target = [math.sin(heading) * 10, eye_height * g.uniform(0.2, 1.1), -math.cos(heading) * 10]
        self.stage.aim([0, eye_height, 0], target, degrees, g.normal() * 0.03)

    # One to four close by.

    def close_by(self):
        g, stage = self.g, self.stage
        kind = g.choice(
            ['person', 'sitting', 'animal', 'small vehicle', 'vehicle', 'small', 'furniture', 'outdoor', 'rider'],
            p=[0.3, 0.05, 0.18, 0.08, 0.1, 0.11, 0.08, 0.04, 0.06],
        )
        yaw = g.normal() * 0.7 if g.random() < 0.6 else g.uniform(0, 6.28)
        if kind == 'rider':
            solid = self.ride(0, 0, yaw)
        else:
            solid, mesh = self.pick(kind, 'vehicle')
            self.put((solid, mesh), 0, 0, yaw)
        if kind == 'sitting':
            seat = self.pick('seat')
            self.put(seat, -math.sin(yaw) * 0.2, -math.cos(yaw) * 0.2, yaw, crowded=True)
        size = float(np.linalg.norm(solid.size[[0, 2]]))
        for _ in range(int(g.choice([0, 0, 1, 1, 2, 3]))):
            other = self.pick(kind if kind == 'small' else g.choice([kind, 'person', 'animal']), 'person')
            reach = 0.8 * (size + float(other[0].size.max()))
            self._put_near(other, (-reach, -2 * reach), (reach, 0.1), g.uniform(0, 6.28))
        outside = g.random()
        if solid.name in AIRBORNE:
            self._backdrop(0.6, 9)
        elif outside < 0.3:
            self._outdoors(max(8.0, 4 * size))
        else:
            self._backdrop(0.15, 9)
            if outside < 0.6 or kind == 'small':
                reach = size * g.uniform(1, 6)
                stage.add_plane([0, 0, 0], [1, 0, 0], [0, 0, -1], (-4 * reach, 4 * reach, -9 * size, reach),
                                stage.material(g.uniform(0.4, 2) * size, 0.3))
        tallest = solid.size[1]
        degrees = g.uniform(25, 60)
        fill = math.exp(g.uniform(math.log(0.55), math.log(1.8)))
        extent = max(tallest, 0.8 * size)
        if tallest > 1.3 and 'vehicle' not in kind and g.random() < 0.35:
            at, extent = tallest * g.uniform(0.7, 0.92), tallest * 0.5
        else:
            at = tallest * g.uniform(0.4, 0.6)
        distance = extent / (2 * math.tan(math.radians(degrees) / 2) * fill) + 0.4 * size
        pitch = g.uniform(0.2, 0.9) if kind == 'small' else abs(g.normal() * 0.15)
        turn = g.normal() * 0.15
        eye = [distance * math.sin(turn), max(0.05, at + distance * math.sin(pitch)), distance * math.cos(pitch)]
        target = [g.normal() * 0.12 * extent, at, 0]
        stage.aim(eye, target, degrees, g.normal() * 0.05)

    # Many of a kind.

    def many(self):
        g = self.g
        kind = g.choice(['standing', 'person', 'small vehicle', 'vehicle', 'animal', 'seat', 'small', 'outdoor'],
                        p=[0.3, 0.1, 0.16, 0.1, 0.1, 0.1, 0.1, 0.04])
        same = g.random() < (0.2 if kind in ('standing', 'person') else 0.65)
        first = self.pick(kind, 'vehicle')
        size = float(first[0].size[[0, 2]].max())
        height = float(first[0].size[1])
        styles = self.stage.styles(*first) if same and g.random() < 0.6 else None
        group = object() if same else None
        count, columns = int(g.integers(4, 19)), int(g.integers(2, 7))
        step = size * g.uniform(1.05, 2.2)
        in_rows, yaw = g.random() < 0.5, g.uniform(0, 6.28)
        low = -step * columns / 2, -step * count / columns * 1.3
        for i in range(count):
            picked = first if same else self.pick(kind, 'vehicle')
            own_yaw = yaw + g.normal() * 0.1 if in_rows else g.uniform(0, 6.28)
            where = dict(group=group, styles=styles)
            if in_rows:
                x, z = (i % columns - (columns - 1) / 2) * step, -(i // columns) * step * 1.2
                self.put(picked, x + g.normal() * 0.05 * step, z + g.normal() * 0.05 * step, own_yaw, **where)
            else:
                self._put_near(picked, low, (step * columns / 2, 0), own_yaw, **where)
        if kind in ('seat', 'small') and self.bank.photos:
            self._ground(g.uniform(0.4, 2) * max(size, 0.1), 8 * size)
            self._backdrop(0.1, 9)
        else:
            self._outdoors(max(8.0, step * count / 2 + 4))
        distance = size * g.uniform(1.2, 4) + 0.3 * height
        eye = [g.normal() * step * 0.5, height * g.uniform(0.7, 1.5), distance]
        if kind == 'small':
            eye[1] = distance * g.uniform(0.4, 1.2) + height
        target = [g.normal() * step * 0.3, height * g.uniform(0.3, 0.6), -step * g.uniform(0, 3)]
        self.stage.aim(eye, target, g.uniform(35, 70), g.normal() * 0.03)
