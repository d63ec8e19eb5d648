"""
Cuts out of photos what a trained model is sure of, to paste into scenes: python -m compact.cutouts --help.

The photos have no labels, and the masks need not be right: a pasted cut-out's mask is exact by construction. Writes
`<out>/c_<worker>.npy`, an array of cut-outs [h, w, 4] uint8 (RGB and coverage), and `c_<worker>.json` with the photo's
name, predicted IoU, stability and share of the photo's area of each.
"""

import argparse
import json
import multiprocessing
import os
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .decoder import FOREGROUND
from .encoder import MEAN
from .model import load
from .scenes.generate import photos_in
from .workers import run_workers

SIDE = 256  # of the frame
GRID = 11  # clicks in a row and in a column of the photo
LEAST_QUALITY, LEAST_STABILITY = 0.6, 0.6
LEAST_SHARE, MOST_SHARE = 0.012, 0.45  # of the photo's area
BORDER_SHARE = 0.15  # of a border; a mask may be at one of the four, else it is background
MOST_OVERLAP = 0.6  # IoU of two masks that are kept
MOST_OF_PHOTO = 8  # masks
LEAST_SIDE, MOST_SIDE = 24, 256  # of a cut-out, in pixels; larger ones are shrunk
REPORT_EVERY = 40  # photos


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--photos', required=True, help='folder of photos, *.jpg (required)')
    p.add_argument('--weights', required=True, help='file of weights that `python -m compact.train` wrote (required)')
    p.add_argument('--out', required=True, help='folder to write to, made if missing (required)')
    p.add_argument('--workers', type=int, default=1, help='processes, of one thread each (default: %(default)s)')
    args = p.parse_args()
    if args.workers < 1:
        p.error('--workers must be at least 1')
    return args


def frame_of(photo):
    """The photo, its longer side S, in the corner of a frame of the mean colour: [1, 3, S, S] float32, and its h, w."""
    width, height = photo.size
    scale = SIDE / max(width, height)
    w, h = round(width * scale), round(height * scale)
    frame = np.empty((SIDE, SIDE, 3), np.float32)
    frame[:] = np.array(MEAN, np.float32) * 255
    frame[:h, :w] = np.asarray(photo.resize((w, h), Image.BOX if scale < 0.5 else Image.BILINEAR))
    return torch.from_numpy(frame).permute(2, 0, 1)[None], h, w


@torch.no_grad()
def masks_of(model, photo):
    """The three masks of each click of a grid: logits [N, h / 2, w / 2] over the photo and predicted IoU [N]."""
    frame, h, w = frame_of(photo)
    x, y = np.meshgrid((np.arange(GRID) + 0.5) / GRID * w, (np.arange(GRID) + 0.5) / GRID * h)
    points = torch.from_numpy(np.stack([x.ravel(), y.ravel()], 1)[:, None].astype(np.float32))
    n = len(points)
    labels = torch.full((n, 1), float(FOREGROUND))
    no_mask = torch.zeros(n, 1, SIDE // 2, SIDE // 2)
    logits, quality = model.decoder(*model.encoder(frame), points, labels, no_mask, torch.zeros(n))
    # Mask 0 is for prompts that are clear; one click is not.
    logits = logits[:, 1:].reshape(-1, SIDE // 2, SIDE // 2)
    return logits[:, : h // 2, : w // 2], quality[:, 1:].reshape(-1)


def overlap(a, b):
    return ((a & b).sum() / (a | b).sum()).item()


def select(logits, quality):
    """Indices of masks that are good, stable, neither tiny nor background, and unlike each other; stability, share."""
    stability = (logits > 1).flatten(1).sum(1) / (logits > -1).flatten(1).sum(1).clamp(min=1)
    masks = logits > 0
    share = masks.flatten(1).float().mean(1)
    borders = (masks[:, 0], masks[:, -1], masks[:, :, 0], masks[:, :, -1])
    at = sum((border.float().mean(1) > BORDER_SHARE).int() for border in borders)
    good = (quality > LEAST_QUALITY) & (stability > LEAST_STABILITY) & (share > LEAST_SHARE) & (share < MOST_SHARE)
    good = (good & (at <= 1)).nonzero()[:, 0]
    kept = []
    for i in good[(quality[good] * stability[good]).argsort(descending=True)].tolist():
        if all(overlap(masks[i], masks[j]) < MOST_OVERLAP for j in kept):
            kept.append(i)
        if len(kept) >= MOST_OF_PHOTO:
            break
    return kept, stability, share


def cut(pixels, logits):
    """The largest piece of a mask, given as smaller logits, of pixels [h, w, 3]: [h', w', 4] uint8; None if small."""
    h, w = pixels.shape[:2]
    coverage = torch.sigmoid(logits * 1.5)[None, None]
    coverage = F.interpolate(coverage, size=(h, w), mode='bilinear', align_corners=False)[0, 0].numpy()
    count, pieces, statistics, _ = cv2.connectedComponentsWithStats((coverage > 0.5).astype(np.uint8))
    if count < 2:
        return None
    largest = 1 + statistics[1:, cv2.CC_STAT_AREA].argmax()
    # Grown, so that it keeps its soft border.
    coverage = coverage * cv2.dilate((pieces == largest).astype(np.uint8), np.ones((5, 5)))
    ys, xs = np.nonzero(coverage > 0.02)
    y0, y1, x0, x1 = ys.min(), ys.max() + 1, xs.min(), xs.max() + 1
    if min(y1 - y0, x1 - x0) < LEAST_SIDE:
        return None
    out = np.dstack([pixels[y0:y1, x0:x1], (coverage[y0:y1, x0:x1] * 255).astype(np.uint8)])
    scale = MOST_SIDE / max(out.shape[:2])
    return cv2.resize(out, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA) if scale < 1 else out


def cut_photo(model, path):
    """[(cut-out, (name, predicted IoU, stability, share))]."""
    photo = Image.open(path).convert('RGB')
    logits, quality = masks_of(model, photo)
    kept, stability, share = select(logits, quality)
    pixels, out = np.asarray(photo), []
    for i in kept:
        cutout = cut(pixels, logits[i])
        if cutout is not None:
            out.append((cutout, (os.path.basename(path), float(quality[i]), float(stability[i]), float(share[i]))))
    return out


def save(path, found):
    """`path` without suffix. The arrays come last: what reads them then finds their facts."""
    cutouts = np.empty(len(found), object)
    for i, (cutout, _) in enumerate(found):
        cutouts[i] = cutout
    with open(path + '.json.part', 'w') as file:
        json.dump([facts for _, facts in found], file)
    with open(path + '.npy.part', 'wb') as file:
        np.save(file, cutouts, allow_pickle=True)
    for suffix in ('.json', '.npy'):
        os.replace(path + suffix + '.part', path + suffix)


def _work(args, worker):
    torch.set_num_threads(1)
    cv2.setNumThreads(0)
    model = load(args.weights)
    paths = photos_in(args.photos)[worker :: args.workers]
    found, started = [], time.time()
    for i, path in enumerate(paths):
        found += cut_photo(model, path)
        if (i + 1) % REPORT_EVERY == 0 or i + 1 == len(paths):
            progress = f'{i + 1} of {len(paths)} photos, {len(found)} cut-outs, {time.time() - started:.0f} s'
            print(f'worker {worker}: {progress}', flush=True)
    save(os.path.join(args.out, f'c_{worker}'), found)


def main():
    args = arguments()
    os.makedirs(args.out, exist_ok=True)
    # Not forked: a fork would share the threads that torch may have started.
    context = multiprocessing.get_context('spawn')
    run_workers(context, _work, [(args, i) for i in range(args.workers)])


if __name__ == '__main__':
    main()
