"""
Scenes that live in a GPU's memory, and batches that are drawn there: what pool.py does with processes on a CPU. A GPU
learns from hundreds of images a second, which no queue between processes brings to it.
"""

import numpy as np
import torch
import torch.nn.functional as F

from .encoder import MEAN
from .pool import AREA_POWER, AS_SERVED, KIND_WEIGHTS, MAX_SHARE, MIN_PIXELS, MOST_STRETCH, Pool, object_of_parts

SAMPLED = 2  # every second pixel of every second row, to find out how large targets are in a crop
KEPT_SHARE = 0.45  # of the GPU's memory that is free at the start, for scenes; the oldest make room for new ones
LEAST_CROP = 40  # pixels


class ResidentPool:
    """The newest scenes of a pool, all of one size, as many as fit; `refresh` copies one new shard at most."""

    def __init__(self, folder, name, device, capacity=None):
        """capacity: scenes to hold; None for what fits into KEPT_SHARE of the free memory."""
        self.pool, self.device = Pool(folder, name), device
        if not len(self.pool):
            raise SystemExit(f'no shards {name}_* in {folder}: python -m compact.scenes.generate writes them')
        self.copied, self.written = set(), 0
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
        path = next((path for path in self.pool.shards if path not in self.copied), None)
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
        self.pool.shards[path] = None  # lets go of its files
        self.copied.add(path)
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
        crops = [Crops(g, self.sizes[at], side, whole, self.device) for whole in (False, True)]
        shares = [self._shares(chosen, crop.labels(parts, SAMPLED)) for crop in crops]
        wanted = [self._wanted(chain, share, crop) for share, crop in zip(shares, crops)]
        whole = ~wanted[0].any(1)
        crop = crops[0].replaced(crops[1], whole)
        share, wanted = (torch.where(whole[:, None], b, a) for a, b in (shares, wanted))

        labels = crop.labels(parts)
        frame = crop.image(self.images[chosen])
        kind = torch.tensor(KIND_WEIGHTS, device=self.device).float()[chain[..., 3].clamp(min=0)]
        asked = draw_targets(kind * share.clamp(0.002, 0.3) ** AREA_POWER * wanted, prompts)
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

    def _shares(self, chosen, labels):
        """Of the crop's area, that each target takes: [B, K]. labels: of some of its pixels, -1 outside."""
        b = len(labels)
        labels = labels.reshape(b, -1)
        count = torch.zeros(b, 257, device=self.device)
        count.scatter_add_(1, labels.long() + 1, torch.ones_like(labels, dtype=torch.float32))
        inside = count[:, 1:]
        return (self.members[chosen].float() @ inside[..., None])[..., 0] / inside.sum(1, keepdim=True).clamp(min=1)

    def _wanted(self, chain, share, crop):
        return (chain[..., 3] >= 0) & (share * crop.area[:, None] >= MIN_PIXELS) & (share <= MAX_SHARE) & (share > 0)


class Crops:
    """Of each scene of a batch a part, some flipped or turned, and where it lies in a frame."""

    def __init__(self, g, sizes, side, whole, device):
        """sizes [B, 2]: height and width of the scenes. whole: no crop is smaller than its scene."""
        b = len(sizes)
        zoom = np.where((g.random(b) < 0.5) & (not whole), g.uniform(0.5, 1.0, b), 1.0)
        aspect = np.where(zoom < 1, np.exp(g.normal(size=b) * 0.12), 1.0)
        share = np.stack([zoom * aspect, zoom / aspect], 1).clip(max=1)
        extent = np.minimum(sizes, np.maximum(LEAST_CROP, (sizes * share).astype(int)))
        origin = (g.random((b, 2)) * (sizes - extent + 1)).astype(int)
        stretch = np.where(g.random(b) < AS_SERVED, MOST_STRETCH, g.uniform(1, MOST_STRETCH, b))[:, None]
        content = np.round(side * extent * stretch / extent.max(1, keepdims=True)).clip(1, side)
        turned = g.random(b) < 0.3
        content[turned] = content[turned, ::-1]
        as_tensor = lambda x: torch.as_tensor(x, dtype=torch.float32, device=device)
        self.side = side
        self.extent, self.origin, self.content = as_tensor(extent), as_tensor(origin), as_tensor(content)
        flips = g.random((b, 2)) < (0.12, 0.5)
        self.turned, self.flipped = as_tensor(turned) > 0, as_tensor(flips) > 0
        self.area = self.content.prod(1)

    def replaced(self, other, where):
        """Those of the other one `where` [B] is true."""
        out = object.__new__(Crops)
        out.side = self.side
        for name in ('extent', 'origin', 'content', 'turned', 'flipped', 'area'):
            mine, its = getattr(self, name), getattr(other, name)
            setattr(out, name, torch.where(where.view(-1, *[1] * (mine.ndim - 1)), its, mine))
        return out

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

    def labels(self, parts, step=None):
        """The parts [B, H, W] uint8 in the frame: 0 outside, or -1 (and int16) if only every `step`th pixel is."""
        y, x, there = self.places(step or 1)
        h, w = parts.shape[1:]
        at = y.long().clamp(0, h - 1) * w + x.long().clamp(0, w - 1)
        labels = torch.gather(parts.flatten(1), 1, at.flatten(1)).view_as(at)
        return torch.where(there, labels.to(torch.int16), -1) if step else labels * there

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


def boundaries(labels):
    """As pool.boundaries, of many at once: [B, S, S] uint8 -> [B, S/4, S/4] uint8."""
    edge = torch.zeros_like(labels, dtype=torch.bool)
    across, down = labels[:, :, 1:] != labels[:, :, :-1], labels[:, 1:] != labels[:, :-1]
    edge[:, :, 1:] |= across
    edge[:, :, :-1] |= across
    edge[:, 1:] |= down
    edge[:, :-1] |= down
    any4 = lambda x: x.unflatten(1, (-1, 4)).unflatten(3, (-1, 4)).any(4).any(2)
    return torch.where(any4(edge), 1, torch.where(any4(labels == 0), 255, 0)).to(torch.uint8)
