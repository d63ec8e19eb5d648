"""
Free drawings of things (clip art, emoji), taken apart into areas of a colour. Scenes give them other colours and
materials: thousands of outlines of whole things that consist of several materials.
"""

import glob
import os
import warnings
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from .paint import shaded

F = np.float32
# Of Open Clip Art: what shows things, rather than signs, symbols and diagrams.
TOPICS = ('animals', 'buildings', 'containers', 'electronics', 'food', 'office', 'people', 'plants', 'recreation')
TOPICS += ('tools', 'transportation', 'unsorted')
NOT_IN = ('smilies', 'stickmen', 'roadsigns', 'symbols', 'games', 'duplicates', 'religion')
# Blocks of emoji that show things, the last of each included.
EMOJI = ((0x1F330, 0x1F37F), (0x1F380, 0x1F3CF), (0x1F3D0, 0x1F3F0), (0x1F400, 0x1F43F), (0x1F446, 0x1F487))
EMOJI += ((0x1F48D, 0x1F490), (0x1F4A1, 0x1F4A3), (0x1F4B0, 0x1F4C1), (0x1F4D0, 0x1F4FF), (0x1F525, 0x1F52E))
EMOJI += ((0x1F574, 0x1F57A), (0x1F5A5, 0x1F5FF), (0x1F645, 0x1F64F), (0x1F680, 0x1F6FC), (0x1F90C, 0x1F9FF))
EMOJI += ((0x1FA70, 0x1FAD6),)
EMOJI_PIXELS = 109  # the only size that the font has
MOST_SIDE, LEAST_SIDE = 320, 48  # pixels
LEAST_FILLED, MOST_FILLED = 0.22, 0.93  # of the bounding box: neither drawn with lines alone nor a framed picture
WHOLE = 0.9  # of the drawing is in one piece
COLOURS = 6  # areas of a figure at most
ALIKE = 30  # colours that differ by less, over L, a and b together, are one
LEAST_AREA = 0.02  # of the figure's, of an area of a colour
OWN_COLOURS = 0.35  # of figures in a scene keep them
OUTLINE = 0.012  # of the figure's longer side: areas of at most twice this width are lines


class Figure(NamedTuple):
    """
    image [h, w, 3] uint8, RGB, without drawn lines; inside [h, w] bool; areas [h, w] uint8, from 1: the area of a colour
    that each pixel is of, outside that of the nearest one.
    """

    image: np.ndarray
    inside: np.ndarray
    areas: np.ndarray


def read_figures(folder, font, keep):
    """
    [Figure] of Open Clip Art's PNGs in a folder and of a font of colour emoji, None for none of either; `keep` chooses
    from the list of drawings, whose order is always the same.
    """
    drawings = (_clip_art(folder) if folder else []) + (_emoji(font) if font else [])
    images = (drawing() for drawing in keep(drawings))
    figures = (figure_of(image) for image in images if image is not None)
    return [figure for figure in figures if figure is not None]


def _clip_art(folder):
    paths = (path for topic in TOPICS for path in glob.glob(os.path.join(folder, topic, '**', '*.png'), recursive=True))
    wanted = sorted(path for path in paths if not set(path.split(os.sep)) & set(NOT_IN))
    if not wanted:
        raise SystemExit(f'no clip art (*.png) in {folder}')
    return [lambda path=path: _open(path) for path in wanted]


def _open(path):
    """None where it is so large that it would take long."""
    with warnings.catch_warnings():
        warnings.simplefilter('error', Image.DecompressionBombWarning)
        try:
            return Image.open(path).convert('RGBA')
        except Image.DecompressionBombWarning:
            return None


def _emoji(path):
    if not os.path.isfile(path):
        raise SystemExit(f'no font of emoji at {path}')
    font = ImageFont.truetype(path, EMOJI_PIXELS)
    return [lambda code=code: _draw_emoji(font, chr(code)) for first, last in EMOJI for code in range(first, last + 1)]


def _draw_emoji(font, text):
    image = Image.new('RGBA', (160, 160))
    ImageDraw.Draw(image).text((12, 12), text, font=font, embedded_color=True)
    return image


def figure_of(drawing):
    """The `Figure` of an RGBA image; None where it does not show one thing."""
    drawing.thumbnail((MOST_SIDE, MOST_SIDE))
    pixels = np.asarray(drawing)
    inside = pixels[..., 3] > 127
    if not inside.any():
        return None
    ys, xs = np.nonzero(inside)
    at = slice(ys.min(), ys.max() + 1), slice(xs.min(), xs.max() + 1)
    pixels, inside = pixels[at], inside[at]
    if min(inside.shape) < LEAST_SIDE or not LEAST_FILLED < inside.mean() < MOST_FILLED:
        return None
    count, pieces, stats, _ = cv2.connectedComponentsWithStats(inside.astype(np.uint8))
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    if stats[largest, cv2.CC_STAT_AREA] < WHOLE * inside.sum():
        return None
    inside = pieces == largest
    return _without_lines(pixels[..., :3], inside, _clusters(pixels[..., :3], inside))


def _clusters(image, inside):
    """[h, w] int: areas of similar colours, from 1; 0 outside."""
    colours = cv2.cvtColor(image, cv2.COLOR_RGB2LAB)[inside].astype(F)
    some = colours[:: max(1, len(colours) // 4000)]
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 12, 1.0)
    cv2.setRNGSeed(1)  # the same areas each time
    count = min(COLOURS, len(np.unique(some, axis=0)))
    _, _, centres = cv2.kmeans(some, count, None, stop, 2, cv2.KMEANS_PP_CENTERS)
    nearest = ((colours[:, None] - centres[None]) ** 2).sum(-1).argmin(1)
    # Centres that are alike are one colour: the first that is.
    alike = (np.abs(centres[:, None] - centres[None]).sum(-1) < ALIKE).argmax(1)
    out = np.zeros(inside.shape, int)
    out[inside] = 1 + alike[nearest]
    return out


def _without_lines(image, inside, clusters):
    """A `Figure`. Photos have no outlines: each pixel of a line, or of a tiny area, is as the nearest one of neither."""
    h, w = inside.shape
    r = max(1, round(OUTLINE * max(h, w)))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * r + 1, 2 * r + 1))
    cores = np.zeros((h, w), np.uint8)
    for number, cluster in enumerate(np.unique(clusters[inside]), 1):
        opened = cv2.morphologyEx((clusters == cluster).astype(np.uint8), cv2.MORPH_OPEN, kernel, borderValue=0)
        if opened.sum() > LEAST_AREA * inside.sum():
            cores[opened > 0] = number
    if not cores.any():
        cores[inside] = 1
    _, nearest = cv2.distanceTransformWithLabels(
        (cores == 0).astype(np.uint8), cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    ys, xs = np.nonzero(cores)
    order = nearest[ys, xs]
    at = np.zeros(order.max() + 1, int)
    at[order] = np.arange(len(order))
    source = at[nearest]
    _, areas = np.unique(cores[ys, xs], return_inverse=True)
    return Figure(image[ys[source], xs[source]], inside, (areas[source] + 1).astype(np.uint8))


def dressed(g, figure, materials, light):
    """
    The figure as a cut-out [h, w, 4] uint8 (RGB and coverage): in its own colours, or each area of one of the
    `materials`, of which there are as many as areas; lit as if it were round.
    """
    h, w = figure.areas.shape
    coverage = figure.inside.astype(F)
    colour = figure.image.astype(F) / 255
    if g.random() < OWN_COLOURS:
        # Grain of a material, so that areas are not flat.
        patch = materials[0].patch(g, h, w)
        colour = colour * (1 + F(g.uniform(0, 0.6)) * (patch - patch.mean()).mean(-1, keepdims=True))
    else:
        drawn = colour.mean(-1, keepdims=True)
        for area, material in enumerate(materials, 1):
            here = figure.areas == area
            patch = material.patch(g, h, w)
            if g.random() < 0.5:  # with the light and shade that is drawn
                patch = patch * np.clip(1 + drawn - drawn[here].mean(), 0.5, 1.5)
            colour = np.where(here[..., None], patch, colour)
    colour = shaded(g, colour, coverage, light)
    return (np.dstack([np.clip(colour, 0, 1), coverage]) * 255).astype(np.uint8)
