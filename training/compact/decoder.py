"""Prompt encoder and mask decoder: SAM's two-way transformer, with maps of the prompts beside their tokens."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .encoder import EMBEDDING, FINE, FINEST
from .layers import FewToMany, LayerNorm, ManyToFew, Positions, cells_of, shaped
from .prior import central_prior, location_prior
from .prompt_maps import LABELS, SIDES, PromptMaps

MASKS = 4  # mask 0 for prompts that are clear, 1 to 3 for one that is ambiguous
SINGLE = slice(0, 1)
SIMILARITY_HEADS, SIMILARITY_SIZE = 4, 8
UNLIKE = 6  # taken off a cosine where there is nothing to be like
MASK_CELL = 4  # a cell of the embedding is 4 x 4 pixels of the mask prompt


class TwoWayLayer(nn.Module):
    """Tokens attend to themselves and to the image, then the image to the tokens."""

    def __init__(self, c, heads=4, mlp=192):
        super().__init__()
        self.self_attention = FewToMany(c, heads, c)
        self.norm1 = LayerNorm(c)
        self.to_image = FewToMany(c, heads, c // 2)
        self.norm2 = LayerNorm(c)
        self.mlp = nn.Sequential(nn.Linear(c, mlp), nn.ReLU(inplace=True), nn.Linear(mlp, c))
        self.norm3 = LayerNorm(c)
        self.to_tokens = ManyToFew(c, heads, c // 2)
        self.norm4 = LayerNorm(c)

    def forward(self, tokens, image, token_positions, image_positions, bias):
        x = tokens + token_positions
        tokens = self.norm1(tokens + self.self_attention(x, x, tokens, bias))
        keys = image + image_positions
        tokens = self.norm2(tokens + self.to_image(tokens + token_positions, keys, image))
        tokens = self.norm3(tokens + self.mlp(tokens))
        image = self.norm4(image + self.to_tokens(keys, tokens + token_positions, tokens, bias))
        return tokens, image


class Decoder(nn.Module):
    def __init__(self, c=EMBEDDING, layers=2):
        super().__init__()
        self.positions = Positions(c, seed=0)
        self.label = nn.Parameter(torch.randn(LABELS, c) * 0.5)
        self.outputs = nn.Parameter(torch.randn(1 + MASKS, c) * 0.5)
        maps = MASK_CELL**2 + 11 + 4 * SIMILARITY_HEADS
        self.dense = nn.Sequential(nn.Linear(maps, 64), nn.ReLU(), nn.Linear(64, c))
        self.sampled = nn.Linear(c, c)
        self.around = nn.Linear(c, c, bias=False)
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
        Returns their logits [N, M, 4h, 4w] and predicted IoU [N, M], both with what prior.py adds unless it trains.
        """
        # Numbers, not tensors, so that an exported graph holds the positions of its cells.
        side = int(finest.shape[-1]) // 4
        cells = side**2

        prompts = PromptMaps(points, labels, side)
        places = prompts.places()
        gathered = places @ embedding - places.sum(-1, keepdim=True) * self.dense[2].bias
        image = embedding + self._dense(self._maps(prompts, gathered, directions, mask, has_mask))
        tokens = self._tokens(prompts, gathered)
        hidden = F.pad(prompts.hidden, (1 + MASKS, 0))
        token_positions, image_positions = tokens, self.positions.grid(side, side).to(image.dtype)
        for layer in self.layers:
            tokens, image = layer(tokens, image, token_positions, image_positions, hidden)
        tokens = self.final_norm(tokens + self.final(tokens + token_positions, image + image_positions, image))

        pixels = shaped(torch.relu(F.linear(image, self.upscale.weight) + fine), 0, cells * 4, FINE)
        asked = tokens[:, 1 : 1 + MASKS][:, mask_tokens]
        weights = self._weights(asked, mask_tokens)
        coarse = weights[..., :FINE] @ pixels.transpose(1, 2) + weights[..., -1:]
        quality, covered = self._quality(tokens[:, :1], asked, image, coarse)
        coarse = shaped(shaped(coarse, 0, 0, side, side, 2, 2).transpose(3, 4), 0, 0, 2 * side, 2 * side)
        logits = F.interpolate(coarse, scale_factor=2, mode='bilinear', align_corners=False)
        detail = weights[..., FINE : FINE + FINEST] @ shaped(finest, 0, FINEST, 16 * cells)
        logits = logits + shaped(detail, 0, 0, 4 * side, 4 * side)
        if self.training:
            return logits, quality
        return logits + location_prior(prompts, has_mask, 4 * side), quality + central_prior(prompts, has_mask, covered)

    def _maps(self, prompts, gathered, directions, mask, has_mask):
        """What prompts say of each cell, and how far the image is there as it is at their places: [N, M, cells]."""
        cells = prompts.side**2
        has_mask = shaped(has_mask, -1, 1, 1)
        ones = torch.ones(1, 1, cells, dtype=mask.dtype, device=mask.device)
        given = cells_of(torch.tanh(mask * (has_mask / 4).unsqueeze(-1)), MASK_CELL)
        alike = self.directions(gathered) @ directions.transpose(2, 3)  # [N, heads, P + 4, cells]
        # Most alike of all clicks on the object, of those beside it, of what is in the box, of what is around the box.
        kinds = torch.stack([prompts.foreground, prompts.background, prompts.last], 1).unsqueeze(2)
        clicked = (alike[:, :, :-SIDES].unsqueeze(1) + (kinds - 1) * UNLIKE).amax(3)
        around = alike[:, :, -SIDES:].amax(2) + shaped(prompts.has_box - 1, -1, 1, 1) * UNLIKE
        alike = torch.cat([clicked, around.unsqueeze(1)], 1) - 1
        alike = torch.exp(self.sharpness.squeeze(-1) * alike)
        return torch.cat([
            shaped(given, 0, MASK_CELL**2, cells), *prompts.maps(), has_mask * ones,
            shaped(alike, 0, 4 * SIMILARITY_HEADS, cells), has_mask * 0 + ones,
        ], 1)

    def _tokens(self, prompts, gathered):
        """Those that ask for the quality and for masks, then one for each point: [N, 1 + 4 + P, C]."""
        label = torch.cat([torch.zeros_like(self.label[:1]), self.label])[prompts.index]
        at = self.positions(prompts.xy) + self.sampled(gathered[:, :-SIDES])
        around = self.around(gathered[:, -SIDES:].mean(1, keepdim=True))
        points = at * prompts.used + label + prompts.first * around
        return torch.cat([self.outputs + torch.zeros_like(points[:, :1]), points], 1)

    def _weights(self, tokens, which):
        """Of the masks `which`, what each feature counts for in them: [N, M, FINE + FINEST + 1] of tokens [N, M, C]."""

        def linear(i, x):
            weight = torch.stack([hyper[i].weight.t() for hyper in self.hyper])
            bias = torch.stack([hyper[i].bias[None] for hyper in self.hyper])
            return x @ weight[which] + bias[which]

        return linear(2, torch.relu(linear(0, tokens.unsqueeze(2)))).squeeze(2)

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
        image's mean feature, size, sharpness. coarse: logits [N, M, 4 h w]. And what share of each cell they cover, [N,
        M, h w].
        """
        cells = int(image.shape[1])
        logits = coarse.detach().float()
        inside = torch.sigmoid(logits)
        area = inside.mean(-1)
        sharp = (inside * inside).mean(-1) / (area + 1e-4)
        stable = (torch.sigmoid(logits - 1).mean(-1) + 1e-4) / (torch.sigmoid(logits + 1).mean(-1) + 1e-4)
        covered = shaped(inside, 0, 0, cells, 4).mean(-1)
        held = (covered / (covered.sum(-1, keepdim=True) + 1e-3)).to(image.dtype) @ image
        facts = torch.stack([area.sqrt(), sharp, stable], -1)
        token = token + torch.zeros_like(mask_tokens)
        return self.quality(torch.cat([token, mask_tokens, held, facts], -1)).squeeze(-1), covered
