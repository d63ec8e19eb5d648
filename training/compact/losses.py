"""What training minimises. Masks are compared at stride 2 of the frame; targets are coverage of 0 to 1."""

import itertools

import torch
import torch.nn.functional as F

ALPHA, GAMMA = 0.5, 2.0  # of the focal loss
FOCAL, DICE = 20.0, 1.0  # SAM's weights


def compare(logits, targets):
    """
    logits [N, M, K], targets [N, T, K] over K pixels: the loss of each mask against each target, 20 focal + dice as in
    SAM, and their IoU at the threshold 0; both [N, M, T]. Focal loss is linear in the target: all pairs are products.
    """
    p = logits.sigmoid()
    if_there = ALPHA * (1 - p) ** GAMMA * F.softplus(-logits)
    if_absent = (1 - ALPHA) * p**GAMMA * F.softplus(logits)
    t = targets.transpose(1, 2)
    area = targets.sum(-1).unsqueeze(1)
    focal = ((if_there - if_absent) @ t + if_absent.sum(-1, keepdim=True)) / logits.shape[-1]
    dice = 1 - (2 * (p @ t) + 1) / (p.sum(-1, keepdim=True) + area + 1)
    with torch.no_grad():
        mask, truth = (logits > 0).float(), (targets > 0.5).float()
        both = mask @ truth.transpose(1, 2)
        iou = both / (mask.sum(-1, keepdim=True) + truth.sum(-1).unsqueeze(1) - both).clamp(min=1)
    return FOCAL * focal + DICE * dice, iou


def best_assignment(loss, weights):
    """
    Three masks answer up to three nested targets (part, object, group): the loss [N] of the best matching, weighted.
    loss [N, 3 masks, 3 targets], weights [N, 3] of the targets, 0 where there is none.
    """
    orders = torch.tensor(list(itertools.permutations(range(3))), device=loss.device)
    each = torch.stack([(loss[:, order, torch.arange(3, device=loss.device)] * weights).sum(1) for order in orders], 1)
    return each.min(1)[0] / weights.sum(1)


def boundary_loss(model, embedding, fine, edges):
    """Are there boundaries? At stride 4, from both resolutions. edges [B, S/4, S/4] uint8: 1 yes, 0 no, 255 unknown."""
    b, cells, _ = embedding.shape
    side = edges.shape[1] // 2
    truth = edges.reshape(b, side, 2, side, 2).permute(0, 1, 3, 2, 4).reshape(b, cells, 4)
    there = (truth == 1).float()
    weight = (truth < 255).float() * (1 + 3 * there)
    total = 0
    for logits in (model.boundary8(embedding), model.boundary4(torch.relu(fine.unflatten(2, (4, -1))))[..., 0]):
        total = total + F.binary_cross_entropy_with_logits(logits.float(), there, reduction='none')
    return (total * weight).sum() / weight.sum().clamp(min=1)


def contrast_loss(model, directions, labels, anchors=48):
    """
    Places of one part (heads 0, 1) or one object (heads 2, 3) should point in one direction, others elsewhere.
    directions [B, 4, h w, 8]; labels [B, 2, h, w] long: the part and the object of each cell, 0 where unlabelled.
    """
    labels = labels.flatten(2)
    at = torch.multinomial((labels[:, 0] > 0).float() + 1e-6, anchors)
    z = directions.float()
    picked = torch.gather(z, 2, at[:, None, :, None].expand(-1, z.shape[1], -1, z.shape[3]))
    cosine = picked @ z.transpose(2, 3)
    logits = cosine * model.contrast_scale.view(1, -1, 1, 1) + model.contrast_bias.view(1, -1, 1, 1)
    same = lambda level: torch.gather(labels[:, level], 1, at)[:, :, None] == labels[:, level][:, None, :]
    truth = torch.stack([same(0), same(0), same(1), same(1)], 1).float()
    cost = F.binary_cross_entropy_with_logits(logits, truth, reduction='none')
    alike = (cost * truth).sum(-1) / truth.sum(-1).clamp(min=1)
    other = (cost * (1 - truth)).sum(-1) / (1 - truth).sum(-1).clamp(min=1)
    known = (torch.gather(labels[:, 0], 1, at) > 0).float()[:, None, :]
    return ((0.5 * alike + other) * known).sum() / (known.sum() * len(model.contrast_scale)).clamp(min=1)
