"""The image encoder: a small residual network with a transformer at stride 32 and a feature pyramid to stride 8."""

import torch
import torch.nn as nn
import torch.nn.functional as F

from .layers import ConvNorm, LayerNorm, Positions, Residual, TransformerBlock

# Mean and standard deviation of RGB, of 0 to 1. A photo that does not fill the frame is padded with this mean.
MEAN = (0.47, 0.45, 0.41)
STD = (0.26, 0.25, 0.27)

EMBEDDING = 64  # channels of the embedding, at stride 8
FINE = 32  # channels of the features at stride 4
FINEST = 8  # channels of the features at stride 2


class Encoder(nn.Module):
    """Convolutions at strides 2 to 32 of `widths` channels, `blocks` residual blocks at strides 4, 8, 16, 32."""

    def __init__(self, widths=(24, 32, 64, 128, 192), blocks=(2, 6, 8, 4), transformers=6, neck=96):
        super().__init__()
        self.register_buffer('mean', torch.tensor(MEAN).view(1, 3, 1, 1))
        self.register_buffer('std', torch.tensor(STD).view(1, 3, 1, 1))
        self.stem = ConvNorm(3, widths[0], stride=2)
        self.stages = nn.ModuleList(
            nn.Sequential(ConvNorm(i, o, stride=2), *(Residual(o) for _ in range(n)))
            for i, o, n in zip(widths, widths[1:], blocks)
        )
        self.positions = Positions(widths[4], seed=1)
        self.transformers = nn.ModuleList(TransformerBlock(widths[4], 6) for _ in range(transformers))
        self.lateral32 = nn.Conv2d(widths[4], neck, 1)
        self.lateral16 = nn.Conv2d(widths[3], neck, 1)
        self.smooth16 = ConvNorm(neck, neck)
        self.lateral8 = nn.Conv2d(widths[2], neck, 1)
        self.smooth8 = nn.Sequential(ConvNorm(neck, neck), Residual(neck))
        self.out = nn.Conv2d(neck, EMBEDDING, 1)
        self.fine = nn.Conv2d(widths[1], FINE, 1)
        self.finest = nn.Conv2d(widths[0], FINEST, 1)
        self.norm = LayerNorm(EMBEDDING)

    def forward(self, image):
        """
        image [B, 3, S, S], RGB 0 to 255, S a multiple of 32. With h = w = S / 8:
        embedding [B, h w, 64]; fine [B, h w, 4 x 32], the 2 x 2 positions at stride 4 of each cell; finest
        [B, 8, 4 h, 4 w].
        """
        x2 = self.stem((image / 255 - self.mean) / self.std)
        x4, x8, x16, x32 = self._stages(x2)
        x32 = self._attend(x32)
        up = lambda x: F.interpolate(x, scale_factor=2, mode='nearest')
        p16 = self.smooth16(self.lateral16(x16) + up(self.lateral32(x32)))
        p8 = self.smooth8(self.lateral8(x8) + up(p16))
        embedding = self.norm(self.out(p8).flatten(2).transpose(1, 2))
        fine = F.pixel_unshuffle(self.fine(x4), 2)
        b, _, h, w = fine.shape
        fine = fine.reshape(b, FINE, 4, h * w).permute(0, 3, 2, 1).reshape(b, h * w, 4 * FINE)
        return embedding.float(), fine.float(), self.finest(x2).float()

    def _stages(self, x):
        out = []
        for stage in self.stages:
            x = stage(x)
            out.append(x)
        return out

    def _attend(self, x):
        b, c, h, w = x.shape
        tokens = x.flatten(2).transpose(1, 2)
        positions = self.positions.grid(h, w).to(tokens.dtype)
        for block in self.transformers:
            tokens = block(tokens, positions)
        return tokens.transpose(1, 2).reshape(b, c, h, w)
