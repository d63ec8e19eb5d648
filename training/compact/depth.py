"""
How deep inside a mask a place is: about its distance to the nearest place outside, by products of matrices alone. The
logarithm of a narrow Gaussian's response to what is outside tends to the squared distance to it (S. R. S. Varadhan, On
the behavior of the fundamental solution of the heat equation with variable coefficients, 1967).
"""

import math

import torch
import torch.nn.functional as F

# Logarithms of the peak of a Gaussian, whose deviation is a cell, and of the least that is no zero. Products of two of
# them, and sums of those, are then neither too large for float32 nor denormal, which would be slow.
PEAK, LEAST = 39, -41
# The logarithm of the response at the border of a half plane, where the depth is 0.
BORDER = 2 * PEAK + math.log(math.pi)


def kernels(at, side):
    """Gaussians about places `at` [*, 1] in cells, over a row of `side` cells and one at each end: [*, side + 2]."""
    cells = torch.arange(-1, side + 1, dtype=at.dtype, device=at.device) + 0.5
    return torch.relu(torch.exp(PEAK - 0.5 * (at - cells) ** 2) - math.exp(LEAST))


def around(outside):
    """Shares [*, S, S] of cells that are outside a mask; with what is beyond the frame, which is: [*, S + 2, S + 2]."""
    return F.pad(outside, (1, 1, 1, 1), value=1.0)


def response(row, outside, column):
    """Of one place, by kernels [*, 1, S + 2] about its row and column, to `outside` [*, S + 2, S + 2]: [*, 1]."""
    # Not a second product of matrices: how that is summed would depend on how many prompts there are.
    return (row @ outside * column).sum(-1)


def responses(outside):
    """Of every cell: [*, S, S]. The deeper a cell is, the less it is."""
    side = int(outside.shape[-1]) - 2
    every = kernels(torch.arange(side, dtype=outside.dtype, device=outside.device)[:, None] + 0.5, side)
    return every @ outside @ every.t()


class _Asinh(torch.autograd.Function):
    """PyTorch cannot export it."""

    @staticmethod
    def forward(ctx, x):
        return torch.asinh(x)

    @staticmethod
    def symbolic(graph, x):
        return graph.op('Asinh', x)


def squared_depth(response):
    """In cells: 0 to 12.6^2, which is also the answer for what lies deeper."""
    # asinh(x / 2) is log(x), but 0 where that is below 0. And the runtime's logarithm of a number differs by its place
    # in a tensor, so that what is answered would differ by the size of the batch.
    return torch.relu(2 * BORDER - 2 * _Asinh.apply(response / 2))
