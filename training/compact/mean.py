"""
The mean of the averaged weights of checkpoints, as float16, in one file: python -m compact.mean --help. Of one
checkpoint it is what the repository keeps as weights.pt; of those before and after a run on other scenes it keeps what
the earlier ones taught (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).

What batch norm knows of its inputs is not what it would be with mean weights, so it is counted anew over scenes, where
some are given (Izmailov et al., "Averaging weights leads to wider optima and better generalization", 2018).
"""

import argparse

import numpy as np
import torch

from .model import Compact, averaged_weights
from .pool import Pool, draw_batch
from .step import jitter

IMAGES = 16  # per batch


def halved(state):
    """Matrices and kernels as float16. Vectors stay: variances can be larger than float16 goes."""
    return {name: x.half() if x.dtype.is_floating_point and x.ndim > 1 else x for name, x in state.items()}


def mean_of(states):
    """A state dict; whole numbers, such as counts of batches, are those of the last one."""
    mean = lambda name: torch.stack([state[name].float() for state in states]).mean(0)
    return {name: mean(name) if x.dtype.is_floating_point else x for name, x in states[-1].items()}


@torch.no_grad()
def count_anew(model, pool, side, batches, seed=0):
    """Sets the statistics of a model's batch norms to those over `batches` of a Pool's scenes, in frames of `side`."""
    norms = [module for module in model.modules() if isinstance(module, torch.nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # the mean of all batches
    g = np.random.default_rng(seed)
    torch.manual_seed(seed)
    model.train()
    for _ in range(batches):
        images = torch.from_numpy(draw_batch(g, pool, IMAGES, 1, side)[0])
        model.encode(jitter(images.permute(0, 3, 1, 2).float()).contiguous(memory_format=torch.channels_last))
    for norm, momentum in zip(norms, momenta):
        norm.momentum = momentum


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('weights', nargs='+', help='last.pt of a run, or weights.pt')
    p.add_argument('--pool', help='folder of scenes to count statistics over; they stay as they are without')
    p.add_argument('--side', type=int, help='side of the frame in pixels, with --pool')
    p.add_argument('--batches', type=int, default=40, help=f'of {IMAGES} scenes each (default: %(default)s)')
    p.add_argument('--out', required=True, help='file to write')
    args = p.parse_args()
    if (args.pool is None) != (args.side is None):
        p.error('--pool and --side go together')
    model = Compact().to(memory_format=torch.channels_last)
    model.load_state_dict(mean_of([averaged_weights(path) for path in args.weights]))
    if args.pool:
        count_anew(model, Pool(args.pool, 'train'), args.side, args.batches)
    torch.save({'model': halved(model.state_dict())}, args.out)


if __name__ == '__main__':
    main()
