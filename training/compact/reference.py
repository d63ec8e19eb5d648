"""
Writes what PyTorch computes for a generated scene and five sets of prompts, for the server's tests to compare with:
python -m compact.reference --help. One file a tensor, float32, little endian (the image: uint8); meta.json has side and
shapes. Of the large results the files have only every `EVERY`th number, so that they are small; meta.json says so.
"""

import argparse
import json
import os

import numpy as np
import torch

from .encoder import MEAN
from .export import ENCODED, prompt_sets
from .model import load
from .scenes.scene import make
from .scenes.textures import Bank

SEED = 11
EVERY = 7  # not a divisor of a grid's width, so that all columns are met
SAMPLED = [*ENCODED, 'masks']


def scene(side):
    """A scene without photos in the corner of a frame: [side, side, 3] uint8."""
    image = make(np.random.default_rng(SEED), Bank(SEED, 20, 384), side)[0]
    frame = np.empty((side, side, 3), np.uint8)
    frame[:] = np.round(np.array(MEAN) * 255)
    frame[: image.shape[0], : image.shape[1]] = image
    return frame


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--weights', required=True, help='last.pt of a run')
    p.add_argument('--side', type=int, default=256, help='pixels of the frame, as it was exported')
    p.add_argument('--out', required=True, help='folder to write to')
    args = p.parse_args()
    model, frame = load(args.weights), scene(args.side)
    points, labels, mask, has_mask = prompt_sets(args.side)
    mask = mask * has_mask[:, None, None, None]
    with torch.no_grad():
        encoded = model.encode(torch.from_numpy(frame).permute(2, 0, 1)[None].float())
        masks, iou = model.decoder(*encoded, points, labels, mask, has_mask)
    # The first is a single click, which gets candidates, the others are clear and get the mask made for that.
    masks, iou = (torch.cat([x[0, 1:], x[1:, 0]]) for x in (masks, iou))
    tensors = dict(zip(ENCODED, encoded))
    tensors |= dict(points=points, labels=labels, mask=mask, has_mask=has_mask, masks=masks, iou=iou)
    os.makedirs(args.out, exist_ok=True)
    frame.tofile(os.path.join(args.out, 'image.bin'))
    for name, value in tensors.items():
        numbers = value.numpy().ravel()[:: EVERY if name in SAMPLED else 1]
        numbers.tofile(os.path.join(args.out, f'{name}.bin'))
    shapes = {'image': list(frame.shape)} | {name: list(value.shape) for name, value in tensors.items()}
    with open(os.path.join(args.out, 'meta.json'), 'w') as meta:
        json.dump(dict(side=args.side, every=EVERY, shapes=shapes), meta, indent=1)


if __name__ == '__main__':
    main()
