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

    def encode(self, image):
        """
        What the decoder needs of an image [B, 3, S, S]: embedding, fine, finest (see Encoder) and directions. Biases of
        the decoder, which are the same for all prompts, are added here, once for an image: that of `dense` to the
        embedding and that of `upscale` to `fine`.
        """
        embedding, fine, finest = self.encoder(image)
        directions = self.decoder.directions(embedding)
        dense, upscale = self.decoder.dense[2].bias, self.decoder.upscale.bias
        return embedding + dense.to(embedding.dtype), fine + upscale.to(fine.dtype), finest, directions

    def freeze_encoding(self):
        """Leaves the decoder alone to learn, and of that only what `encode` does not take from it."""
        self.requires_grad_(False)
        decoder = self.decoder.requires_grad_()
        for parameter in (*decoder.similarity.parameters(), decoder.dense[2].bias, decoder.upscale.bias):
            parameter.requires_grad_(False)


def averaged_weights(path, device='cpu'):
    """Of a checkpoint that training wrote, or of a file that holds nothing else, such as weights.pt: a state dict."""
    saved = torch.load(path, map_location=device)
    return saved['average'] if 'average' in saved else saved['model']


def load(path):
    """The model with averaged weights, on the CPU, to be asked and not trained."""
    model = Compact()
    model.load_state_dict(averaged_weights(path))
    return model.eval()
