"""Which triangle shows at which pixel of a camera's image, and textures at such places."""

import cv2
import numpy as np

F = np.float32
LEAST_TEXTURE = 16  # side of the smallest version of a texture
NEAR = 0.08  # metres: nothing is drawn that is closer to the camera


def sample(texture, uv, reach=1024):
    """The repeated texture at uv [n, 2], about `reach` pixels of the image across: [n, channels] float32, 0..1."""
    while min(texture.shape[:2]) >= 2 * LEAST_TEXTURE and max(texture.shape[:2]) > 1.5 * reach:
        texture = cv2.resize(texture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    h, w = texture.shape[:2]
    n, row = len(uv), 1024  # remap takes no long rows
    x, y = np.zeros((2, -(-n // row) * row), F)
    x[:n], y[:n] = uv[:, 0] % 1 * w - 0.5, (1 - uv[:, 1]) % 1 * h - 0.5
    out = cv2.remap(texture, x.reshape(-1, row), y.reshape(-1, row), cv2.INTER_LINEAR, borderMode=cv2.BORDER_WRAP)
    return out.reshape(len(x), -1)[:n].astype(F) / 255


def _ragged(counts):
    """For counts [n]: the index of the row each element is of, and its place there."""
    row = np.repeat(np.arange(len(counts)), counts)
    return row, np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)


def fragments(triangles, focal, h, w):
    """
    The pixels of an image that triangles [T, 3, 3] cover, in a camera's coordinates (x right, y down, z forward), where
    the optical axis goes through the centre: kept [K], those that may cover any; edges [K, 3, 3], whose products with
    (x, y, 1) of a pixel are the barycentric coordinates over the depth; for each fragment the triangle (of K) and the
    pixel (y w + x), and 1 / depth. Works for triangles that are partly behind the camera.
    """
    z = triangles[..., 2]
    in_front = z > NEAR
    whole = in_front[:, 0] & in_front[:, 1] & in_front[:, 2]
    any_in_front = in_front[:, 0] | in_front[:, 1] | in_front[:, 2]
    # Much faster than along an axis of three.
    of_three = lambda f, a: f(f(a[:, 0], a[:, 1]), a[:, 2])
    with np.errstate(divide='ignore', invalid='ignore'):
        x, y = triangles[..., 0] / z * focal + w / 2, triangles[..., 1] / z * focal + h / 2
    low, high = np.minimum, np.maximum
    bounds = (of_three(low, x), 0), (of_three(high, x), w), (of_three(low, y), 0), (of_three(high, y), h)
    x0, x1, y0, y1 = (np.clip(np.where(whole, b, full), -1, max(h, w) + 1) for b, full in bounds)
    x0, y0 = np.maximum(np.ceil(x0 - 0.5), 0).astype(int), np.maximum(np.ceil(y0 - 0.5), 0).astype(int)
    x1, y1 = np.minimum(np.floor(x1 - 0.5), w - 1).astype(int), np.minimum(np.floor(y1 - 0.5), h - 1).astype(int)
    kept = np.flatnonzero((x1 >= x0) & (y1 >= y0) & any_in_front)
    v = triangles[kept].astype(float)
    edges = np.stack([np.cross(v[:, i - 2], v[:, i - 1]) for i in range(3)], 1)
    volume = (edges[:, 0] * v[:, 0]).sum(1)
    solid = np.abs(volume) > 1e-14
    kept, edges, volume = kept[solid], edges[solid], volume[solid]
    edges = edges / volume[:, None, None]
    edges[..., :2] /= focal
    # At the centres of pixels.
    edges[..., 2] -= edges[..., 0] * (w / 2 - 0.5) + edges[..., 1] * (h / 2 - 0.5)
    row, line = _ragged(y1[kept] - y0[kept] + 1)
    line = line + y0[kept][row]
    low, high = x0[kept][row].astype(float), x1[kept][row].astype(float)
    for i in range(3):
        a = edges[row, i, 0]
        c = edges[row, i, 1] * line + edges[row, i, 2]
        with np.errstate(divide='ignore', invalid='ignore'):
            at = -c / a
        low = np.where(a > 0, np.maximum(low, at), low)
        high = np.where(a < 0, np.minimum(high, at), np.where((a == 0) & (c < 0), -1, high))
    first = np.ceil(low - 1e-9).astype(int)
    span, x = _ragged(np.maximum(np.floor(high + 1e-9).astype(int) - first + 1, 0))
    x = x + first[span]
    of, y = row[span], line[span]
    plane = edges.sum(1)
    inverse = plane[of, 0] * x + plane[of, 1] * y + plane[of, 2]
    good = (inverse > 0) & (inverse < 1 / NEAR)
    return kept, edges, of[good], (y * w + x)[good], inverse[good]


class Raster:
    """What is nearest at each pixel of an image [h, w] of a camera; focal length in pixels."""

    def __init__(self, h, w, focal):
        self.h, self.w, self.focal = h, w, focal
        self.inverse = np.zeros(h * w)  # 1 / depth
        self.nearest = np.full(h * w, -1)  # a number for all that was drawn
        self._count, self._kept, self._edges = 0, [], []

    def draw(self, triangles, solid_at=None):
        """Triangles [T, 3, 3]. solid_at: of triangles [n] and barycentric coordinates [n, 3], is the material there?"""
        kept, edges, of, pixel, inverse = fragments(triangles, self.focal, self.h, self.w)
        front = inverse > self.inverse[pixel]
        of, pixel, inverse = of[front], pixel[front], inverse[front]
        if solid_at and len(of):
            there = solid_at(kept[of], self._barycentric(edges[of], pixel))
            of, pixel, inverse = of[there], pixel[there], inverse[there]
        np.maximum.at(self.inverse, pixel, inverse)
        won = inverse == self.inverse[pixel]
        self.nearest[pixel[won]] = self._count + of[won]
        self._kept.append(kept)
        self._edges.append(edges)
        self._count += len(kept)

    def _barycentric(self, edges, pixel):
        y, x = np.divmod(pixel, self.w)
        out = edges[..., 0] * x[:, None] + edges[..., 1] * y[:, None] + edges[..., 2]
        return (out / out.sum(1, keepdims=True)).astype(F)

    def seen(self):
        """Of each `draw`: pixels [n] where it is nearest, triangles [n] and barycentric coordinates [n, 3]."""
        starts = np.cumsum([0] + [len(kept) for kept in self._kept])
        pixels = np.flatnonzero(self.nearest >= 0)
        pixels = pixels[np.argsort(self.nearest[pixels], kind='stable')]
        ends = np.searchsorted(self.nearest[pixels], starts)
        for i, (kept, edges) in enumerate(zip(self._kept, self._edges)):
            of = pixels[ends[i] : ends[i + 1]]
            local = self.nearest[of] - starts[i]
            yield of, kept[local], self._barycentric(edges[local], of)
