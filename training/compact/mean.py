"""
The mean of the averaged weights of checkpoints, as float16, in one file: python -m compact.mean --help. Of one
checkpoint it is what the repository keeps as weights.pt; of those before and after a run on other scenes it keeps what
the earlier ones taught (Wortsman et al., "Robust fine-tuning of zero-shot models", 2022).
"""

import argparse

import torch

from .model import averaged_weights


def mean_of(states):
    """A state dict; whole numbers, such as counts of batches, are those of the last one."""
    mean = lambda name: torch.stack([state[name].float() for state in states]).mean(0).half()
    return {name: mean(name) if x.dtype.is_floating_point else x for name, x in states[-1].items()}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('weights', nargs='+', help='last.pt of a run, or weights.pt')
    p.add_argument('--out', required=True, help='file to write')
    args = p.parse_args()
    torch.save({'model': mean_of([averaged_weights(path) for path in args.weights])}, args.out)


if __name__ == '__main__':
    main()
