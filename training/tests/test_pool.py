import os
import tempfile
import unittest

import numpy as np
import torch

from compact.encoder import MEAN
from compact.pool import Pool, draw_batch
from compact.resident import ResidentPool
from compact.scenes.generate import _save, shard_path
from compact.scenes.targets import GROUP, OBJECT, PART

SIDE = 64


def scene(h=48, w=40):
    """A red square of two halves, parts 1 and 2, on a blue ground, 3: [S, S, 3], [S, S], (h, w), members, chain."""
    parts, colours = np.zeros((SIDE, SIDE), np.uint8), np.array([[0, 0, 0], [200, 0, 0], [255, 0, 0], [0, 0, 255]])
    parts[:h, :w] = 3
    parts[8:32, 8:20], parts[8:32, 20:32] = 1, 2
    members = np.zeros((4, 256), np.uint8)
    for target, of in enumerate(([1], [1, 2], [3], [1, 2, 3])):
        members[target, of] = 1
    chain = np.array([[0, 1, 3, PART], [1, 3, -1, OBJECT], [2, 3, -1, OBJECT], [3, -1, -1, GROUP]], np.int16)
    return colours[parts].astype(np.uint8), parts, (h, w), members, chain


def write_shard(folder, number, scenes, name='train'):
    images, parts, meta = [], [], np.empty((len(scenes), 3), object)
    for i, (image, labels, *rest) in enumerate(scenes):
        images.append(image)
        parts.append(labels)
        meta[i, 0], meta[i, 1], meta[i, 2] = rest
    for kind, array in (('I', np.array(images)), ('M', np.array(parts)), ('meta', meta)):
        _save(shard_path(folder, name, number, kind), array)


class Batches:
    """What is expected of a batch, wherever it is drawn; `draw(folder, images, prompts, side)` draws one."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.g = np.random.default_rng(0)
        torch.manual_seed(0)
        write_shard(self.folder.name, 0, [scene(), scene(64, 64), scene(30, 64)])

    def tearDown(self):
        self.folder.cleanup()

    def batch(self, images=24, prompts=3):
        return [np.asarray(x) for x in self.draw(self.folder.name, images, prompts, SIDE)]

    def test_shapes_and_types(self):
        image, targets, valid, edges, labels = self.batch()
        self.assertEqual((image.shape, image.dtype), ((24, SIDE, SIDE, 3), np.uint8))
        self.assertEqual((targets.shape, targets.dtype), ((72, 3, SIDE // 2, SIDE // 2), np.uint8))
        self.assertEqual((valid.shape, valid.dtype), ((72, 3), np.float32))
        self.assertEqual((edges.shape, edges.dtype), ((24, SIDE // 4, SIDE // 4), np.uint8))
        self.assertEqual((labels.shape, labels.dtype), ((24, 2, SIDE // 8, SIDE // 8), np.uint8))

    def test_targets_lie_where_the_image_shows_them(self):
        image, targets, valid, _, labels = self.batch()
        halves = image.reshape(24, SIDE // 2, 2, SIDE // 2, 2, 3).mean((2, 4)).repeat(3, 0)
        red, blue = (halves[..., 0] > 150) & (halves[..., 2] < 20), (halves[..., 2] > 240) & (halves[..., 0] < 20)
        of_red = of_blue = 0
        for r, b, target, there in zip(red, blue, targets, valid):
            self.assertEqual(there[0], 1)
            inside = target[0] == 255
            self.assertTrue(inside.any())
            if r[inside].mean() > 0.7:
                of_red += 1
                self.assertFalse(target[0][b].any())
            elif b[inside].mean() > 0.7:
                of_blue += 1
                self.assertFalse(target[0][r].any())
            for k in (1, 2):
                self.assertTrue((target[k] >= target[0]).all() if there[k] else not target[k].any())
        self.assertGreater(min(of_red, of_blue), 5)

    def test_all_kinds_are_asked_for_and_what_they_are_nested_in(self):
        valid = np.concatenate([self.batch()[2] for _ in range(4)])
        self.assertEqual(set(valid.sum(1).tolist()) - {1.0, 2.0, 3.0}, set())
        self.assertGreater((valid.sum(1) == 2).mean(), 0.2)

    def test_outside_a_scene_there_is_the_mean_and_no_part(self):
        image, _, _, edges, labels = self.batch()
        padding = (image == np.round(np.array(MEAN) * 255)).all(-1)
        self.assertTrue(0.01 < padding.mean() < 0.3)
        self.assertFalse(labels[:, 0][padding[:, 4::8, 4::8]].any())
        self.assertTrue((edges[self.around(padding).all((3, 4))] == 255).all())

    def around(self, pixels):
        """The 12 x 12 pixels around each cell of 4 x 4 that is not at the border: [B, 14, 14, 12, 12, ...]."""
        rows = [[pixels[:, 4 * y : 4 * y + 12, 4 * x : 4 * x + 12] for x in range(14)] for y in range(14)]
        inner = np.moveaxis(np.array(rows), 2, 0)
        return np.pad(inner, ((0, 0), (1, 1), (1, 1), *((0, 0),) * (inner.ndim - 3)))

    def test_labels_are_of_the_part_and_the_object(self):
        labels = self.batch()[4]
        self.assertTrue((labels[:, 1][labels[:, 0] == 2] == 1).all())
        self.assertTrue((labels[:, 1][labels[:, 0] == 3] == 3).all())

    def test_boundaries_are_where_parts_meet(self):
        image, _, _, edges, _ = self.batch()
        red, blue = (image[..., 0] > 150) & (image[..., 2] < 20), (image[..., 2] > 240) & (image[..., 0] < 20)
        any_in_cell = lambda x: x.reshape(24, 16, 4, 16, 4).any((2, 4))
        both, blue_around = any_in_cell(red) & any_in_cell(blue), self.around(blue).all((3, 4))
        self.assertGreater(both.sum(), 20)
        self.assertTrue((edges[both] == 1).all())
        self.assertGreater(blue_around.sum(), 20)
        self.assertTrue((edges[blue_around] == 0).all())


class OnCpu(Batches, unittest.TestCase):
    def draw(self, folder, *args):
        return draw_batch(self.g, Pool(folder, 'train'), *args)


class Resident(Batches, unittest.TestCase):
    """On a CPU, whose tensors do what a GPU's do."""

    def pool(self, capacity=8):
        return ResidentPool(self.folder.name, 'train', torch.device('cpu'), capacity)

    def draw(self, folder, *args):
        return self.pool().draw_batch(self.g, *args)

    def test_new_scenes_take_the_place_of_the_oldest(self):
        pool = self.pool(capacity=4)
        self.assertEqual(len(pool), 3)
        self.assertFalse(pool.refresh())
        write_shard(self.folder.name, 1, [scene(20, 33), scene(21, 33)])
        self.assertTrue(pool.refresh())
        self.assertEqual((len(pool), pool.sizes.tolist()), (4, [[21, 33], [64, 64], [30, 64], [20, 33]]))

    def test_scenes_of_another_size(self):
        image, parts, *rest = scene(32, 32)
        write_shard(self.folder.name, 1, [(image[:32, :32], parts[:32, :32], *rest)])
        with self.assertRaisesRegex(SystemExit, 'scenes of 32 pixels among others of 64'):
            self.pool()

    def test_a_folder_without_scenes(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(SystemExit, 'no shards train_'):
            ResidentPool(folder, 'train', torch.device('cpu'), 4)


if __name__ == '__main__':
    unittest.main()
