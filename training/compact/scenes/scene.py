"""The composition of a scene: a background, things and shapes of many sizes over it, and what a camera does to it."""

import io
import math

import numpy as np
from PIL import Image

from .annotated import renumbered, view
from .figures import dressed
from .paint import Canvas, F, blur, paint, paste, ramp
from .prototypes import Part, any_prototype
from .shapes import blob, oval, rotate
from .targets import nested_targets
from .textures import Material, random_colour, random_window
from .things import any_thing, person

CELLS_SHARE, FLAT_SHARE = 0.10, 0.07  # scenes like a microscope's, and scenes without shading; the rest are photo-like
ANNOTATED_BACKGROUNDS = 0.5  # of photo-like scenes, where the bank has annotated photos
COLLAGE_SHARE = 0.3  # of those are four photos side by side, for objects that are small in the image
BARE_SHARE = 0.5  # of those have nothing painted over the photo; the others little
PHOTO_BACKGROUNDS = 0.6  # of the others, where the bank has photos
PHOTO_MATERIALS = 0.35  # of materials, likewise
ENOUGH_PARTS = 235  # nothing more is placed then
MATERIALS = 5  # of a prototype
CLOSE_UP = 0.15  # of what is pasted is large in the scene


def make(g, bank, side):
    """
    A scene from a numpy Generator and a Bank: image [S, S, 3] uint8, RGB; parts [S, S] uint8, 0 unlabelled; size (h, w)
    of the upper left corner that is used (elsewhere both are 0); members and chain of its targets (`nested_targets`).
    """
    composition = Composition(g, bank, side)
    composition.paint_background()
    composition.paint_objects()
    h, w = composition.height, composition.width
    image, parts = np.zeros((side, side, 3), np.uint8), np.zeros((side, side), np.uint8)
    image[:h, :w] = expose(g, composition.canvas.image, h, w, composition.cells)
    parts[:h, :w] = composition.canvas.parts[:h, :w]
    pixels = np.bincount(parts.ravel(), minlength=256)
    placed = composition.objects, composition.stuff, pixels, h * w, composition.outlines
    return image, parts, (h, w), *nested_targets(*placed)


class Composition:
    """A scene while it is painted. All is drawn from `g`, in the order of the statements: scenes depend on it."""

    def __init__(self, g, bank, side):
        self.g, self.bank, self.side = g, bank, side
        self.canvas = Canvas(side)
        kind = g.random()
        self.cells = kind < CELLS_SHARE
        self.flat = CELLS_SHARE <= kind < CELLS_SHARE + FLAT_SHARE
        self.height = self.width = side
        if g.random() < 0.6:
            if g.random() < 0.75:
                self.height = int(side * g.uniform(0.5, 0.95))
            else:
                self.width = int(side * g.uniform(0.5, 0.95))
        angle = g.uniform(0, 6.28)
        self.light = np.array([math.cos(angle), math.sin(angle)])
        self.photo_share = PHOTO_MATERIALS if bank.photos else 0
        self.objects = []  # (Painted, parts of its group or None)
        self.stuff = []  # lists of parts
        self.outlines = []  # of an annotated background, their regions numbered as parts
        self.photo_like = not (self.cells or self.flat)
        self.annotated = self.photo_like and bool(bank.annotated) and g.random() < ANNOTATED_BACKGROUNDS

    def material(self, near=None):
        return Material(self.g, self.bank, self.photo_share, near)

    # Background.

    def paint_background(self):
        g, canvas, bank, side = self.g, self.canvas, self.bank, self.side
        if self.annotated:
            self._show_annotated()
        elif self.cells or self.flat:
            canvas.image = self._plain_background()
        elif bank.photos and g.random() < PHOTO_BACKGROUNDS:
            photo = bank.photos[g.integers(len(bank.photos))]
            canvas.image = random_window(g, photo, side, side, 0.8, 1.6)
        else:
            canvas.image = self.material().patch(g, side, side).astype(F)
            for _ in range(int(g.integers(0, 4))):
                self._paint_stuff()
        if g.random() < 0.4:
            canvas.image *= (1 + F(g.uniform(0, 0.5)) * ramp(side, side, self.light))[..., None]

    def _show_annotated(self):
        """A photo as the background, mostly in its own proportions, or a collage of four; their regions are parts."""
        g, canvas, side, photos = self.g, self.canvas, self.side, self.bank.annotated
        chosen = [photos[i] for i in g.integers(len(photos), size=4 if g.random() < COLLAGE_SHARE else 1)]
        if len(chosen) == 1 and g.random() < 0.7:
            height, width = chosen[0].regions.shape
            scale = side / max(height, width)
            self.height, self.width = round(height * scale), round(width * scale)
        across = math.isqrt(len(chosen))
        ys, xs = (np.linspace(0, end, across + 1).astype(int) for end in (self.height, self.width))
        image = np.zeros((self.height, self.width, 3), F)
        for i, photo in enumerate(chosen):
            y, x = i // across, i % across
            at = slice(ys[y], ys[y + 1]), slice(xs[x], xs[x + 1])
            image[at], regions = view(g, photo, ys[y + 1] - ys[y], xs[x + 1] - xs[x])
            canvas.parts[at] = np.where(regions, regions + canvas.used, 0)
            self.outlines += renumbered(photo.outlines, canvas.used, len(self.outlines))
            canvas.used += int(photo.regions.max())
        canvas.image = np.pad(image, ((0, side - self.height), (0, side - self.width), (0, 0)), 'edge')

    def _plain_background(self):
        g, side = self.g, self.side
        colour = np.ones((side, side, 3), F) * random_colour(g)
        if self.cells:
            texture = self.bank.textures[g.integers(len(self.bank.textures))]
            colour = colour + 0.06 * random_window(g, texture, side, side)[..., None]
        return colour.astype(F)

    def _paint_stuff(self):
        """All on one side of a line, straight or rough: ground, water, a wall."""
        g, side = self.g, self.side
        ends = np.array([[-3, 0], [3, 0]], float)
        ends = rotate(ends, g.choice([0, math.pi / 2, g.uniform(0, 6.28)]))
        points = 40
        t = np.linspace(0, 1, points)[:, None]
        line = ends[0] * (1 - t) + ends[1] * t
        along = ends[1] - ends[0]
        across = np.array([-along[1], along[0]]) / np.linalg.norm(along)
        line = line + across * (np.cumsum(g.normal(size=points)) * g.choice([0, 0.02, 0.06]))[:, None]
        region = np.concatenate([line, [ends[1] + across * 6, ends[0] + across * 6]])
        offset = g.uniform(-0.6, 0.6, 2)
        place = lambda q: (q + offset) * side / 2 + side / 2
        painted = paint(g, self.canvas, [Part([region], 0)], [self.material()], place, self.light, shade=False)
        if painted.parts:
            self.stuff.append(painted.parts)

    # Objects.

    def paint_objects(self):
        g, bank = self.g, self.bank
        count = int(g.integers(15, 50)) if self.cells else int(np.clip(g.geometric(0.12) + 1, 2, 26))
        if self.annotated:
            count = 0 if g.random() < BARE_SHARE else min(count, 8)
        defocus = g.uniform(0, 2.5) if g.random() < 0.35 and not self.annotated else 0
        self.shadows = g.uniform(0.2, 0.7) if g.random() < 0.5 else 0
        if self.cells:
            self.cell_materials = [Material(g, bank, 0) for _ in range(2)]
            self.cell_radius = g.uniform(0.03, 0.1)
            self.cell_kind = g.random()
        radii = self._radii(count)
        cutouts = g.choice([0, 0.25, 0.6, 0.95]) if bank.cutouts and self.photo_like else 0.0
        figures = g.choice([0, 0.3, 0.7, 0.95]) if bank.figures and self.photo_like else 0.0
        things = g.choice([0, 0.3, 0.7, 0.95]) if self.photo_like else 0.0
        if defocus > 0 and not self.cells:
            self.canvas.image = blur(self.canvas.image, defocus)
        i = 0
        while i < count and self.canvas.used < ENOUGH_PARTS:
            x, y = g.uniform(0, self.width), g.uniform(0, self.height)
            if self.cells:
                self._paint_cell(x, y)
            elif g.random() < figures:
                self._paste(self._figure(), x, y, radii[i])
            elif g.random() < cutouts:
                self._paste(self._cutout(), x, y, radii[i])
            else:
                # A group counts twice.
                i += self._paint_prototype(x, y, radii[i], upright=g.random() < things, may_group=count - i > 2)
            i += 1

    def _radii(self, count):
        """[count], in sides of the scene: few are large; from large to small, so that small ones are seen, or mixed."""
        g = self.g
        smallest = g.choice([0.05, 0.07, 0.1])
        radii = np.sort(np.clip(smallest * (1 - g.random(count) * 0.985) ** (-1 / 1.35), 0, 0.75))[::-1]
        return radii[g.permutation(count)] if g.random() < 0.5 else radii

    def _shadow(self):
        return self.shadows * self.g.random()

    def _place(self, prototype, materials, x, y, radius, angle, aspect=1.0, soft=0.0):
        """Centre in pixels, radius in sides of the scene, angle in radians, blur in pixels."""
        scale = [radius * self.side, radius * self.side * aspect]
        place = lambda q: rotate(q * scale, angle) + [x, y]
        shadow = 0 if self.flat else self._shadow()
        return paint(
            self.g, self.canvas, prototype, materials, place, self.light, shade=not self.flat, shadow=shadow, soft=soft
        )

    def _add(self, members):
        """One object, or several that are a group."""
        group = [part for painted in members for part in painted.parts] if len(members) > 1 else None
        self.objects += [(painted, group) for painted in members]

    def _paint_cell(self, x, y):
        g = self.g
        cell = [Part([blob(g, 0.12)], 0)]
        if self.cell_kind < 0.5:
            cell.append(Part([oval(g) * 0.4 + g.uniform(-0.2, 0.2, 2)], 1, clip=True))
        radius = self.cell_radius * g.uniform(0.7, 1.3)
        self._add([self._place(cell, self.cell_materials, x, y, radius, g.uniform(0, 6.28))])

    def _cutout(self):
        """What draws one of the bank's cut-outs: it and no areas, the same each time."""
        cutout = self.bank.cutouts[self.g.integers(len(self.bank.cutouts))]
        return lambda: (cutout, None)

    def _figure(self):
        """What draws one of the bank's figures: a cut-out and its areas, in the same materials each time."""
        figure = self.bank.figures[self.g.integers(len(self.bank.figures))]
        materials = [self.material() for _ in range(int(figure.areas.max()))]
        return lambda: (dressed(self.g, figure, materials, self.light), figure.areas)

    def _paste(self, draw, x, y, radius):
        """One of what `draw` (see above) gives, or some of the same near each other."""
        g = self.g
        radius = min(0.55, radius * g.uniform(1, 2.5))
        count = int(g.integers(2, 6)) if g.random() < 0.1 else 1
        if count > 1:
            radius = min(radius, 0.2)
        elif g.random() < CLOSE_UP:
            radius = max(radius, g.uniform(0.15, 0.55))
        members = []
        for j in range(count):
            # The first stays, but draws as the others do.
            dx, dy = ((j > 0) * g.normal() * radius * self.side * 1.6 for _ in range(2))
            own = radius * (1 if count == 1 else g.uniform(0.8, 1.2))
            shadow, soft = self._shadow(), g.uniform(0.5, 1.6) if g.random() < 0.12 else 0
            cutout, areas = draw()
            members.append(paste(g, self.canvas, cutout, x + dx, y + dy, own, self.light, shadow, soft, areas))
        self._add(members)

    def _paint_prototype(self, x, y, radius, upright, may_group):
        """A thing (`upright`) or shapes; returns whether it became a group of several alike."""
        g, last = self.g, self.side - 1
        prototype = any_thing(g) if upright else any_prototype(g)
        if upright:
            radius = min(0.6, radius * g.uniform(1.0, 2.4))
        # Some are hard to see: about the colour of what is behind them.
        near = self.canvas.image[min(last, int(y)), min(last, int(x))] if g.random() < 0.15 else None
        materials = [self.material(near if j == 0 else None) for j in range(MATERIALS)]
        angle = g.uniform(0, 6.28) if g.random() < (0.05 if upright else 0.5) else g.normal() * 0.12
        aspect = g.uniform(0.8, 1.25) if upright else g.uniform(0.6, 1.4)
        soft = g.uniform(0.5, 1.6) if g.random() < 0.15 else 0
        if g.random() < 0.16 and may_group:
            self._paint_group(prototype, materials, x, y, radius, angle, aspect, soft, upright)
            return True
        self._add([self._place(prototype, materials, x, y, radius, angle, aspect, soft)])
        return False

    def _paint_group(self, prototype, materials, x, y, radius, angle, aspect, soft, upright):
        """Two to six in a row, in a heap or in a grid."""
        g = self.g
        count = int(g.integers(2, 7))
        radius = min(radius, 0.18)
        step = radius * self.side * g.uniform(1.2, 2.2)
        layout = ('row', 'heap', 'grid')[g.integers(3)]
        direction = g.uniform(0, 6.28)
        members = []
        for j in range(count):
            if layout == 'row':
                at = x + step * j * math.cos(direction), y + step * j * math.sin(direction)
            elif layout == 'heap':
                at = x + g.normal() * step, y + g.normal() * step
            else:
                at = x + step * (j % 3), y + step * (j // 3)
            member = self._variant(prototype, upright)
            own_radius = radius * g.uniform(0.85, 1.15)
            own_angle = angle
            if layout == 'heap':
                own_angle = g.uniform(0, 6.28)
            elif layout == 'grid':
                own_angle = angle + g.normal() * 0.1
            members.append(self._place(member, materials, *at, own_radius, own_angle, aspect, soft))
        self._add(members)

    def _variant(self, prototype, upright):
        """Mostly the same, else other shapes or a person of the same materials."""
        g = self.g
        if g.random() < 0.7:
            return prototype
        if g.random() < 0.3 and not upright:
            return any_prototype(g)
        return person(g) if upright and g.random() < 0.5 else prototype


def expose(g, image, h, w, cells):
    """Light, colours, blur, noise and compression of a camera: image [S, S, 3] float32 to [h, w, 3] uint8."""
    image = np.clip(image, 0, 1.4)
    if g.random() < 0.3:
        side = len(image)
        y, x = np.linspace(-1, 1, side, dtype=F)[:, None], np.linspace(-1, 1, side, dtype=F)[None]
        image = image * (1 - F(g.uniform(0.1, 0.5)) * (x * x + y * y) / 2)[..., None]
    if g.random() < 0.5:
        image = image * (1 + 0.12 * g.standard_normal(3)).astype(F)
    image = np.clip(image, 0, 1)
    if g.random() < 0.5:
        image = image ** F(math.exp(g.normal() * 0.3))
    if g.random() < 0.3:
        contrast = F(g.uniform(0.35, 1))
        image = image * contrast + (1 - contrast) * F(g.random())
    if g.random() < 0.08 or (cells and g.random() < 0.5):
        image = np.repeat(image.mean(2, keepdims=True), 3, 2)
    if cells and g.random() < 0.4:
        image = 1 - image
    if g.random() < 0.5:
        image = blur(image, g.uniform(0.3, 1.2))
    if g.random() < 0.6:
        image = image + F(abs(g.normal()) * 0.03) * g.standard_normal(image.shape, dtype=F)
    return _compress(g, (np.clip(image, 0, 1) * 255).astype(np.uint8)[:h, :w])


def _compress(g, pixels):
    """Some at a lower resolution, most as JPEG; [h, w, 3] uint8."""
    h, w = pixels.shape[:2]
    image = Image.fromarray(pixels)
    if g.random() < 0.15:
        scale = g.uniform(0.5, 0.9)
        small = image.resize((max(8, int(w * scale)), max(8, int(h * scale))), Image.BILINEAR)
        image = small.resize((w, h), Image.BILINEAR)
    if g.random() < 0.6:
        file = io.BytesIO()
        image.save(file, 'JPEG', quality=int(g.integers(25, 95)))
        image = Image.open(file)
    return np.asarray(image)
