"""The whole model, and the heads that only training uses."""

import torch
import torch.nn as nn

from .decoder import SIMILARITY_HEADS, Decoder
from .encoder import EMBEDDING, FINE, Encoder


class Compact(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.decoder = Decoder()
        self.boundary8 = nn.Linear(EMBEDDING, 4)
        self.boundary4 = nn.Linear(FINE, 1)
        self.contrast_bias = nn.Parameter(torch.full((SIMILARITY_HEADS,), -2.0))
        self.contrast_scale = nn.Parameter(torch.full((SIMILARITY_HEADS,), 6.0))
