"""The click protocol on generated scenes that training never sees: it decides between models and draws the curves."""

import copy

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from .encoder import MEAN
from .pool import Pool, content_size
from .prompt_maps import BACKGROUND, BOTTOM_RIGHT, FOREGROUND, PADDING, TOP_LEFT
from .step import LOGIT_LIMIT

COUNT = 200  # masks
CLICKS = 5
MIN_PIXELS, MAX_SHARE = 150, 0.6
OBJECT, GROUP = 1, 2
GIVEN_LOGIT = 8  # of a mask prompt, as the server gives it


def load_validation(folder):
    """One target (a part, an object or a group) of each of the first scenes of the pool: [(image, mask)]."""
    pool = Pool(folder, 'val')
    g = np.random.default_rng(5)
    out = []
    for i in range(len(pool)):
        scene = pool[i]
        area = scene.members.astype(int) @ np.bincount(scene.parts.ravel(), minlength=256)
        wanted = (area > MIN_PIXELS) & (area < MAX_SHARE * scene.parts.size) & (scene.chain[:, 3] <= GROUP)
        # Mostly objects: that is what people click on.
        weight = wanted * np.where(scene.chain[:, 3] == OBJECT, 1.0, 0.15)
        if weight.sum() > 0:
            target = g.choice(len(weight), p=weight / weight.sum())
            out.append((np.array(scene.image), scene.members[target][scene.parts] > 0))
        if len(out) == COUNT:
            break
    return out


def centre(region):
    """The pixel of the region that is farthest from its border, and how far: ((x, y), pixels)."""
    distance = cv2.distanceTransform(np.pad(region, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    at = int(distance.argmax())
    return (at % region.shape[1], at // region.shape[1]), float(distance.flat[at])


def iou(a, b):
    union = np.count_nonzero(a | b)
    return np.count_nonzero(a & b) / union if union else 1.0


class Person:
    """Prompts one image and gets masks at its own size."""

    def __init__(self, model, image, side):
        height, width = image.shape[:2]
        self.model, self.size, self.side = model, (height, width), side
        self.content = content_size(height, width, side)
        self.scale = torch.tensor([self.content[1] / width, self.content[0] / height])
        frame = np.empty((side, side, 3), np.float32)
        frame[:] = np.array(MEAN) * 255
        how = cv2.INTER_AREA if side * side < height * width else cv2.INTER_LINEAR
        frame[: self.content[0], : self.content[1]] = cv2.resize(image, self.content[::-1], interpolation=how)
        self.features = model.encode(torch.from_numpy(frame).permute(2, 0, 1)[None])

    def ask(self, points, labels, logits=None):
        half = self.side // 2
        frame_points = (torch.tensor([points], dtype=torch.float32) + 0.5) * self.scale - 0.5
        mask = torch.zeros(1, 1, half, half) if logits is None else logits.clamp(-LOGIT_LIMIT, LOGIT_LIMIT)
        given = torch.tensor([0.0 if logits is None else 1.0])
        low, quality = self.model.decoder(*self.features, frame_points, torch.tensor([labels]).float(), mask, given)
        full = F.interpolate(low, (self.side, self.side), mode='bilinear', align_corners=False)
        full = full[:, :, : self.content[0], : self.content[1]]
        masks = F.interpolate(full, self.size, mode='bilinear', align_corners=False)[0] > 0
        return masks.numpy(), quality[0].numpy(), low


def rough_logits(truth, person):
    """The mask moved by a fiftieth of its size and grown by as much, as logits of the mask grid: [1, 1, S/2, S/2]."""
    ys, xs = np.nonzero(truth)
    off = max(1, round(max(np.ptp(xs), np.ptp(ys)) / 50))
    grown = cv2.dilate(truth.astype(np.float32), np.ones((2 * off + 1, 2 * off + 1)))
    moved = np.roll(grown, (off, -off), (0, 1))
    grid = np.zeros((person.side, person.side), np.float32)
    size = person.content[::-1]
    grid[: person.content[0], : person.content[1]] = cv2.resize(moved, size, interpolation=cv2.INTER_LINEAR)
    half = cv2.resize(grid, (person.side // 2, person.side // 2), interpolation=cv2.INTER_AREA)
    return torch.from_numpy((2 * half - 1) * GIVEN_LOGIT)[None, None]


@torch.no_grad()
def validate(model, items, side):
    """Mean IoU of own choice and best of three at one click, at 3 and 5 clicks, from a box and from a rough mask."""
    # On the CPU, wherever it is trained: the same figures everywhere.
    model = copy.deepcopy(model).cpu().eval()
    rows = []
    for image, truth in items:
        person = Person(model, image, side)
        ys, xs = np.nonzero(truth)
        box = [[xs.min() - 0.5, ys.min() - 0.5], [xs.max() + 0.5, ys.max() + 0.5]]
        row = dict(box=iou(person.ask(box, [TOP_LEFT, BOTTOM_RIGHT])[0][0], truth))
        row['mask'] = iou(person.ask([[0, 0]], [PADDING], rough_logits(truth, person))[0][0], truth)
        points, labels = [list(centre(truth)[0])], [FOREGROUND]
        masks, quality, low = person.ask(points, labels)
        reached = [iou(mask, truth) for mask in masks]
        own = 1 + int(quality[1:].argmax())
        row |= dict(best=max(reached[1:]), click1=reached[own])
        mask, logits = masks[own], low[:, own : own + 1]
        for k in range(2, CLICKS + 1):
            (at, missing), (other, extra) = centre(truth & ~mask), centre(mask & ~truth)
            points.append(list(at if missing >= extra else other))
            labels.append(FOREGROUND if missing >= extra else BACKGROUND)
            masks, _, low = person.ask(points, labels, logits)
            mask, logits = masks[0], low[:, :1]
            row[f'click{k}'] = iou(mask, truth)
        rows.append(row)
    return {key: round(float(np.mean([row[key] for row in rows])), 4) for key in rows[0]}
