"""Prompt encoder and mask decoder: SAM's two-way transformer, with maps of the prompts beside their tokens."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .encoder import EMBEDDING, FINE, FINEST
from .layers import Attention, FewToMany, LayerNorm, ManyToFew, Positions, cells_of, grid_centres, shaped
from .prior import location_prior

# Labels of points.
PADDING, BACKGROUND, FOREGROUND, TOP_LEFT, BOTTOM_RIGHT = -1, 0, 1, 2, 3

MASKS = 4  # mask 0 for prompts that are clear, 1 to 3 for one that is ambiguous
SINGLE = slice(0, 1)
SCALES = (0.02, 0.07, 0.22)  # widths of the proximity maps of clicks, in frame sides
SIMILARITY_HEADS, SIMILARITY_SIZE = 4, 8
MASK_CELL = 4  # a cell of the embedding is 4 x 4 pixels of the mask prompt


class TwoWayLayer(nn.Module):
    """Tokens attend to themselves and to the image, then the image to the tokens."""

    def __init__(self, c, heads=4, mlp=192):
        super().__init__()
        self.self_attention = Attention(c, heads, c)
        self.norm1 = LayerNorm(c)
        self.to_image = FewToMany(c, heads, c // 2)
        self.norm2 = LayerNorm(c)
        self.mlp = nn.Sequential(nn.Linear(c, mlp), nn.ReLU(inplace=True), nn.Linear(mlp, c))
        self.norm3 = LayerNorm(c)
        self.to_tokens = ManyToFew(c, heads, c // 2)
        self.norm4 = LayerNorm(c)

    def forward(self, tokens, image, token_positions, image_positions, bias):
        x = tokens + token_positions
        tokens = self.norm1(tokens + self.self_attention(x, x, tokens, bias[:, None, None, :]))
        keys = image + image_positions
        tokens = self.norm2(tokens + self.to_image(tokens + token_positions, keys, image))
        tokens = self.norm3(tokens + self.mlp(tokens))
        image = self.norm4(image + self.to_tokens(keys, tokens + token_positions, tokens, bias))
        return tokens, image


class Prompts:
    """What a set of prompts says of each cell of the embedding; points [N, P, 2] in pixels, labels [N, P]."""

    def __init__(self, points, labels, h, w):
        dtype = points.dtype
        side = 8.0 * w
        self.xy = (points + 0.5) / side
        self.label = labels.unsqueeze(-1)
        self.used = (self.label >= 0).to(dtype)
        grid = grid_centres(h, w, points.device).reshape(1, h * w, 2)
        self.x, self.y = grid[..., 0], grid[..., 1]
        self.distance = (self.x.unsqueeze(1) - self.xy[..., :1]) ** 2 + (self.y.unsqueeze(1) - self.xy[..., 1:]) ** 2
        self.foreground = (self.label == FOREGROUND).to(dtype)
        self.background = (self.label == BACKGROUND).to(dtype)
        first, last = (labels == TOP_LEFT).to(dtype), (labels == BOTTOM_RIGHT).to(dtype)
        self.corner = (first + last).unsqueeze(-1)
        self.last = last.unsqueeze(-1)
        self.has_box = last.amax(1, keepdim=True)
        self.box = [(self.xy * of.unsqueeze(-1)).sum(1) for of in (first, last)]  # corners [N, 2]
        (x0, y0), (x1, y1) = (corner.split(1, 1) for corner in self.box)
        # Coordinates in the box: -1 to 1 inside.
        self.bx = 2 * (self.x - (x0 + x1) / 2) / (x1 - x0).abs().clamp(min=0.01)
        self.by = 2 * (self.y - (y0 + y1) / 2) / (y1 - y0).abs().clamp(min=0.01)
        self.inside = torch.sigmoid((1 - self.bx.abs()) * 8) * torch.sigmoid((1 - self.by.abs()) * 8) * self.has_box

    def maps(self):
        """Proximity to clicks at three scales, foreground and background; the box. Maps [N, *, h w], ten in all."""
        sharpness = self.distance.new_tensor([-0.5 / scale**2 for scale in SCALES]).view(-1, 1, 1)
        near = torch.exp(self.distance.unsqueeze(1) * sharpness).unsqueeze(2)
        clicks = torch.stack([self.foreground, self.background], 1).unsqueeze(1)
        box = [self.inside, self.bx.clamp(-2, 2) * self.has_box, self.by.clamp(-2, 2) * self.has_box]
        box.append(self.has_box * torch.ones_like(self.x))
        cells = int(self.x.shape[1])
        return [shaped((near * clicks).amax(3), 0, 2 * len(SCALES), cells), *(x.unsqueeze(1) for x in box)]

    def gather(self, w):
        """Weights [N, P, h w] that pick the image's features at each click, or their mean in the box at its corners."""
        near = torch.exp(self.distance * (-0.5 * (w / 0.6) ** 2)) + 1e-9
        near = near / near.sum(-1, keepdim=True)
        inside = self.inside / (self.inside.sum(-1, keepdim=True) + 1e-4)
        return near * (self.foreground + self.background) + inside.unsqueeze(1) * self.corner


class Decoder(nn.Module):
    def __init__(self, c=EMBEDDING, layers=2):
        super().__init__()
        self.positions = Positions(c, seed=0)
        self.label = nn.Parameter(torch.randn(4, c) * 0.5)
        self.outputs = nn.Parameter(torch.randn(1 + MASKS, c) * 0.5)
        maps = MASK_CELL**2 + 11 + 3 * SIMILARITY_HEADS
        self.dense = nn.Sequential(nn.Linear(maps, 64), nn.ReLU(), nn.Linear(64, c))
        self.sampled = nn.Linear(c, c)
        self.similarity = nn.Linear(c, SIMILARITY_HEADS * SIMILARITY_SIZE)
        self.sharpness = nn.Parameter(torch.full((1, SIMILARITY_HEADS, 1, 1), 4.0))
        self.layers = nn.ModuleList(TwoWayLayer(c) for _ in range(layers))
        self.final = FewToMany(c, 4, c // 2)
        self.final_norm = LayerNorm(c)
        self.upscale = nn.Linear(c, 4 * FINE)
        self.hyper = nn.ModuleList(
            nn.Sequential(nn.Linear(c, c), nn.ReLU(), nn.Linear(c, FINE + FINEST + 1)) for _ in range(MASKS)
        )
        self.quality = nn.Sequential(nn.Linear(3 * c + 3, c), nn.ReLU(), nn.Linear(c, c), nn.ReLU(), nn.Linear(c, 1))

    def directions(self, features):
        """Unit vectors per head that are alike where two places belong together: [N, T, C] -> [N, 4, T, 8]."""
        z = shaped(self.similarity(features), 0, 0, SIMILARITY_HEADS, SIMILARITY_SIZE).transpose(1, 2)
        return z / (z.pow(2).sum(-1, keepdim=True) + 1e-4).sqrt()

    def forward(self, embedding, fine, finest, directions, points, labels, mask, has_mask, mask_tokens=slice(None)):
        """
        embedding [B, h w, C], fine [B, h w, 4 x 32], finest [B, 8, 4h, 4w] and directions [B, 4, h w, 8] as
        `Compact.encode` gives them; points [N, P, 2] in pixels of the frame, labels [N, P] (-1 padding: no
        effect); mask [N, 1, 4h, 4w] logits, has_mask [N] 0 or 1. B is 1 (one image for all) or N (one each).
        mask_tokens: which of the masks are wanted, a slice or a tensor of indices [M]; the others are not computed.
        Returns their logits [N, M, 4h, 4w], with the prior of prior.py unless it trains, and predicted IoU [N, M].
        """
        # Numbers, not tensors, so that an exported graph holds the positions of its cells.
        cells = int(embedding.shape[1])
        h, w = int(finest.shape[-2]) // 4, int(finest.shape[-1]) // 4

        prompts = Prompts(points, labels, h, w)
        gathered = prompts.gather(w) @ embedding - self.dense[2].bias
        tokens = (self.positions(prompts.xy) + self.sampled(gathered)) * prompts.used
        for i in range(4):
            tokens = tokens + (prompts.label == i).to(points.dtype) * self.label[i]

        has_mask = shaped(has_mask, 0, 1, 1)
        each = torch.zeros_like(has_mask)
        ones = torch.ones(1, 1, cells, device=mask.device) + each
        given = cells_of(torch.tanh(mask * (has_mask / 4).unsqueeze(-1)), MASK_CELL)
        alike = torch.exp(self.sharpness * (self.directions(gathered) @ directions.transpose(2, 3) - 1))
        kinds = torch.stack([prompts.foreground, prompts.background, prompts.last], 1).unsqueeze(2)
        alike = (alike.unsqueeze(1) * kinds).amax(3)
        maps = [
            shaped(given, 0, MASK_CELL**2, cells),
            *prompts.maps(),
            has_mask * ones,
            shaped(alike, 0, 3 * SIMILARITY_HEADS, cells),
            ones,
        ]
        image = embedding + self._dense(torch.cat(maps, 1))

        tokens = torch.cat([self.outputs + each, tokens], 1)
        hidden = (labels < 0).to(points.dtype) * -1e4
        bias = torch.cat([torch.zeros(1, 1 + MASKS, device=points.device) + each[:, 0], hidden], 1)
        token_positions, image_positions = tokens, self.positions.grid(h, w).to(image.dtype)
        for layer in self.layers:
            tokens, image = layer(tokens, image, token_positions, image_positions, bias)
        tokens = self.final_norm(
            tokens + self.final(tokens + token_positions, image + image_positions, image)
        )

        pixels = shaped(torch.relu(F.linear(image, self.upscale.weight) + fine), 0, cells * 4, FINE)
        weights = torch.stack([hyper(tokens[:, 1 + i]) for i, hyper in enumerate(self.hyper)], 1)[:, mask_tokens]
        coarse = weights[..., :FINE] @ pixels.transpose(1, 2) + weights[..., -1:]
        quality = self._quality(tokens[:, :1], tokens[:, 1 : 1 + MASKS][:, mask_tokens], image, coarse)
        coarse = shaped(shaped(coarse, 0, 0, h, w, 2, 2).transpose(3, 4), 0, 0, 2 * h, 2 * w)
        if not self.training:
            coarse = coarse + location_prior(prompts, has_mask, 2 * w)
        detail = weights[..., FINE : FINE + FINEST] @ shaped(finest, 0, FINEST, 16 * cells)
        logits = F.interpolate(coarse, scale_factor=2, mode='bilinear', align_corners=False)
        return logits + shaped(detail, 0, 0, 4 * h, 4 * w), quality

    def _dense(self, maps):
        """
        `dense` of maps [N, M, h w], of which the last is ones: [N, h w, C], without the second bias, which is in the
        embedding. The first comes in with the product: to add one to every cell takes half as long again.
        """
        first, relu, second = self.dense
        weight = torch.cat([first.weight, first.bias[:, None]], 1)
        hidden = relu(maps.transpose(1, 2) @ weight.t())
        return hidden @ second.weight.t()

    def _quality(self, token, mask_tokens, image, coarse):
        """
        Predicted IoU [N, M] from the token for it [N, 1, C], those of the masks [N, M, C] and what the masks hold: the
        image's mean feature, size, sharpness. coarse: logits [N, M, 4 h w].
        """
        cells = int(image.shape[1])
        logits = coarse.detach().float().clamp(-20, 20)
        inside = torch.sigmoid(logits)
        area = inside.mean(-1)
        sharp = (inside * inside).mean(-1) / (area + 1e-4)
        stable = (torch.sigmoid(logits - 1).mean(-1) + 1e-4) / (torch.sigmoid(logits + 1).mean(-1) + 1e-4)
        weight = shaped(inside, 0, 0, cells, 4).mean(-1)
        held = (weight / (weight.sum(-1, keepdim=True) + 1e-3)).to(image.dtype) @ image
        facts = torch.stack([area.sqrt(), sharp, stable], -1)
        token = token + torch.zeros_like(mask_tokens)
        return self.quality(torch.cat([token, mask_tokens, held, facts], -1)).squeeze(-1)
