"""Simulated people: first prompts and corrections, as in SAM's training. Masks are at stride 2 of the frame."""

import torch
import torch.nn.functional as F

BOX_SHARE, MASK_SHARE = 0.38, 0.08  # of first prompts; the rest are clicks
CENTRAL_SHARE = 0.6  # of clicks go to the middle of their region, the rest anywhere in it
NOISED_BOXES = 0.6
BOX_NOISE, BOX_NOISE_LIMIT = 0.1, 0.03  # largest deviation in box sides; no side moves by more of the frame


def click_in(region, central):
    """A click in each region [N, H, W] of 0 and 1 (anywhere where it is empty): [N, 2] pixels of the frame."""
    n, height, width = region.shape
    noise = torch.rand_like(region)
    coarse = F.avg_pool2d(region[:, None], 4, 4)
    near = F.avg_pool2d(coarse, 3, 1, 1)
    wide = F.avg_pool2d(near, 7, 1, 3)
    depth = F.interpolate(near * near + 2 * wide * near, size=(height, width))[:, 0]
    score = torch.where(central[:, None, None], depth + 0.02 * noise, noise) * region + 1e-9 * noise
    at = score.flatten(1).argmax(1)
    return torch.stack([at % width, at // width], 1).float() * 2 + 0.5


def noised_boxes(truth):
    """
    The box of each mask [N, H, W]: corners [N, 4], x0 y0 x1 y1 in pixels of the frame. Most are noised as in SAM, but
    some people are more exact than others.
    """
    n, height, width = truth.shape
    ends = []
    for axis, size in ((1, width), (2, height)):
        there = truth.amax(axis) > 0.5
        index = torch.arange(size, device=truth.device)
        ends.append((torch.where(there, index, size).amin(1), torch.where(there, index, -1).amax(1) + 1))
    (x0, x1), (y0, y1) = ends
    box = 2 * torch.stack([x0, y0, x1, y1], 1).float()
    side = (box[:, 2:] - box[:, :2]).repeat(1, 2)
    frame = 2.0 * width
    noised = (torch.rand(n, 1, device=truth.device) < NOISED_BOXES) * torch.rand(n, 1, device=truth.device)
    noise = torch.randn_like(box) * side * BOX_NOISE * noised
    return (box + noise.clamp(-frame * BOX_NOISE_LIMIT, frame * BOX_NOISE_LIMIT)).clamp(0, frame) - 0.5


def rough_masks(truth):
    """A mask as a brush or another tool gives it: moved, grown or shrunk, with soft or hard logits; [N, 1, H, W]."""
    n, height, width = truth.shape
    move = torch.randn(n, 1, 2, device=truth.device) * 0.015
    scale = 1 + torch.randn(n, 1, 2, device=truth.device) * 0.04
    centre = _centres(truth)
    y, x = torch.meshgrid(torch.linspace(-1, 1, height), torch.linspace(-1, 1, width), indexing='ij')
    grid = torch.stack([x, y], -1).to(truth.device).reshape(1, -1, 2)
    grid = ((grid - centre) * scale + centre + move).reshape(n, height, width, 2)
    soft = F.grid_sample(truth[:, None], grid, align_corners=True)
    blurred = F.avg_pool2d(soft, 9, 1, 4)
    level = 0.5 + 0.25 * (2 * torch.rand(n, 1, 1, 1, device=truth.device) - 1)
    strength = torch.where(torch.rand(n, 1, 1, 1, device=truth.device) < 0.5, 20.0, 200.0)
    return ((blurred - level) * strength).clamp(-20, 20)


def _centres(truth):
    """Centre of mass of each mask, -1 to 1, x first: [N, 1, 2]."""
    mass = truth.sum((1, 2)).clamp(min=1e-6)
    ends = [torch.linspace(-1, 1, size, device=truth.device) for size in truth.shape[1:]]
    y = (truth.sum(2) * ends[0]).sum(1) / mass
    x = (truth.sum(1) * ends[1]).sum(1) / mass
    return torch.stack([x, y], 1)[:, None, :]
