"""What surfaces are made of: procedural grey textures, photos, colours, and the materials that combine them."""

import math
import sys

import numpy as np
from PIL import Image, ImageDraw
from scipy.spatial import cKDTree

F = np.float32


def smooth_noise(g, n, slope, stretch=1.0, angle=0.0):
    """Noise [n, n] of unit deviation whose power falls as frequency^-slope, stretched along a direction (radians)."""
    fy, fx = np.fft.fftfreq(n)[:, None], np.fft.rfftfreq(n)[None]
    c, s = math.cos(angle), math.sin(angle)
    along, across = (fx * c + fy * s) * stretch, -fx * s + fy * c
    frequency = np.sqrt(along * along + across * across)
    frequency[0, 0] = 1
    spectrum = g.standard_normal(frequency.shape) + 1j * g.standard_normal(frequency.shape)
    spectrum = spectrum * frequency ** (-slope / 2)
    spectrum[0, 0] = 0
    noise = np.fft.irfft2(spectrum, s=(n, n))
    return (noise / (noise.std() + 1e-9)).astype(F)


def _stretched(texture):
    """To 0..1, but for the darkest and the lightest percent."""
    low, high = np.percentile(texture, [1, 99])
    return np.clip((texture - low) / (high - low + 1e-9), 0, 1).astype(F)


def _grid(n):
    yy, xx = np.mgrid[0:n, 0:n].astype(F) / n
    return yy, xx


# Base textures: [n, n] of any range.


def _noise(g, n):
    return smooth_noise(g, n, g.uniform(1.2, 3.2), g.choice([1, 1, 1, 3, 8]), g.uniform(0, 3.14))


def _marble(g, n):
    """Waves bent by noise: marble, wood."""
    yy, xx = _grid(n)
    a, b = smooth_noise(g, n, 3), smooth_noise(g, n, 3)
    waves = g.uniform(2, 12)
    phase = xx * g.uniform(0, waves) + yy * g.uniform(0, waves) + a * g.uniform(0.05, 0.9) + 0.2 * b
    return np.sin(2 * math.pi * phase)


def _grating(g, n):
    """Stripes, soft or hard, some crossed by others."""
    yy, xx = _grid(n)
    angle, frequency = g.uniform(0, 3.14), g.uniform(4, 50)
    along = xx * math.cos(angle) + yy * math.sin(angle) + 0.004 * smooth_noise(g, n, 3)
    texture = np.sin(2 * math.pi * frequency * along)
    if g.random() < 0.5:
        texture = np.sign(texture)
    if g.random() < 0.4:
        across = -xx * math.sin(angle) + yy * math.cos(angle)
        texture = texture + np.sin(2 * math.pi * frequency * g.uniform(0.3, 1.5) * across)
    return texture


def _spots(g, n):
    noise = smooth_noise(g, n, g.uniform(1.8, 3))
    level = (noise - g.uniform(-1, 1)) * g.uniform(3, 25)
    return 1 / (1 + np.exp(np.clip(-level, -50, 50)))


def _voronoi(g, n):
    """Cells of one grey each, most of them with dark borders."""
    yy, xx = _grid(n)
    count = int(g.integers(20, 250))
    centres = g.random((count, 2))
    distance, nearest = cKDTree(centres).query(np.stack([xx.ravel(), yy.ravel()], 1), k=2)
    grey = g.random(count)
    bordered = g.random() < 0.6
    return (grey[nearest[:, 0]] + bordered * np.minimum(1, (distance[:, 1] - distance[:, 0]) * n / 8)).reshape(n, n)


def _bricks(g, n):
    """Bricks, tiles, windows."""
    yy, xx = _grid(n)
    columns, rows = g.integers(4, 24, 2)
    x, y = xx * columns, yy * rows
    x = x + (np.floor(y) % 2) * 0.5 * (g.random() < 0.5)
    joint = g.uniform(0.03, 0.25)
    texture = ((x % 1 > joint) & (y % 1 > joint)).astype(F)
    grey = g.random((rows + 1, columns + 2)).astype(F)
    return texture * (
        0.5 + 0.5 * grey[np.floor(y).astype(int) % (rows + 1), np.floor(x).astype(int) % (columns + 2)]
    )


def _leaves(g, n):
    """Ellipses of many sizes over each other."""
    image = Image.new('L', (n, n), 128)
    draw = ImageDraw.Draw(image)
    for r in np.sort(g.pareto(1.6, 600) * 4 + 3)[::-1]:
        r = min(r, n / 5)
        x, y = g.random(2) * n
        flat = g.uniform(0.4, 1)
        draw.ellipse([x - r, y - r * flat, x + r, y + r * flat], fill=int(g.integers(0, 256)))
    return np.asarray(image).astype(F)


def _hair(g, n):
    """Strokes of about one direction: hair, grass, fur."""
    image = Image.new('L', (n, n), 90)
    draw = ImageDraw.Draw(image)
    direction, spread, length = g.uniform(0, 6.28), g.uniform(0.1, 1.2), g.uniform(0.03, 0.25) * n
    for _ in range(1800):
        x, y = g.random(2) * n * 1.2 - 0.1 * n
        a = direction + g.normal() * spread
        end = x + length * math.cos(a), y + length * math.sin(a)
        draw.line([x, y, *end], fill=int(g.integers(0, 256)), width=int(g.integers(1, 4)))
    return np.asarray(image).astype(F)


def _nearly_flat(g, n):
    texture = smooth_noise(g, n, 3.2) * 0.2 + 0.5
    g.normal()  # unused, but without it every later texture of a seed would be another one
    return np.clip(0.5 + 0.12 * texture, 0, 1).astype(F)


def _mixed_noise(g, n):
    return smooth_noise(g, n, 2.2) + g.uniform(0.2, 1) * smooth_noise(g, n, 0.8)


_BASE = (
    _noise,
    _noise,
    _marble,
    _grating,
    _spots,
    _voronoi,
    _bricks,
    _leaves,
    _hair,
    _nearly_flat,
    _mixed_noise,
)


def base_texture(g, n):
    """A grey texture [n, n] float32, 0..1."""
    make = _BASE[g.integers(0, len(_BASE))]
    texture = make(g, n)
    return texture if make is _nearly_flat else _stretched(texture)


def _load_photo(path, side):
    """RGB [h, w, 3] uint8, shrunk until its shorter side is `side` pixels."""
    image = Image.open(path).convert('RGB')
    scale = side / min(image.size)
    if scale < 1:
        size = round(image.size[0] * scale), round(image.size[1] * scale)
        image = image.resize(size, Image.BOX if scale < 0.5 else Image.BILINEAR)
    return np.asarray(image)


class Bank:
    """
    What scenes are made from: `textures` grey ones of `side` pixels, the first `max_photos` photos, annotated photos,
    cut-outs of them, and figures.
    """

    def __init__(
        self,
        seed,
        textures=160,
        side=384,
        photos=(),
        max_photos=260,
        photo_side=420,
        annotated=(),
        cutouts=(),
        figures=(),
    ):
        """photos: paths. annotated, cutouts: see annotated.py; figures: see figures.py."""
        g = np.random.default_rng(seed)
        self.textures = [(base_texture(g, side) * 255).astype(np.uint8) for _ in range(textures)]
        self.photos = []
        self.annotated, self.cutouts, self.figures = annotated, cutouts, figures
        for path in photos[:max_photos]:
            try:
                self.photos.append(_load_photo(path, photo_side))
            except OSError as error:
                print(f'left out {path}: {error}', file=sys.stderr)


def random_colour(g):
    """RGB [3] float32, about 0..1: greys, then often the hues of skin, wood, leaves and sky, then any."""
    kind = g.random()
    if kind < 0.25:
        grey = g.uniform(0.03, 0.97)
        return np.clip(np.array([grey, grey, grey]) + g.normal(size=3) * 0.03, 0, 1).astype(F)
    hue, saturation, value = g.random() * 6, g.beta(1.5, 2.2), g.beta(2, 1.6)
    if kind < 0.5:
        hue = g.choice([0.5, 0.7, 1.0, 1.8, 2.2, 3.4, 0.2]) + g.normal() * 0.15
    sector, rest = int(hue) % 6, hue - int(hue)
    low = value * (1 - saturation)
    falling, rising = value * (1 - saturation * rest), value * (1 - saturation * (1 - rest))
    sectors = (
        (value, rising, low),
        (falling, value, low),
        (low, value, rising),
        (low, falling, value),
        (rising, low, value),
        (value, low, falling),
    )
    return np.array(sectors[sector], F)


def random_window(g, array, h, w, low=0.5, high=3.0):
    """A window of an image [H, W] or [H, W, 3] uint8, some flipped, magnified `low` to `high` times to h x w: 0..1."""
    height, width = array.shape[:2]
    zoom = math.exp(g.uniform(math.log(low), math.log(high)))
    rows, columns = min(height, max(4, int(h / zoom))), min(width, max(4, int(w / zoom)))
    y, x = int(g.integers(0, height - rows + 1)), int(g.integers(0, width - columns + 1))
    window = array[y : y + rows, x : x + columns]
    if g.random() < 0.5:
        window = window[:, ::-1]
    if g.random() < 0.3:
        window = window[::-1]
    if (rows, columns) != (h, w):
        window = np.asarray(Image.fromarray(np.ascontiguousarray(window)).resize((w, h), Image.BILINEAR))
    return window.astype(F) / 255


class Material:
    """A piece of a photo or a texture between two colours; patches of it look alike."""

    def __init__(self, g, bank, photo_share, near=None):
        """photo_share: how often it is of a photo where the bank has any. near: RGB [3] that a texture is close to."""
        self.is_photo = bool(bank.photos) and g.random() < photo_share
        if self.is_photo:
            self._take_photo(g, bank)
        else:
            self._take_texture(g, bank, near)

    def _take_photo(self, g, bank):
        self.source = bank.photos[g.integers(len(bank.photos))]
        self.gain = F(g.uniform(0.6, 1.3))
        self.tint = (1 + 0.15 * g.standard_normal(3)).astype(F)
        self.zoom = 0.8, 3.0
        if g.random() < 0.6:
            # A small part of a photo is mostly of one substance.
            h, w = self.source.shape[:2]
            size = int(g.integers(40, 160))
            y, x = int(g.integers(0, max(1, h - size))), int(g.integers(0, max(1, w - size)))
            self.source = self.source[y : y + size, x : x + size]
            self.zoom = 1.0, 4.0

    def _take_texture(self, g, bank, near):
        self.source = bank.textures[g.integers(len(bank.textures))]
        self.zoom = 0.6, 4.0
        if near is None:
            self.first = random_colour(g)
        else:
            self.first = np.clip(near + 0.08 * g.standard_normal(3), 0, 1).astype(F)
        kind = g.random()
        if kind < 0.45:
            self.second = np.clip(self.first + g.normal() * 0.12 + 0.03 * g.standard_normal(3), 0, 1).astype(F)
        elif kind < 0.8:
            self.second = np.clip(self.first * g.uniform(0.3, 0.9) + g.uniform(0, 0.2), 0, 1).astype(F)
        else:
            self.second = random_colour(g)

    def patch(self, g, h, w):
        """RGB [h, w, 3] float32, about 0..1."""
        window = random_window(g, self.source, h, w, *self.zoom)
        if self.is_photo:
            return window * self.gain * self.tint
        return self.first + (self.second - self.first) * window[..., None]
