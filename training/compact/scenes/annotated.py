"""Photos whose objects are outlined: backgrounds of scenes that hold targets, and cut-outs of them to paste."""

import gzip
import json
import os
from typing import NamedTuple

import cv2
import numpy as np
from PIL import Image

from .targets import GROUP, OBJECT, PART, STUFF

F = np.float32
KINDS = {'part': PART, 'object': OBJECT, 'group': GROUP, 'stuff': STUFF}
CONTAINED = 0.95  # of a mask's pixels are in another one that it is nested in
LARGER = 1.15  # times as many pixels has that one at least
MAX_MASKS = 62  # of a photo: a bit each
MAX_REGIONS = 60  # of a photo: four fit into a scene; beyond, those of its last masks are left out
MOST_ZOOM = 1.7
WHOLE_SHARE = 0.5  # of views show the whole photo
LEAST_SHARE, MOST_SHARE = 0.004, 0.5  # of the photo's area, of what is cut out
LEAST_SIDE, MOST_SIDE = 24, 256  # of a cut-out in pixels; larger ones are shrunk
FEATHER = 0.8  # pixels


class Outline(NamedTuple):
    regions: list  # numbers of the regions that it is made of
    kind: int
    containers: list  # up to two outlines that it is nested in, from the inside out, by number


class Annotated(NamedTuple):
    """image [h, w, 3] uint8, RGB; regions [h, w] uint8, from 1: pixels that are in the same masks; 0 in none."""

    image: np.ndarray
    regions: np.ndarray
    outlines: list


def decode(segmentation):
    """
    COCO's compressed run lengths: [h, w] bool. Six bits a character, five of them of the number, the lowest first; a
    number is relative to the one two before it; runs go down the columns, the first one is of what is outside.
    """
    h, w = segmentation['size']
    counts, value, shift = [], 0, 0
    for bits in (ord(c) - 48 for c in segmentation['counts']):
        value |= (bits & 31) << shift
        shift += 5
        if not bits & 32:
            if bits & 16:
                value -= 1 << shift
            counts.append(value + (counts[-2] if len(counts) > 2 else 0))
            value, shift = 0, 0
    inside = np.arange(len(counts)) % 2 > 0
    return np.repeat(inside, counts).reshape(w, h).T


def read_annotations(path, photos):
    """Those of these photos: [(path of the photo, [(mask [h, w] bool, kind)])]. path: *.jsonl.gz, a photo a line."""
    by_name = {os.path.basename(photo): photo for photo in photos}
    out = []
    with gzip.open(path, 'rt') as file:
        for record in map(json.loads, file):
            photo = by_name.get(record['image']['file_name'])
            if photo:
                masks = [(decode(a['segmentation']), KINDS[a['kind']]) for a in record['annotations']]
                out.append((photo, masks))
    if not out:
        raise SystemExit(f'no annotations of these photos in {path}')
    return out


def annotate(image, masks):
    """An `Annotated` of an image and its first masks [(mask [h, w] bool, kind)], nested as their pixels are."""
    masks = [(mask, kind) for mask, kind in masks if mask.any()][:MAX_MASKS]
    code = np.zeros(image.shape[:2], np.int64)
    for i, (mask, _) in enumerate(masks):
        code |= mask.astype(np.int64) << i
    codes, regions = np.unique(code, return_inverse=True)
    first = int(codes[0] > 0)  # 0, in no mask, sorts first
    regions = regions.reshape(code.shape) + first
    regions[regions > MAX_REGIONS] = 0
    area = [int(mask.sum()) for mask, _ in masks]
    outlines = []
    for i, (mask, kind) in enumerate(masks):
        larger = [j for j in np.argsort(area).tolist() if area[j] > LARGER * area[i]]
        around = [j for j in larger if (mask & masks[j][0]).sum() > CONTAINED * area[i]]
        made_of = [n for n, c in enumerate(codes.tolist(), first) if c >> i & 1 and n <= MAX_REGIONS]
        outlines.append(Outline(made_of, kind, around[:2]))
    return Annotated(image, regions.astype(np.uint8), outlines)


def view(g, photo, h, w):
    """
    A window of an `Annotated` photo of h x w pixels, some flipped: image [h, w, 3] float32, 0..1, and regions [h, w]
    uint8.
    """
    height, width = photo.regions.shape
    zoom = max(h / height, w / width) * (1 if g.random() < WHOLE_SHARE else g.uniform(1, MOST_ZOOM))
    rows, columns = min(height, max(1, round(h / zoom))), min(width, max(1, round(w / zoom)))
    y, x = int(g.integers(0, height - rows + 1)), int(g.integers(0, width - columns + 1))
    how = cv2.INTER_AREA if zoom < 1 else cv2.INTER_LINEAR
    image = cv2.resize(photo.image[y : y + rows, x : x + columns], (w, h), interpolation=how)
    regions = cv2.resize(photo.regions[y : y + rows, x : x + columns], (w, h), interpolation=cv2.INTER_NEAREST_EXACT)
    if g.random() < 0.5:
        image, regions = image[:, ::-1], regions[:, ::-1]
    return image.astype(F) / 255, np.ascontiguousarray(regions)


def renumbered(outlines, regions, first):
    """The outlines with `regions` added to the numbers of their regions, and `first` to those of their containers."""
    shift = lambda numbers, by: [n + by for n in numbers]
    return [Outline(shift(o.regions, regions), o.kind, shift(o.containers, first)) for o in outlines]


def cutouts_of(image, masks):
    """Of the objects that the photo shows whole: [h', w', 4] uint8 each, RGB and coverage."""
    out = []
    for mask, kind in masks:
        border = mask[0].any() or mask[-1].any() or mask[:, 0].any() or mask[:, -1].any()
        if kind != OBJECT or border or not LEAST_SHARE < mask.mean() < MOST_SHARE:
            continue
        coverage = cv2.GaussianBlur(mask.astype(F), (0, 0), FEATHER)
        ys, xs = np.nonzero(coverage > 0.02)
        y0, y1, x0, x1 = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
        if min(y1 - y0, x1 - x0) < LEAST_SIDE:
            continue
        cutout = np.dstack([image[y0:y1, x0:x1], (coverage[y0:y1, x0:x1] * 255).astype(np.uint8)])
        scale = MOST_SIDE / max(cutout.shape[:2])
        out.append(cv2.resize(cutout, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else cutout)
    return out


def load_annotated(path, photos):
    """What a bank needs of the annotated ones of these photos: [Annotated], [cut-out]."""
    annotated, cutouts = [], []
    for photo, masks in read_annotations(path, photos):
        image = np.asarray(Image.open(photo).convert('RGB'))
        annotated.append(annotate(image, masks))
        cutouts += cutouts_of(image, masks)
    return annotated, cutouts
