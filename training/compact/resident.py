"""
Scenes that live in a GPU's memory, and batches that are drawn there: what pool.py does with processes on a CPU. A GPU
learns from hundreds of images a second, which no queue between processes brings to it.
"""

from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F

from . import pool as by_cpu
from .encoder import MEAN
from .pool import Pool, boundaries, content_size, object_of_parts

SAMPLED = 2  # every second pixel of every second row, to find out how large targets are in a crop
KEPT_SHARE = 0.45  # of the GPU's memory that is free at the start, for scenes; the oldest make room for new ones


class ResidentPool:
    """The newest scenes of a pool, all of one size, as many as fit; `refresh` copies one new shard at most."""

    def __init__(self, folder, name, device, capacity=None):
        """capacity: scenes to hold; None for what fits into KEPT_SHARE of the free memory."""
        self.pool, self.device = Pool(folder, name), device
        if not len(self.pool):
            raise SystemExit(f'no shards {name}_* in {folder}: python -m compact.scenes.generate writes them')
        self.written = 0
        self.side = next(iter(self.pool.shards.values()))[0].shape[1]
        self.targets = 1
        self.capacity = capacity or int(torch.cuda.mem_get_info(device)[0] * KEPT_SHARE / (4 * self.side**2))
        empty = lambda *shape: torch.empty(self.capacity, *shape, dtype=torch.uint8, device=device)
        self.images, self.parts = empty(self.side, self.side, 3), empty(self.side, self.side)
        self.objects, self.members = empty(256), empty(self.targets, 256)
        self.chain = torch.full((self.capacity, self.targets, 4), -1, device=device)
        self.sizes = np.zeros((self.capacity, 2), int)
        while self.refresh():
            pass

    def __len__(self):
        return min(self.written, self.capacity)

    def refresh(self):
        """Copies a shard that is new; returns whether there was one."""
        self.pool.refresh()
        path = next((path for path, shard in self.pool.shards.items() if shard), None)
        if path is None:
            return False
        images, parts, meta = self.pool.shards[path]
        if images.shape[1] != self.side:
            raise SystemExit(f'{path}: scenes of {images.shape[1]} pixels among others of {self.side}; give one --side')
        counts = [len(members) for _, members, _ in meta]
        self._make_room_for(max(counts))
        chain = np.full((len(meta), self.targets, 4), -1)
        members = np.zeros((len(meta), self.targets, 256), np.uint8)
        for i, count in enumerate(counts):
            members[i, :count], chain[i, :count] = meta[i, 1:]
        objects = np.stack([object_of_parts(*row) for row in meta[:, 1:]])
        places = (self.written + np.arange(len(meta))) % self.capacity
        self.sizes[places] = list(meta[:, 0])
        where = torch.from_numpy(places).to(self.device)
        for kept, new in (
            (self.images, images), (self.parts, parts), (self.objects, objects), (self.members, members),
            (self.chain, chain),
        ):
            kept[where] = torch.from_numpy(np.array(new)).to(self.device)
        self.written += len(meta)
        self.pool.shards[path] = None  # it is copied, and its files may go
        return True

    def _make_room_for(self, targets):
        more = targets - self.targets
        if more > 0:
            self.members = F.pad(self.members, (0, 0, 0, more))
            self.chain = F.pad(self.chain, (0, 0, 0, more), value=-1)
            self.targets = targets

    def draw_batch(self, g, images, prompts, side):
        """As pool.draw_batch, of tensors on the GPU. g: a numpy Generator; the GPU's own one draws the targets."""
        at = g.integers(len(self), size=images)
        chosen = torch.from_numpy(at).to(self.device)
        chain, parts = self.chain[chosen], self.parts[chosen]
        # A crop, and the whole scene for those where nothing in the crop is to be asked for.
        crops = [draw_crops(g, self.sizes[at], side, whole, self.device) for whole in (False, True)]
        shares = [self._shares(chosen, crop, parts) for crop in crops]
        wanted = [self._wanted(chain, share, crop) for share, crop in zip(shares, crops)]
        whole = ~wanted[0].any(1)
        crop = crops[0].replaced(crops[1], whole)
        share, wanted = (torch.where(whole[:, None], b, a) for a, b in (shares, wanted))

        labels = crop.labels(parts)
        frame = crop.image(self.images[chosen])
        kind = torch.tensor(by_cpu.KIND_WEIGHTS, device=self.device).float()[chain[..., 3].clamp(min=0)]
        asked = draw_targets(kind * share.clamp(0.002, 0.3) ** by_cpu.AREA_POWER * wanted, prompts)
        rows = torch.arange(images, device=self.device)[:, None]
        nested = chain[rows, asked][..., :3].clone()
        nested[..., 0] = asked
        there = nested >= 0
        nested = nested.clamp(min=0)
        there &= wanted[rows[..., None], nested]
        there[..., 1:] &= nested[..., 1:] != asked[..., None]
        table = self.members[chosen[:, None, None], nested] * there[..., None]  # [B, n, 3, 256]
        targets = coverage(table.flatten(1, 2), labels).unflatten(1, (prompts, 3)).flatten(0, 1)
        cells = labels[:, 4::8, 4::8]
        objects = torch.gather(self.objects[chosen], 1, cells.flatten(1).long()).view_as(cells)
        return frame, targets, there.flatten(0, 1).float(), boundaries(labels), torch.stack([cells, objects], 1)

    def _shares(self, chosen, crop, parts):
        """Of the crop's area, that each target takes: [B, K]."""
        labels = crop.labels(parts, SAMPLED).flatten(1)
        count = torch.zeros(len(labels), 256, device=self.device)
        # What is outside the crop counts as unlabelled, as 0, of which no target is.
        count.scatter_add_(1, labels.long(), torch.ones_like(labels, dtype=torch.float32))
        return (self.members[chosen].float() @ count[..., None])[..., 0] * SAMPLED**2 / crop.area[:, None]

    def _wanted(self, chain, share, crop):
        large = share * crop.area[:, None] >= by_cpu.MIN_PIXELS
        return (chain[..., 3] >= 0) & large & (share <= by_cpu.MAX_SHARE)


@dataclass
class Crops:
    """Of each scene of a batch a part, some flipped or turned, and where it lies in a frame."""

    side: int  # of the frame
    extent: torch.Tensor  # [B, 2], height and width in the scene
    origin: torch.Tensor  # [B, 2], y and x of its corner there
    content: torch.Tensor  # [B, 2], height and width in the frame
    turned: torch.Tensor  # [B] bool: are rows columns?
    flipped: torch.Tensor  # [B, 2] bool: upside down, mirrored

    @property
    def area(self):
        """Pixels of the frame: [B]."""
        return self.content.prod(1)

    def replaced(self, other, where):
        """Those of the other one `where` [B] is true."""
        pick = lambda a, b: torch.where(where.view(-1, *[1] * (a.ndim - 1)), b, a)
        names = [field.name for field in fields(self) if field.name != 'side']
        return Crops(self.side, **{name: pick(getattr(self, name), getattr(other, name)) for name in names})

    def places(self, step=1):
        """
        Where every `step`th pixel of the frame lies in its scene, y and x [B, S / step, S / step] in pixels (of the
        first one the middle is at 0.5), and whether it shows any of it.
        """
        middles = torch.arange(0, self.side, step, device=self.content.device) + 0.5
        v, u = (middles[None] / self.content[:, axis, None] for axis in (0, 1))
        there = (v < 1)[:, :, None] & (u < 1)[:, None, :]
        v, u = (torch.where(self.flipped[:, axis, None], 1 - x, x) for axis, x in ((0, v), (1, u)))
        v, u = v[:, :, None].expand_as(there), u[:, None, :].expand_as(there)
        turned = self.turned[:, None, None]
        v, u = torch.where(turned, u, v), torch.where(turned, v, u)
        y, x = (self.origin[:, axis, None, None] + t * self.extent[:, axis, None, None] for axis, t in ((0, v), (1, u)))
        return y, x, there

    def labels(self, parts, step=1):
        """The parts [B, H, W] uint8 at every `step`th pixel of the frame, 0 outside."""
        y, x, there = self.places(step)
        h, w = parts.shape[1:]
        at = y.long().clamp(0, h - 1) * w + x.long().clamp(0, w - 1)
        return torch.gather(parts.flatten(1), 1, at.flatten(1)).view_as(at) * there

    def image(self, images):
        """Images [B, H, W, 3] uint8 in the frame, as uint8; MEAN outside."""
        y, x, there = self.places()
        h, w = images.shape[1:3]
        low, high = self.origin[:, :, None, None] + 0.5, (self.origin + self.extent)[:, :, None, None] - 0.5
        y, x = y.clamp(low[:, 0], high[:, 0]), x.clamp(low[:, 1], high[:, 1])
        grid = torch.stack([x / w, y / h], -1) * 2 - 1
        frame = F.grid_sample(images.permute(0, 3, 1, 2).float(), grid, mode='bilinear', align_corners=False)
        mean = torch.tensor(MEAN, device=images.device)[:, None, None] * 255
        return torch.where(there[:, None], frame, mean).round().to(torch.uint8).permute(0, 2, 3, 1)


def draw_crops(g, sizes, side, whole, device):
    """As pool.augment draws them. sizes [B, 2]: height and width of the scenes. whole: all show their whole scene."""
    b = len(sizes)
    zoom = np.where((g.random(b) < by_cpu.ZOOMED) & (not whole), g.uniform(by_cpu.LEAST_ZOOM, 1.0, b), 1.0)
    aspect = np.where(zoom < 1, np.exp(g.normal(size=b) * by_cpu.CROP_ASPECT), 1.0)
    share = np.stack([zoom * aspect, zoom / aspect], 1).clip(max=1)
    extent = np.minimum(sizes, np.maximum(by_cpu.LEAST_CROP, (sizes * share).astype(int)))
    origin = (g.random((b, 2)) * (sizes - extent + 1)).astype(int)
    most = by_cpu.MOST_STRETCH
    stretch = np.where(g.random(b) < by_cpu.AS_SERVED, most, g.uniform(1, most, b))
    content = np.array([content_size(h, w, side, s) for (h, w), s in zip(extent, stretch)])
    turned = g.random(b) < by_cpu.TURNED
    content[turned] = content[turned, ::-1]
    flipped = g.random((b, 2)) < (by_cpu.UPSIDE_DOWN, by_cpu.MIRRORED)
    numbers = [torch.as_tensor(x, dtype=torch.float32, device=device) for x in (extent, origin, content)]
    return Crops(side, *numbers, *(torch.as_tensor(x, device=device) for x in (turned, flipped)))


def draw_targets(weights, count):
    """`count` indices [B, count] drawn by weights [B, K], each once where enough are above 0."""
    gumbel = -torch.log(-torch.log(torch.rand_like(weights).clamp(1e-9, 1 - 1e-7)))
    missing = max(0, count - weights.shape[1])
    score, once = F.pad(weights.log() + gumbel, (0, missing), value=-torch.inf).topk(count, 1)
    again = torch.multinomial(weights + 1e-12, count, replacement=True)
    return torch.where(score.isfinite(), once, again)


def coverage(table, labels):
    """
    How much of each 2 x 2 pixels is of the parts in a table: [B, T, S/2, S/2] uint8 of 0 to 255. table [B, T, 256]
    uint8 of 0 and 1; labels [B, S, S] uint8.
    """
    b, targets, _ = table.shape
    half = labels.shape[1] // 2
    table = table.transpose(1, 2).contiguous()
    rows = torch.arange(b, device=labels.device)[:, None, None]
    total = sum(table[rows, labels[:, i::2, j::2].long()] for i in (0, 1) for j in (0, 1))
    return (total.float() * 63.75).round().to(torch.uint8).permute(0, 3, 1, 2).reshape(b, targets, half, half)
