"""
Writes encoder.onnx and decoder.onnx: python -m compact.export --help. Tensors as the family `compact` of the server
expects them; weights are stored as float16 and computed in float32, which halves the files. Compares both graphs with
PyTorch before it is done.
"""

import argparse
import os

import numpy as np
import onnx
import onnxruntime
import torch
import torch.nn as nn
from onnx import TensorProto, helper, numpy_helper

from .decoder import MASKS
from .model import load
from .prompt_maps import BACKGROUND, BOTTOM_RIGHT, FOREGROUND, PADDING, TOP_LEFT

OPSET = 17
LARGE = 256  # matrices and kernels of at least so many numbers are stored as float16
TOLERANCE = 1e-2  # relative to the largest value: what float16 weights may change


class EncoderGraph(nn.Module):
    """`Compact.encode` as a module."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        return self.model.encode(image)


class DecoderGraph(nn.Module):
    """The decoder, with the masks that are wanted as a tensor."""

    def __init__(self, model):
        super().__init__()
        self.decoder = model.decoder

    def forward(self, embedding, fine, finest, directions, points, labels, mask, has_mask, mask_tokens):
        return self.decoder(embedding, fine, finest, directions, points, labels, mask, has_mask, mask_tokens)


ENCODED = ['embedding', 'fine', 'finest', 'directions']


def export(model, side, folder):
    os.makedirs(folder, exist_ok=True)
    image = torch.rand(1, 3, side, side) * 255
    encoder, decoder = EncoderGraph(model).eval(), DecoderGraph(model).eval()
    encoded = encoder(image)
    paths = [os.path.join(folder, name) for name in ('encoder.onnx', 'decoder.onnx')]
    options = dict(opset_version=OPSET, dynamo=False, do_constant_folding=True)
    torch.onnx.export(encoder, (image,), paths[0], input_names=['image'], output_names=ENCODED, **options)
    prompts = (*prompt_sets(side), torch.arange(MASKS))
    names = [*ENCODED, 'points', 'labels', 'mask', 'has_mask', 'mask_tokens']
    axes = {name: {0: 'images'} for name in ENCODED}
    axes |= {name: {0: 'prompts', 1: 'points'} for name in ('points', 'labels')}
    axes |= {name: {0: 'prompts'} for name in ('mask', 'has_mask')}
    axes |= {'mask_tokens': {0: 'masks'}} | {name: {0: 'prompts', 1: 'masks'} for name in ('masks', 'iou')}
    torch.onnx.export(
        decoder, (*encoded, *prompts), paths[1], input_names=names, output_names=['masks', 'iou'],
        dynamic_axes=axes, **options,
    )
    for path in paths:
        shrink(path)
    return paths


def prompt_sets(side, n=5, seed=3):
    """Clicks, boxes, masks and padding: points [n, 6, 2], labels [n, 6], mask [n, 1, S/2, S/2], has_mask [n]."""
    g = torch.Generator().manual_seed(seed)
    none = float(PADDING)
    rows = [
        [FOREGROUND, none, none, none, none, none],
        [TOP_LEFT, BOTTOM_RIGHT, none, none, none, none],
        [FOREGROUND, BACKGROUND, FOREGROUND, none, none, none],
        [TOP_LEFT, BOTTOM_RIGHT, FOREGROUND, BACKGROUND, none, none],
        [FOREGROUND, FOREGROUND, BACKGROUND, BACKGROUND, FOREGROUND, FOREGROUND],
    ]
    labels = torch.tensor([rows[i % len(rows)] for i in range(n)])
    mask = torch.randn(n, 1, side // 2, side // 2, generator=g) * 3
    return torch.rand(n, 6, 2, generator=g) * side, labels, mask, torch.tensor([0.0, 0, 1, 1, 0])[torch.arange(n) % 5]


def shrink(path):
    """Stores large float32 weights as float16 with a Cast behind each, which the runtime folds when it loads them."""
    graph = onnx.load(path)
    casts = []
    for weight in graph.graph.initializer:
        if weight.data_type != TensorProto.FLOAT or len(weight.dims) < 2 or np.prod(weight.dims) < LARGE:
            continue
        half = numpy_helper.to_array(weight).astype(np.float16)
        name = weight.name
        weight.CopyFrom(numpy_helper.from_array(half, name + '.half'))
        casts.append(helper.make_node('Cast', [name + '.half'], [name], to=TensorProto.FLOAT))
    for i, cast in enumerate(casts):
        graph.graph.node.insert(i, cast)
    graph.producer_name, graph.producer_version = 'maskwire', ''
    for node in graph.graph.node:
        node.ClearField('doc_string')
    onnx.checker.check_model(graph, full_check=True)
    onnx.save(graph, path)


def compare(model, paths, side):
    """Largest differences from PyTorch: of encoder outputs and logits, relative to the largest; of the IoU."""
    sessions = [onnxruntime.InferenceSession(path) for path in paths]
    image = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(1)) * 255
    points, labels, mask, has_mask = prompt_sets(side)
    with torch.no_grad():
        features = model.encode(image)
        masks, iou = model.decoder(*features, points, labels, mask, has_mask)
    encoded = sessions[0].run(ENCODED, {'image': image.numpy()})
    inputs = dict(zip(ENCODED, encoded))
    prompts = dict(points=points.numpy(), labels=labels.numpy(), mask=mask.numpy(), has_mask=has_mask.numpy())
    alone = {name: value[:1, :1] if name in ('points', 'labels') else value[:1] for name, value in prompts.items()}
    each = {name: np.repeat(value, len(points), 0) for name, value in inputs.items()}
    decode = lambda feeds, tokens: sessions[1].run(['masks', 'iou'], feeds | {'mask_tokens': np.array(tokens)})
    every = range(MASKS)
    logits, quality = decode(inputs | prompts, every)
    batched, _ = decode(each | prompts, every)
    unpadded, _ = decode(inputs | alone, every)
    some, some_quality = decode(inputs | prompts, [3, 1])
    apart = lambda a, b: float(np.abs(a - b).max() / np.abs(b).max())
    return {
        'encoder': max(apart(a, b.numpy()) for a, b in zip(encoded, features)),
        'logits': apart(logits, masks.numpy()),
        'iou': float(np.abs(quality - iou.numpy()).max()),
        'one image per prompt': apart(batched, logits),
        'without padding': apart(unpadded, logits[:1]),
        'some masks': apart(some, logits[:, [3, 1]]),
        'their iou': float(np.abs(some_quality - quality[:, [3, 1]]).max()),
    }


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--weights', required=True, help='weights.pt, or last.pt of a run')
    p.add_argument('--side', type=int, default=256, help='pixels of the frame, a multiple of 32')
    p.add_argument('--out', required=True, help='folder for the two files')
    args = p.parse_args()
    model = load(args.weights)
    paths = export(model, args.side, args.out)
    differences = compare(model, paths, args.side)
    for name, value in differences.items():
        print(f'{name}: {value:.1e}')
    for path in paths:
        print(f'{path}: {os.path.getsize(path)} bytes')
    if max(differences.values()) > TOLERANCE:
        raise SystemExit(f'The graphs differ from PyTorch by more than {TOLERANCE}.')


if __name__ == '__main__':
    main()
