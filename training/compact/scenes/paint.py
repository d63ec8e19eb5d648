"""Painting on a scene: prototypes and cut-outs of photos, with shading and shadows, and which part each pixel shows."""

import math
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFilter

F = np.float32
MAX_PARTS = 254  # of a scene: part maps are uint8, with 0 for nothing
SUPERSAMPLING = 2
MIN_CUTOUT_PIXELS = 12

# Scenes are made by several processes, one thread each.
cv2.setNumThreads(0)


class Canvas:
    """A square scene: image [S, S, 3] float32, about 0..1, and parts [S, S] uint8, numbered from 1."""

    def __init__(self, side):
        self.side = side
        self.image = None
        self.parts = np.zeros((side, side), np.uint8)
        self.used = 0

    def new_part(self):
        """Its number; None where there is none left."""
        self.used += 1
        return self.used if self.used <= MAX_PARTS else None


class Painted(NamedTuple):
    """The parts of what was painted: those that are targets of their own, and all."""

    targets: list
    parts: list


def blur(image, sigma):
    """Gaussian, of [h, w] or [h, w, 3], to 0..1 float32; sigma in pixels."""
    return blur_mask(np.clip(np.nan_to_num(image), 0, 1).astype(F), sigma)


def blur_mask(mask, sigma):
    return cv2.GaussianBlur(mask, (0, 0), float(sigma))


def _blur_coverage(coverage, sigma):
    """About the same in 8 bits, fast also for a large sigma."""
    image = Image.fromarray((coverage * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(float(sigma)))).astype(F) / 255


def ramp(h, w, light):
    """[h, w], -1..1 from side to side against the direction of the light [2], x first."""
    y, x = np.linspace(-1, 1, h, dtype=F)[:, None], np.linspace(-1, 1, w, dtype=F)[None]
    return x * light[0] + y * light[1]


def coverage_of(polygons, holes, h, w):
    """Polygons [n, 2] in pixels, x first: [h, w] float32."""
    image = Image.new('L', (w * SUPERSAMPLING, h * SUPERSAMPLING), 0)
    draw = ImageDraw.Draw(image)
    for points in polygons:
        draw.polygon((points * SUPERSAMPLING).ravel().tolist(), fill=255)
    for points in holes:
        draw.polygon((points * SUPERSAMPLING).ravel().tolist(), fill=0)
    return np.asarray(image.reduce(SUPERSAMPLING)).astype(F) / 255


def _bounds(points, side):
    """Of points [n, 2], with a margin, within the scene: x0, y0, x1, y1."""
    x0, y0 = np.floor(points.min(0)).astype(int) - 3
    x1, y1 = np.ceil(points.max(0)).astype(int) + 4
    return max(0, x0), max(0, y0), min(side, x1), min(side, y1)


def paint(g, canvas, prototype, materials, place, light, shade=True, shadow=0.0, soft=0.0):
    """
    place: from unit coordinates [n, 2] to pixels. light: direction [2]. shadow: how dark, 0..1. soft: blur of the
    outline, in pixels.
    """
    polygons = [[place(q) for q in part.polygons] for part in prototype]
    x0, y0, x1, y1 = _bounds(np.concatenate([q for of_part in polygons for q in of_part]), canvas.side)
    if x1 - x0 < 3 or y1 - y0 < 3:
        return Painted([], [])
    h, w = y1 - y0, x1 - x0
    origin = np.array([x0, y0])
    coverages = []
    for part, of_part in zip(prototype, polygons):
        coverage = coverage_of([q - origin for q in of_part], [place(q) - origin for q in part.holes], h, w)
        coverages.append(coverage * np.max(coverages, 0) if part.clip and coverages else coverage)
    colour, coverage, numbers, painted = _assemble(g, canvas, prototype, coverages, materials)
    if not painted.parts:
        return painted
    if shade:
        colour = shaded(g, colour, coverage, light)
    if shadow > 0:
        _cast_shadow(g, canvas, coverage, x0, y0, light, shadow)
    alpha = coverage
    if soft > 0.3:
        alpha = _blur_coverage(coverage, soft)
        mean = (colour * coverage[..., None]).sum((0, 1)) / (coverage.sum() + 1e-6)
        colour = np.where(coverage[..., None] > 0, colour, mean)
    behind = canvas.image[y0:y1, x0:x1]
    canvas.image[y0:y1, x0:x1] = behind * (1 - alpha[..., None]) + colour * alpha[..., None]
    shown = (coverage > 0.5) & (numbers > 0)
    canvas.parts[y0:y1, x0:x1][shown] = numbers[shown]
    return painted


def _assemble(g, canvas, prototype, coverages, materials):
    """The parts over each other: colour [h, w, 3], coverage [h, w], numbers of parts [h, w] uint8, and those parts."""
    h, w = coverages[0].shape
    colour, total, numbers = np.zeros((h, w, 3), F), np.zeros((h, w), F), np.zeros((h, w), np.uint8)
    opacity = np.zeros((h, w), F)
    painted = Painted([], [])
    patches = {}
    for part, coverage in zip(prototype, coverages):
        material = part.material % len(materials)
        if material not in patches:
            patches[material] = materials[material].patch(g, h, w)
        patch = patches[material]
        if g.random() < 0.5:
            patch = patch * F(1 + 0.12 * g.normal())
        colour = colour * (1 - coverage[..., None]) + patch * coverage[..., None]
        opacity = opacity * (1 - coverage) + coverage
        total = np.maximum(total, coverage)
        number = canvas.new_part()
        if number is None:
            break
        numbers[coverage > 0.5] = number
        painted.parts.append(number)
        if part.target and len(prototype) > 1:
            painted.targets.append(number)
    # Not darker towards the outline: the coverage there comes in when it is laid over the image.
    colour = colour / np.maximum(opacity, 1e-3)[..., None]
    return colour, total, numbers, painted


def shaded(g, colour, coverage, light):
    """Colour [h, w, 3] as if it were round, from its blurred silhouette, and brighter towards one side."""
    h, w = coverage.shape
    if g.random() < 0.5:
        r = max(1.0, 0.12 * min(h, w) * g.uniform(0.4, 1.5))
        height = _blur_coverage(coverage, r)
        dy, dx = np.gradient(height)
        slope = (dx * light[0] + dy * light[1]) * r * F(g.uniform(0.5, 2.2))
        colour = colour * (1 + np.clip(slope, -0.8, 0.8))[..., None]
        if g.random() < 0.4:
            colour = colour * (0.55 + 0.45 * height / (height.max() + 1e-6))[..., None]
    if g.random() < 0.5:
        colour = colour * (1 + F(g.uniform(0, 0.4)) * ramp(h, w, light))[..., None]
    return colour


def _cast_shadow(g, canvas, coverage, x0, y0, light, strength):
    """Darkens the image by the coverage [h, w] at (x0, y0), moved away from the light and blurred."""
    h, w = coverage.shape
    dx, dy = (-light * g.uniform(0.02, 0.15) * max(h, w)).astype(int)
    sigma = max(1, 0.05 * max(h, w))
    margin = int(2 * sigma) + abs(dx) + abs(dy) + 1
    left, top = max(0, x0 - margin), max(0, y0 - margin)
    right, bottom = min(canvas.side, x0 + w + margin), min(canvas.side, y0 + h + margin)
    shadow = np.zeros((bottom - top, right - left), F)
    y, x = y0 - top + dy, x0 - left + dx
    ya, xa = max(0, y), max(0, x)
    yb, xb = min(shadow.shape[0], y + h), min(shadow.shape[1], x + w)
    if yb > ya and xb > xa:
        shadow[ya:yb, xa:xb] = coverage[ya - y : yb - y, xa - x : xb - x]
        shadow = _blur_coverage(shadow, sigma)
        canvas.image[top:bottom, left:right] *= (1 - strength * shadow)[..., None]


def paste(g, canvas, cutout, cx, cy, radius, light, shadow, soft, areas=None):
    """
    A cut-out [h, w, 4] uint8 (RGB and coverage) at (cx, cy) as one part, or as those that its areas [h, w] uint8, from
    1, are; radius: half its longer side, in sides of the scene. shadow and soft as in `paint`.
    """
    side = 2 * radius * canvas.side
    pixels, areas = _turn(g, cutout, np.ones(cutout.shape[:2], np.uint8) if areas is None else areas, side)
    height, width = pixels.shape[:2]
    left, top = int(cx - width / 2), int(cy - height / 2)
    x0, y0, x1, y1 = max(0, left), max(0, top), min(canvas.side, left + width), min(canvas.side, top + height)
    if x1 - x0 < 3 or y1 - y0 < 3:
        return Painted([], [])
    seen = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
    pixels, areas = pixels[seen], areas[seen]
    alpha = pixels[..., 3]
    colour = pixels[..., :3] / np.maximum(alpha, 1e-3)[..., None]
    alpha = np.clip((alpha - 0.5) * g.uniform(1.2, 4) + 0.5, 0, 1)
    if soft > 0.3:
        alpha = blur_mask(alpha, soft * 0.6)
        colour = blur(colour, soft)
    behind = canvas.image[y0:y1, x0:x1]
    colour = _recolour(g, colour, alpha, behind)
    shown = np.where(alpha > 0.5, areas, 0)
    present = np.flatnonzero(np.bincount(shown.ravel(), minlength=2)[1:]) + 1
    numbers = {area: canvas.new_part() for area in present.tolist()}
    if None in numbers.values() or (shown > 0).sum() < MIN_CUTOUT_PIXELS:
        return Painted([], [])
    if shadow > 0:
        dx, dy = (-light * g.uniform(0.02, 0.1) * side).astype(int)
        moved = cv2.warpAffine(alpha, np.array([[1, 0, dx], [0, 1, dy]], F), (alpha.shape[1], alpha.shape[0]))
        behind = behind * (1 - shadow * blur_mask(moved, max(1.0, 0.04 * side)))[..., None]
    canvas.image[y0:y1, x0:x1] = behind * (1 - alpha[..., None]) + colour * alpha[..., None]
    for area, number in numbers.items():
        canvas.parts[y0:y1, x0:x1][shown == area] = number
    parts = list(numbers.values())
    return Painted(parts if len(parts) > 1 else [], parts)


def _turn(g, cutout, areas, side):
    """
    Scaled to a longer side of `side` pixels, flipped, stretched and rotated: RGB times coverage, and coverage, together
    [h, w, 4]; and areas [h, w] in the same way.
    """
    if g.random() < 0.5:
        cutout, areas = cutout[:, ::-1], areas[:, ::-1]
    if g.random() < 0.1:
        cutout, areas = cutout[::-1], areas[::-1]
    height, width = cutout.shape[:2]
    scale = side / max(height, width)
    aspect = math.exp(g.normal() * 0.12)
    new_width, new_height = max(3, int(width * scale * aspect)), max(3, int(height * scale / aspect))
    pixels = cutout.astype(F) / 255
    pixels = np.dstack([pixels[..., :3] * pixels[..., 3:], pixels[..., 3]])
    degrees = g.normal() * 12 if g.random() < 0.6 else g.uniform(0, 360)
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    frame = (
        int(abs(new_width * c) + abs(new_height * s)) + 3,
        int(abs(new_width * s) + abs(new_height * c)) + 3,
    )
    if scale < 0.7:
        # The warp below samples single pixels: shrink by areas first.
        shrink = max(scale, 0.02)
        size = max(2, int(width * shrink)), max(2, int(height * shrink))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
        areas = cv2.resize(areas, size, interpolation=cv2.INTER_NEAREST_EXACT)
    height, width = pixels.shape[:2]
    sx, sy = new_width / width, new_height / height
    turn = np.array([[c * sx, -s * sy], [s * sx, c * sy]])
    shift = np.array([frame[0] / 2, frame[1] / 2]) - turn @ np.array([width / 2, height / 2])
    how = np.hstack([turn, shift[:, None]]).astype(F)
    turned = cv2.warpAffine(pixels, how, frame, flags=cv2.INTER_LINEAR)
    areas = np.ascontiguousarray(areas)
    nearest = cv2.warpAffine(areas, how, frame, flags=cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    return turned, nearest


def _recolour(g, colour, alpha, behind):
    """Brighter or darker, tinted, or with its mean towards that of what is behind it."""
    if g.random() < 0.5:
        colour = colour * F(g.uniform(0.6, 1.35))
    if g.random() < 0.4:
        colour = colour * (1 + 0.12 * g.standard_normal(3)).astype(F)
    if g.random() < 0.4:
        weight = alpha[..., None]
        mass = weight.sum() + 1e-6
        own, other = (colour * weight).sum((0, 1)) / mass, (behind * weight).sum((0, 1)) / mass
        colour = colour + F(g.uniform(0.2, 0.9)) * (other - own)
    return colour
