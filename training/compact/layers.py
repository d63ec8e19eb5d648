"""Blocks that encoder and decoder are made of. Shapes: B images, N prompts sets, T tokens, C channels, h x w a grid."""

import math

import torch
import torch.nn as nn
import torch.nn.functional as F


class _Reshape(torch.autograd.Function):
    """In a graph, as an operator that knows by itself what 0 means."""

    @staticmethod
    def forward(ctx, x, shape):
        return _reshape(x, shape)

    @staticmethod
    def symbolic(graph, x, shape):
        # PyTorch's exporter wants an open length wherever there is a 0.
        shape = shape if -1 in shape else (*shape[:-1], -1)
        return graph.op('Reshape', x, graph.op('Constant', value_t=torch.tensor(shape)))


def _reshape(x, shape):
    return x.reshape([x.shape[i] if length == 0 else length for i, length in enumerate(shape)])


def shaped(x, *shape):
    """
    x.reshape(shape), in which 0 is the length that x has along that axis. Exported as a single operator, where PyTorch
    writes six that work out the lengths: most of a decoder's operators would be those.
    """
    return _Reshape.apply(x, shape) if torch.onnx.is_in_onnx_export() else _reshape(x, shape)


class _Cells(torch.autograd.Function):
    """In a graph, as an operator of its own: PyTorch would write a transposition, which takes eight times as long."""

    @staticmethod
    def forward(ctx, x, size):
        return F.pixel_unshuffle(x, size)

    @staticmethod
    def symbolic(graph, x, size):
        return graph.op('SpaceToDepth', x, blocksize_i=size)


def cells_of(x, size):
    """The size x size pixels of each cell of a map, row by row: [N, 1, H, W] -> [N, size^2, H / size, W / size]."""
    return _Cells.apply(x, size) if torch.onnx.is_in_onnx_export() else F.pixel_unshuffle(x, size)


class LayerNorm(nn.LayerNorm):
    """Over the last axis, in float32 also under autocast; the result is of the input's dtype."""

    def forward(self, x):
        return F.layer_norm(x.float(), self.normalized_shape, self.weight, self.bias, self.eps).to(x.dtype)


class ConvNorm(nn.Sequential):
    """Convolution, batch norm, ReLU unless `act` is false; [B, i, h, w] -> [B, o, h / stride, w / stride]."""

    def __init__(self, i, o, kernel=3, stride=1, act=True):
        layers = [nn.Conv2d(i, o, kernel, stride, kernel // 2, bias=False), nn.BatchNorm2d(o)]
        super().__init__(*layers, *([nn.ReLU(inplace=True)] if act else []))


class Residual(nn.Module):
    """Two convolutions beside an identity. A new one changes nothing: its last norm starts at zero."""

    def __init__(self, c):
        super().__init__()
        self.a = ConvNorm(c, c)
        self.b = ConvNorm(c, c, act=False)
        nn.init.zeros_(self.b[1].weight)

    def forward(self, x):
        return torch.relu(x + self.b(self.a(x)))


class Positions(nn.Module):
    """Random Fourier features (Tancik et al. 2020) of points in [0, 1]^2, as in SAM: [..., 2] -> [..., C]."""

    def __init__(self, c, seed):
        super().__init__()
        generator = torch.Generator().manual_seed(seed)
        self.register_buffer('frequencies', torch.randn(2, c // 2, generator=generator))

    def forward(self, xy):
        # In float32: a phase rounded to bfloat16 is another position.
        with torch.autocast(xy.device.type, enabled=False):
            phase = (2 * xy.float() - 1) @ self.frequencies * (2 * math.pi)
            return torch.cat([phase.sin(), phase.cos()], -1)

    def grid(self, h, w):
        """The centres of h x w cells: [1, h w, C]."""
        return self(grid_centres(h, w, self.frequencies.device)).reshape(1, h * w, -1)


def grid_centres(h, w, device):
    """Centres of the cells of an h x w grid over [0, 1]^2: [h, w, 2], x first."""
    y = (torch.arange(h, device=device, dtype=torch.float32) + 0.5) / h
    x = (torch.arange(w, device=device, dtype=torch.float32) + 0.5) / w
    return torch.stack([x[None, :].expand(h, w), y[:, None].expand(h, w)], -1)


class Attention(nn.Module):
    """Multi-head attention with width `inner`; q [N, Tq, C], k and v [N, Tk, C] -> [N, Tq, C]."""

    def __init__(self, c, heads, inner):
        super().__init__()
        self.heads, self.inner = heads, inner
        self.q = nn.Linear(c, inner)
        self.k = nn.Linear(c, inner)
        self.v = nn.Linear(c, inner)
        self.out = nn.Linear(inner, c)

    def _split(self, x):
        """[N, T, inner] -> [N, heads, T, inner / heads]."""
        return shaped(x, 0, 0, self.heads, -1).transpose(1, 2)

    def _join(self, x):
        """[N, heads, T, inner / heads] -> [N, T, inner]."""
        return shaped(x.transpose(1, 2), 0, 0, self.inner)

    def _scale(self):
        return (self.inner // self.heads) ** -0.5

    def forward(self, q, k, v):
        scores = (self._split(self.q(q)) * self._scale() @ self._split(self.k(k)).transpose(2, 3)).float()
        v = self._split(self.v(v))
        return self.out(self._join(scores.softmax(-1).to(v.dtype) @ v))

    def _by_head(self, x):
        """What a projection makes, along its first axis: [inner, *] -> [heads, inner / heads, *]."""
        return x.unflatten(0, (self.heads, -1))

    def _outwards(self):
        """The last projection, by heads: [heads, C, inner / heads]."""
        return self.out.weight.unflatten(1, (self.heads, -1)).transpose(0, 1)

    def _composed(self, first, second):
        """
        A projection and then, in each head, a matrix of `second` [heads, K, inner / heads], as one linear map
        [heads, K, C] and its bias [heads, K]. What a few tokens go through so, thousands of cells need not.
        """
        return second @ self._by_head(first.weight), (second @ self._by_head(first.bias).unsqueeze(-1)).squeeze(-1)


def apply_by_head(linear, x):
    """The map and bias of Attention._composed: [N, T, C] -> [N, T heads, K], the heads of a token one after another."""
    weight, bias = linear
    return shaped(F.linear(x, weight.flatten(0, 1), bias.flatten()), 0, -1, int(weight.shape[1]))


class FewToMany(Attention):
    """
    The same for few queries and many keys, which are never projected: queries go through the keys' projection the other
    way, and what they gather through that of the values. A bias of the keys would change no weight.
    """

    def __init__(self, c, heads, inner):
        super().__init__(c, heads, inner)
        self.k = nn.Linear(c, inner, bias=False)

    def forward(self, q, k, v, bias=None):
        """bias [N, Tk] is added to the scores: very negative hides a key."""
        asked = apply_by_head(self._composed(self.q, self._by_head(self.k.weight).transpose(1, 2) * self._scale()), q)
        scores = (asked @ k.transpose(1, 2)).float()
        if bias is not None:
            scores = scores + bias.unsqueeze(1)
        gathered = scores.softmax(-1).to(v.dtype) @ v
        # The weights of a head sum to 1: the values' bias need not be gathered.
        weight, offset = self._composed(self.v, self._outwards())
        gathered = shaped(gathered, 0, -1, self.heads * int(v.shape[-1]))
        return F.linear(gathered, weight.transpose(0, 1).flatten(1), offset.sum(0) + self.out.bias)


LARGEST_SCORE = 60  # its exponential, and that of its negative, are well within float32


class ManyToFew(Attention):
    """The same for many queries and few keys: no query is projected, and no result."""

    def forward(self, q, k, v, bias):
        """bias [N, Tk] is added to the scores."""
        cells = int(q.shape[1])
        back = self._by_head(self.q.weight).transpose(1, 2), self._by_head(self.q.bias).unsqueeze(1)
        keys, offset = (apply_by_head(self._composed(self.k, x * self._scale()), k) for x in back)
        offset = shaped(offset, 0, -1, self.heads) + bias.unsqueeze(-1)
        scores = (keys @ q.transpose(1, 2)).float() + shaped(offset, 0, -1, 1)
        # softmax over the keys, written out: operators are slow along an axis that is short or not the last. Scores are
        # so small that there is no need to take their maximum off.
        weights = shaped(torch.exp(scores.clamp(-LARGEST_SCORE, LARGEST_SCORE)), 0, -1, self.heads * cells)
        total = torch.ones_like(bias).unsqueeze(1) @ weights
        weights = shaped(weights / total, 0, -1, cells)
        # The weights of a head sum to 1: the result's bias can come with what is given, which is little.
        weight, offset = self._composed(self.v, self._outwards())
        given = apply_by_head((weight, offset + self.out.bias / self.heads), v)
        return weights.transpose(1, 2).to(given.dtype) @ given


class TransformerBlock(nn.Module):
    """Pre-norm self-attention and MLP over [B, T, C]. A new one changes nothing: its outputs start at zero."""

    def __init__(self, c, heads):
        super().__init__()
        self.norm1 = LayerNorm(c)
        self.attention = Attention(c, heads, c)
        self.norm2 = LayerNorm(c)
        self.mlp = nn.Sequential(nn.Linear(c, 2 * c), nn.GELU(), nn.Linear(2 * c, c))
        for last in (self.attention.out, self.mlp[2]):
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)

    def forward(self, x, positions):
        y = self.norm1(x)
        x = x + self.attention(y + positions, y + positions, y)
        return x + self.mlp(self.norm2(x))
