"""
Classical methods by the protocol of `maskwire evaluate`, as a floor for the model:
python -m compact.baselines <folder>.

From a box: GrabCut (OpenCV), and the ellipse that the box holds. From clicks: geodesic segmentation, each pixel to the
click that is nearest along paths of like colour, with the border of the photo as background (Bai and Sapiro 2007). The
folder has photos X.jpg with their masks in X.json, as SA-1B. Prints mean IoU over objects, by source and by size.
"""

import argparse
import glob
import json
import os

import cv2
import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

from .scenes.annotated import decode
from .validate import centre, iou

CLICKS = 5
GEODESIC_SIDE, GRABCUT_SIDE = 192, 320  # longest sides at which the methods work; masks are compared at full size
GRABCUT_ROUNDS = 5
STEP, CONTRAST = 0.02, 6.0  # length of a step over one colour, and what a full change of colour adds


def resize(image, side):
    scale = side / max(image.shape[:2])
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(image, None, fx=scale, fy=scale, interpolation=how), scale


def full(mask, like):
    size = like.shape[1], like.shape[0]
    return cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5


class Geodesic:
    def __init__(self, image):
        small, self.scale = resize(image, GEODESIC_SIDE)
        lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 0.7), cv2.COLOR_BGR2LAB).astype(np.float32) / 255
        self.image, (self.height, self.width) = image, lab.shape[:2]
        index = np.arange(self.height * self.width).reshape(self.height, self.width)
        flat, ends, costs = lab.reshape(-1, 3), [], []
        for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
            a = index[: self.height - dy, max(0, -dx) : self.width - max(0, dx)].ravel()
            b = index[dy:, max(0, dx) : self.width + min(0, dx)].ravel()
            ends.append((a, b))
            costs.append(np.hypot(dy, dx) * (STEP + CONTRAST * np.linalg.norm(flat[a] - flat[b], axis=1)))
        a, b = (np.concatenate(side) for side in zip(*ends))
        self.graph = coo_matrix((np.concatenate(costs), (a, b)), (index.size, index.size)).tocsr()
        self.border = np.unique(np.concatenate([index[0], index[-1], index[:, 0], index[:, -1]]))

    def at(self, point):
        x, y = (int((value + 0.5) * self.scale) for value in point)
        return min(self.height - 1, y) * self.width + min(self.width - 1, x)

    def ask(self, points, labels):
        inside = [self.at(p) for p, label in zip(points, labels) if label]
        outside = [self.at(p) for p, label in zip(points, labels) if not label]
        near = dijkstra(self.graph, directed=False, indices=inside, min_only=True)
        border = np.setdiff1d(np.concatenate([self.border, np.array(outside, int)]), inside)
        far = dijkstra(self.graph, directed=False, indices=border, min_only=True)
        return full((near < far).reshape(self.height, self.width), self.image)


def grabcut(image, box):
    """On the box and half its size around it, as one would who knows only the box."""
    height, width = image.shape[:2]
    x0, y0, x1, y1 = box
    dx, dy = (x1 - x0) // 2 + 4, (y1 - y0) // 2 + 4
    left, top, right, bottom = max(0, x0 - dx), max(0, y0 - dy), min(width, x1 + dx), min(height, y1 + dy)
    crop = image[top:bottom, left:right]
    small, scale = resize(crop, GRABCUT_SIDE)
    x0, y0, x1, y1 = (int(round(v * scale)) for v in (x0 - left, y0 - top, x1 - left, y1 - top))
    mask = np.full(small.shape[:2], cv2.GC_BGD, np.uint8)
    mask[y0 : max(y1, y0 + 2), x0 : max(x1, x0 + 2)] = cv2.GC_PR_FGD
    if (mask == cv2.GC_BGD).sum() > 16:
        models = np.zeros((1, 65)), np.zeros((1, 65))
        cv2.grabCut(small, mask, None, *models, GRABCUT_ROUNDS, cv2.GC_INIT_WITH_MASK)
    out = np.zeros((height, width), bool)
    out[top:bottom, left:right] = full((mask == cv2.GC_FGD) | (mask == cv2.GC_PR_FGD), crop)
    return out


def measure(image, geodesic, truth):
    ys, xs = np.nonzero(truth)
    x0, y0, x1, y1 = xs.min(), ys.min(), xs.max() + 1, ys.max() + 1
    y, x = np.mgrid[: truth.shape[0], : truth.shape[1]] + 0.5
    ellipse = ((2 * x - x0 - x1) / (x1 - x0)) ** 2 + ((2 * y - y0 - y1) / (y1 - y0)) ** 2 <= 1
    row = {'ellipse': iou(ellipse, truth), 'GrabCut': iou(grabcut(image, (x0, y0, x1, y1)), truth)}
    points, labels = [centre(truth)[0]], [True]
    for k in range(1, CLICKS + 1):
        mask = geodesic.ask(points, labels)
        row[f'{k} clicks'] = iou(mask, truth)
        (at, missing), (other, extra) = centre(truth & ~mask), centre(mask & ~truth)
        points.append(at if missing >= extra else other)
        labels.append(missing >= extra)
    return row


def size_class(truth):
    share = truth.mean()
    return 'below 1 %' if share < 0.01 else '1 to 10 %' if share < 0.1 else '10 % and more'


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('folder', help='photos with masks')
    rows = []
    paths = sorted(glob.glob(os.path.join(p.parse_args().folder, '*.json')))
    for done, path in enumerate(paths):
        image = cv2.imread(path[: -len('json')] + 'jpg')
        geodesic = Geodesic(image)
        with open(path) as file:
            known = json.load(file)
        for annotation in known['annotations']:
            truth = decode(annotation['segmentation'])
            groups = 'all', known['image'].get('source', 'photos'), size_class(truth)
            rows.append((groups, measure(image, geodesic, truth)))
        print(f'{done + 1} of {len(paths)} photos', end='\r', flush=True)
    print()
    for group in sorted({g for groups, _ in rows for g in groups}):
        chosen = [row for groups, row in rows if group in groups]
        figures = '  '.join(f'{key} {np.mean([row[key] for row in chosen]):.3f}' for key in chosen[0])
        print(f'{group:14} {len(chosen):4}  {figures}')


if __name__ == '__main__':
    main()
