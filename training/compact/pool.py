"""Pools of generated scenes: shards on disk, and the batches that training draws from them."""

import glob
import os
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from .encoder import MEAN

cv2.setNumThreads(0)

# How often a target of each kind is asked for: part, object, group, stuff; times (share of the image's area)^0.35. A
# part counts little, because things have many: a click would else be as often for the part there as for the thing.
KIND_WEIGHTS = np.array([0.07, 1.0, 0.2, 0.25])
AREA_POWER = 0.35
MIN_PIXELS, MAX_SHARE = 40, 0.8
MOST_STRETCH = 2  # of a photo's shorter side against the longer one
ZOOMED, LEAST_ZOOM = 0.5, 0.5  # share of crops that do not show all of a scene, and the least of a side that they show
CROP_ASPECT = 0.12  # deviation of the logarithm of their proportions from the scene's
LEAST_CROP = 40  # pixels of a side
TURNED, MIRRORED, UPSIDE_DOWN = 0.3, 0.5, 0.12
AS_SERVED = 0.8  # of the frames have the stretch that a photo gets when the model is used; the others less


@dataclass
class Scene:
    image: np.ndarray  # [H, W, 3] uint8
    parts: np.ndarray  # [H, W] uint8, 0 unlabelled
    members: np.ndarray  # [K, 256] uint8: is the part one of target k?
    chain: np.ndarray  # [K, 4] int16: up to three nested targets from k outwards (-1: none), and the kind of k


class Pool:
    """Every scene of the shards `<folder>/<name>_*`; `refresh` finds those written since."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.shards = {}
        self.index = []
        self.refresh()

    def refresh(self):
        for path in sorted(glob.glob(os.path.join(self.folder, f'{self.name}_*_meta.npy'))):
            if path in self.shards:
                continue
            images = np.load(path.replace('_meta', '_I'), mmap_mode='r')
            parts = np.load(path.replace('_meta', '_M'), mmap_mode='r')
            meta = np.load(path, allow_pickle=True)
            self.shards[path] = (images, parts, meta)
            self.index += [(path, i) for i in range(len(meta))]

    def __len__(self):
        return len(self.index)

    def __getitem__(self, i):
        path, at = self.index[i]
        images, parts, meta = self.shards[path]
        (h, w), members, chain = meta[at]
        return Scene(images[at, :h, :w], parts[at, :h, :w], members, chain)


def content_size(h, w, side, most_stretch=MOST_STRETCH):
    """
    What a photo of h x w fills of a frame, (height, width): its longer side all of it, and the shorter one too, where
    that stretches it at most `most_stretch` times against the longer. A frame that is filled shows more.
    """
    fit = lambda length: min(side, max(1, round(side * length * most_stretch / max(h, w))))
    return fit(h), fit(w)


def augment(g, scene, side):
    """
    A crop of the scene, flipped or turned, stretched into the corner of a frame: image [S, S, 3] uint8, parts [S, S]
    uint8, the targets that are large enough, and how often to ask for each; None where there is none.
    """
    for _ in range(6):
        zoom = g.uniform(LEAST_ZOOM, 1.0) if g.random() < ZOOMED else 1.0
        aspect = np.exp(g.normal() * CROP_ASPECT) if zoom < 1 else 1.0
        h, w = scene.parts.shape
        cut = lambda length, share: min(length, max(LEAST_CROP, int(length * min(1, share))))
        ch, cw = cut(h, zoom * aspect), cut(w, zoom / aspect)
        y, x = int(g.integers(0, h - ch + 1)), int(g.integers(0, w - cw + 1))
        parts = scene.parts[y : y + ch, x : x + cw]
        area = scene.members.astype(np.int64) @ np.bincount(parts.ravel(), minlength=256)
        stretch = MOST_STRETCH if g.random() < AS_SERVED else g.uniform(1, MOST_STRETCH)
        height, width = content_size(ch, cw, side, stretch)
        share = area / (ch * cw)
        wanted = (share * height * width >= MIN_PIXELS) & (share <= MAX_SHARE)
        if wanted.any():
            break
    else:
        return None
    image = scene.image[y : y + ch, x : x + cw]
    smaller = height * width < ch * cw
    image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR)
    parts = cv2.resize(parts, (width, height), interpolation=cv2.INTER_NEAREST_EXACT)
    if g.random() < MIRRORED:
        image, parts = image[:, ::-1], parts[:, ::-1]
    if g.random() < TURNED:
        image, parts = image.transpose(1, 0, 2), parts.T
    if g.random() < UPSIDE_DOWN:
        image, parts = image[::-1], parts[::-1]
    h, w = parts.shape
    frame = np.empty((side, side, 3), np.uint8)
    frame[:] = np.round(np.array(MEAN) * 255)
    frame[:h, :w] = image
    frame_parts = np.zeros((side, side), np.uint8)
    frame_parts[:h, :w] = parts
    targets = np.flatnonzero(wanted)
    weight = KIND_WEIGHTS[scene.chain[targets, 3]] * np.clip(share[targets], 0.002, 0.3) ** AREA_POWER
    return frame, frame_parts, wanted, targets, weight / weight.sum()


def boundaries(labels):
    """Of parts [B, S, S] uint8, a tensor: [B, S/4, S/4], 1 where parts meet, 255 where nothing is labelled, else 0."""
    edge = torch.zeros_like(labels, dtype=torch.bool)
    across, down = labels[:, :, 1:] != labels[:, :, :-1], labels[:, 1:] != labels[:, :-1]
    edge[:, :, 1:] |= across
    edge[:, :, :-1] |= across
    edge[:, 1:] |= down
    edge[:, :-1] |= down
    any4 = lambda x: x.unflatten(1, (-1, 4)).unflatten(3, (-1, 4)).any(4).any(2)
    return torch.where(any4(edge), 1, torch.where(any4(labels == 0), 255, 0)).to(torch.uint8)


def object_of_parts(members, chain):
    """For each part the first part of the object that it belongs to, or itself: [256] uint8."""
    objects = np.arange(256, dtype=np.uint8)
    for t in np.flatnonzero(chain[:, 3] == 1):
        objects[members[t] > 0] = np.flatnonzero(members[t])[0]
    return objects


def draw_batch(g, pool, images, prompts, side):
    """
    `prompts` targets of each of `images` scenes: image [B, S, S, 3] uint8, targets [B n, 3, S/2, S/2] uint8 (coverage
    of 0 to 255; the target and what it is nested in), valid [B n, 3] float32, boundaries [B, S/4, S/4] uint8, labels
    [B, 2, S/8, S/8] uint8 (part and object of each cell).
    """
    half = side // 2
    out_image = np.empty((images, side, side, 3), np.uint8)
    targets = np.zeros((images * prompts, 3, half, half), np.uint8)
    valid = np.zeros((images * prompts, 3), np.float32)
    edges = np.empty((images, side // 4, side // 4), np.uint8)
    labels = np.empty((images, 2, side // 8, side // 8), np.uint8)
    b = 0
    while b < images:
        scene = pool[int(g.integers(len(pool)))]
        drawn = augment(g, scene, side)
        if drawn is None:
            continue
        out_image[b], parts, wanted, indices, weights = drawn
        edges[b] = boundaries(torch.from_numpy(parts)[None])[0].numpy()
        cells = parts[4::8, 4::8]
        labels[b] = cells, object_of_parts(scene.members, scene.chain)[cells]
        asked = g.choice(indices, prompts, replace=len(indices) < prompts, p=weights)
        for j, t in enumerate(asked):
            nested = [t, *(c for c in scene.chain[t, 1:3] if c >= 0 and c != t and wanted[c])]
            for k, c in enumerate(nested):
                mask = (scene.members[c] * np.uint8(255))[parts]
                targets[b * prompts + j, k] = cv2.resize(mask, (half, half), interpolation=cv2.INTER_AREA)
                valid[b * prompts + j, k] = 1
        b += 1
    return out_image, targets, valid, edges, labels
