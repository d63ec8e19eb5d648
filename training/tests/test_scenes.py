"""Tests of the scenes and their pools; in the folder `training`: python -m unittest tests.test_scenes."""

import contextlib
import io
import os
import tempfile
import unittest

import numpy as np
from PIL import Image

from compact.pool import Pool
from compact.scenes import generate
from compact.scenes.paint import Painted
from compact.scenes.preview import contact_sheet
from compact.scenes.scene import make
from compact.scenes.targets import GROUP, MAX_SHARE, MIN_PIXELS, OBJECT, PART, STUFF, nested_targets
from compact.scenes.textures import Bank, base_texture

SIDE = 96
SCENES = 8


def write_photos(folder, count):
    g = np.random.default_rng(0)
    for i in range(count):
        pixels = g.integers(0, 256, (60, 80, 3)).astype(np.uint8)
        Image.fromarray(pixels).save(os.path.join(folder, f'{i:03}.jpg'))
    return generate.photos_in(folder)


def a_cutout():
    cutout = np.zeros((40, 30, 4), np.uint8)
    cutout[5:35, 5:25] = 200, 100, 50, 255
    return cutout


def some_scenes(bank, seed=0, count=SCENES):
    g = np.random.default_rng(seed)
    return [make(g, bank, SIDE) for _ in range(count)]


class Scenes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.bank = Bank(0, textures=8, side=64)
        cls.scenes = some_scenes(cls.bank)

    def test_same_seed_same_scene(self):
        again = some_scenes(Bank(0, textures=8, side=64))
        for a, b in zip(self.scenes, again):
            self.assertEqual(a[2], b[2])
            for i in (0, 1, 3, 4):
                np.testing.assert_array_equal(a[i], b[i])

    def test_other_seed_other_scene(self):
        other = some_scenes(self.bank, seed=1, count=1)[0]
        self.assertFalse(np.array_equal(self.scenes[0][0], other[0]))

    def test_types_and_shapes(self):
        for image, parts, (h, w), members, chain in self.scenes:
            self.assertEqual((image.shape, image.dtype), ((SIDE, SIDE, 3), np.uint8))
            self.assertEqual((parts.shape, parts.dtype), ((SIDE, SIDE), np.uint8))
            self.assertTrue(SIDE // 2 <= h <= SIDE and SIDE // 2 <= w <= SIDE)
            self.assertEqual((members.shape[1:], members.dtype), ((256,), np.uint8))
            self.assertEqual((chain.shape, chain.dtype), ((len(members), 4), np.int16))
            self.assertLess(parts.max(), 255)
            self.assertFalse(image[h:].any() or image[:, w:].any() or parts[h:].any() or parts[:, w:].any())

    def test_targets_are_nested_and_within_bounds(self):
        kinds = set()
        for _, parts, (h, w), members, chain in self.scenes:
            pixels = np.bincount(parts.ravel(), minlength=256)
            area = members.astype(int) @ pixels
            self.assertTrue(((area >= MIN_PIXELS) & (area <= MAX_SHARE * h * w)).all())
            self.assertFalse(members[:, 0].any())
            self.assertEqual(len(np.unique(members, axis=0)), len(members))
            for k, (*nested, kind) in enumerate(chain.tolist()):
                kinds.add(kind)
                self.assertEqual(nested[0], k)
                self.assertTrue(all(t < len(members) for t in nested))
                for outer in (t for t in nested[1:] if t >= 0):
                    self.assertTrue((members[k] <= members[outer]).all())
                    self.assertLess(members[k].sum(), members[outer].sum())
                    self.assertGreater(chain[outer, 3], kind)
        self.assertLessEqual({PART, OBJECT}, kinds)

    def test_photos_and_cutouts(self):
        with tempfile.TemporaryDirectory() as folder:
            photos = write_photos(folder, 3)
            with open(os.path.join(folder, 'broken.jpg'), 'w') as file:
                file.write('no image')
            with contextlib.redirect_stderr(io.StringIO()) as said:
                bank = Bank(0, textures=4, side=64, photos=generate.photos_in(folder), cutouts=[a_cutout()])
        self.assertIn('broken.jpg', said.getvalue())
        self.assertEqual(len(bank.photos), len(photos))
        for _, parts, _, members, _ in some_scenes(bank):
            self.assertGreater(len(members), 0)
            self.assertGreater(parts.max(), 0)

    def test_every_texture(self):
        for seed in range(30):
            texture = base_texture(np.random.default_rng(seed), 32)
            self.assertEqual((texture.shape, texture.dtype), ((32, 32), np.float32))
            self.assertTrue(0 <= texture.min() and texture.max() <= 1)

    def test_contact_sheet(self):
        sheet = contact_sheet([scene[:2] for scene in self.scenes[:5]], 3)
        self.assertEqual(sheet.shape, (4 * SIDE, 3 * SIDE, 3))
        np.testing.assert_array_equal(sheet[2 * SIDE : 3 * SIDE, SIDE : 2 * SIDE], self.scenes[4][0])


class Targets(unittest.TestCase):
    def test_part_object_group_stuff(self):
        pixels = np.zeros(256, int)
        pixels[1:7] = 100, 50, 50, 10, 0, 300
        group = [1, 2, 3, 4]
        objects = [(Painted([1, 2], [1, 2]), group), (Painted([], [3, 4]), group), (Painted([], [5]), None)]
        members, chain = nested_targets(objects, [[6]], pixels, 1000)
        self.assertEqual([np.flatnonzero(m).tolist() for m in members], [[1, 2], [1, 2, 3, 4], [1], [2], [3, 4], [6]])
        outer = [[0, 1, -1], [1, -1, -1], [2, 0, 1], [3, 0, 1], [4, 1, -1], [5, -1, -1]]
        kinds = [OBJECT, GROUP, PART, PART, OBJECT, STUFF]
        self.assertEqual(chain.tolist(), [[*nested, kind] for nested, kind in zip(outer, kinds)])

    def test_none(self):
        members, chain = nested_targets([], [], np.zeros(256, int), 1000)
        self.assertEqual((members.shape, chain.shape), ((0, 256), (0, 4)))


class Shards(unittest.TestCase):
    def test_round_trip_through_a_pool(self):
        bank = Bank(0, textures=4, side=64)
        with tempfile.TemporaryDirectory() as folder:
            generate.write_shard(folder, 'train', 0, bank, SIDE, scenes=2)
            pool = Pool(folder, 'train')
            self.assertEqual(len(pool), 2)
            generate.write_shard(folder, 'train', 1, bank, SIDE, scenes=1)
            generate.write_shard(folder, 'val', 0, bank, SIDE, scenes=1)
            pool.refresh()
            self.assertEqual(len(pool), 3)
            self.assertFalse([name for name in os.listdir(folder) if not name.endswith('.npy')])
            g = np.random.default_rng([1, generate.POOLS['train']])
            image, parts, (h, w), members, chain = make(g, bank, SIDE)
            read = pool[2]
            np.testing.assert_array_equal(read.image, image[:h, :w])
            np.testing.assert_array_equal(read.parts, parts[:h, :w])
            np.testing.assert_array_equal(read.members, members)
            np.testing.assert_array_equal(read.chain, chain)

    def test_photos_are_split(self):
        with tempfile.TemporaryDirectory() as folder:
            photos = write_photos(folder, 22)
            train, validation = generate.split(photos, False), generate.split(photos, True)
            self.assertEqual([os.path.basename(path) for path in validation], ['000.jpg', '020.jpg'])
            self.assertEqual(sorted(train + validation), photos)


if __name__ == '__main__':
    unittest.main()
