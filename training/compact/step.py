"""One training step: encode once; prompt, answer and correct several times on detached features; then backwards."""

import math
import time

import torch

from .decoder import SINGLE
from .losses import best_assignment, boundary_loss, compare, contrast_loss
from .prompt_maps import BACKGROUND, BOTTOM_RIGHT, FOREGROUND, PADDING, TOP_LEFT
from .prompts import BOX_SHARE, CENTRAL_SHARE, MASK_SHARE, click_in, noised_boxes, rough_masks

ROUNDS = 3  # one first prompt, then corrections
MAX_CORRECTIONS = 6  # points of all corrections together
FED_BACK = 0.92  # how often the logits of a round come with the next prompt
NO_NEW_POINT = 0.15  # the last round is often asked with nothing but the fed back logits
LOGIT_LIMIT = 20
AUXILIARY = 0.5
OTHER_HUES = 0.3  # of images: the photos are nearly all of food, whose colours are not those of the world


def turned_hues(b, device):
    """Rotations about the axis of greys by any angle, for some of b images, the identity for others: [b, 3, 3]."""
    some = torch.rand(b, 1, 1, device=device) < OTHER_HUES
    angle = torch.rand(b, 1, 1, device=device) * (2 * math.pi) * some
    across = torch.tensor([[0.0, -1, 1], [1, 0, -1], [-1, 1, 0]], device=device) / math.sqrt(3)
    return angle.cos() * torch.eye(3, device=device) + (1 - angle.cos()) / 3 + angle.sin() * across


def jitter(images):
    """Brightness, contrast and colour of most images [B, 3, S, S] of 0 to 255; some get other hues, a few are grey."""
    b, device = len(images), images.device
    mix = turned_hues(b, device)
    mix[torch.rand(b, device=device) < 0.05] = 1 / 3
    gain = torch.exp(torch.randn(b, 1, 1, device=device) * 0.2) * (1 + 0.06 * torch.randn(b, 3, 1, device=device))
    shift = torch.randn(b, 1, 1, device=device) * 10
    some = (torch.rand(b, 1, 1, device=device) < 0.6).float()
    gain, shift = 1 + some * (gain - 1), some * shift
    flat = mix @ images.flatten(2)
    return ((flat - 128) * gain + 128 + shift).clamp(0, 255).view_as(images)


def first_prompts(truth, soft, box_share=BOX_SHARE):
    """Clicks, boxes or masks for targets [N, H, W]: points, labels, mask, has_mask, and which are clicks."""
    n, height, width = truth.shape
    device = truth.device
    points = torch.zeros(n, 2 + MAX_CORRECTIONS, 2, device=device)
    labels = torch.full((n, 2 + MAX_CORRECTIONS), float(PADDING), device=device)
    kind = torch.rand(n, device=device)
    is_box = kind < box_share
    is_mask = ~is_box & (kind > 1 - MASK_SHARE)
    is_click = ~is_box & ~is_mask
    there = truth.flatten(1).any(1)[:, None, None]
    click = click_in(torch.where(there, truth, soft), torch.rand(n, device=device) < CENTRAL_SHARE)
    box = noised_boxes(torch.where(there, truth, (soft > 0).float()))
    points[:, 0] = torch.where(is_box[:, None], box[:, :2], click)
    points[:, 1] = torch.where(is_box[:, None], box[:, 2:], torch.zeros_like(click))
    no_box = torch.where(is_click, float(FOREGROUND), float(PADDING))
    labels[:, 0] = torch.where(is_box, float(TOP_LEFT), no_box)
    labels[:, 1] = torch.where(is_box, float(BOTTOM_RIGHT), float(PADDING))
    mask = rough_masks(truth) * is_mask.float()[:, None, None, None]
    return points, labels, mask, is_mask.float(), is_click


def correct(points, labels, used, truth, predicted, last):
    """Adds clicks where the prediction is wrong, in place; returns how many columns of points are used now."""
    n = len(truth)
    device = truth.device
    missing, extra = truth * (1 - predicted), (1 - truth) * predicted
    if last and torch.rand(()) < NO_NEW_POINT:
        return used
    count = 1 if torch.rand(()) < 0.6 else int(torch.randint(2, 4, ()))
    for _ in range(min(count, points.shape[1] - used)):
        short, over = missing.sum((1, 2)), extra.sum((1, 2))
        positive = torch.rand(n, device=device) * (short + over + 1e-6) < short
        region = torch.where(positive[:, None, None], missing, extra)
        points[:, used] = click_in(region, torch.rand(n, device=device) < CENTRAL_SHARE)
        label = torch.where(positive, float(FOREGROUND), float(BACKGROUND))
        labels[:, used] = torch.where(region.flatten(1).any(1), label, float(PADDING))
        used += 1
    return used


def mean_of(values, some):
    """NaN where there are none. A product, because to pick rows a program has to wait for a GPU to count them."""
    return (values * some).sum() / some.sum()


def faster_type(device):
    """torch.bfloat16 or float32, for products of matrices. Some CPUs have bfloat16 and are slower by it."""
    if device.type != 'cpu':
        return torch.bfloat16
    matrix = torch.randn(1024, 1024)

    def seconds(x):
        x @ x
        started = time.perf_counter()
        for _ in range(4):
            x @ x
        return time.perf_counter() - started

    return torch.bfloat16 if seconds(matrix.bfloat16()) < seconds(matrix) else torch.float32


def train_step(model, batch, device, product_type, only_boxes=False):
    """
    Gradients of one batch (see pool.draw_batch; tensors) added to the model's; returns figures to log. The decoder's
    graph of each round is freed before the next: gradients meet at the encoder's outputs, if it learns. product_type:
    torch.bfloat16 or float32, of what matrix products are computed in. only_boxes: there are no clicks and no
    corrections, which is several times as fast for each box.
    """
    learning = next(model.encoder.parameters()).requires_grad
    images, targets, valid, edges, labels_of_cells = (x.to(device, non_blocking=True) for x in batch)
    targets = targets.float() / 255
    soft = targets[:, 0]
    truth = (soft > 0.5).float()
    mixed = lambda: torch.autocast(device.type, torch.bfloat16, enabled=product_type == torch.bfloat16)
    image = jitter(images.permute(0, 3, 1, 2).float()).contiguous(memory_format=torch.channels_last)
    with mixed(), torch.set_grad_enabled(learning):
        encoded = model.encode(image)
    each = len(targets) // len(images)
    features = [x.detach().to(product_type).repeat_interleave(each, 0).requires_grad_(learning) for x in encoded]

    points, labels, mask, has_mask, is_click = first_prompts(truth, soft, 1 if only_boxes else BOX_SHARE)
    used, figures, rounds = 2, {}, 1 if only_boxes else ROUNDS
    for round_ in range(rounds):
        ambiguous = round_ == 0 and not only_boxes
        with mixed():
            logits, quality = model.decoder(
                *features, points[:, :used], labels[:, :used], mask, has_mask, slice(None) if ambiguous else SINGLE
            )
        logits, quality = logits.float(), quality.float()
        if ambiguous:
            cost, iou = compare(logits.flatten(2), targets.flatten(2))
            weights = torch.cat([valid[:, :1], 0.5 * valid[:, 1:]], 1)
            single = cost[:, 0, 0]
            several = best_assignment(cost[:, 1:], weights) + 0.3 * single
            reached = iou[:, :, 0]
            loss = torch.where(is_click, several, single).mean() + 1.2 * (quality - reached).pow(2).mean()
            with torch.no_grad():
                own = torch.where(is_click, quality[:, 1:].argmax(1) + 1, 0)
                rows = torch.arange(len(own), device=device)
                chosen = logits[rows, own]
                figures.update(
                    click_best=mean_of(reached[:, 1:].amax(1), is_click),
                    click_own=mean_of(reached[rows, own], is_click),
                    other=mean_of(reached[:, 0], ~is_click),
                )
        else:
            cost, iou = compare(logits.flatten(2), soft[:, None].flatten(2))
            loss = cost.mean() + (quality[:, 0] - iou[:, 0, 0]).pow(2).mean()
            chosen = logits[:, 0]
            figures[f'round{round_}'] = iou.mean()
        loss.backward()
        figures[f'loss{round_}'] = loss.detach()
        if round_ < rounds - 1:
            with torch.no_grad():
                chosen = chosen.detach()
                mask = chosen[:, None].clamp(-LOGIT_LIMIT, LOGIT_LIMIT)
                has_mask = (torch.rand(len(truth), device=device) < FED_BACK).float()
                used = correct(points, labels, used, truth, (chosen > 0).float(), round_ == rounds - 2)

    if not learning:
        return figures
    embedding, fine, _, directions = encoded
    boundary = boundary_loss(model, embedding, fine, edges)
    contrast = contrast_loss(model, directions, labels_of_cells.long())
    grads = [x.grad.float().unflatten(0, (-1, each)).sum(1) for x in features]
    torch.autograd.backward([AUXILIARY * boundary + contrast, *encoded], [None, *grads])
    figures.update(boundary=boundary.detach(), contrast=contrast.detach())
    return figures
