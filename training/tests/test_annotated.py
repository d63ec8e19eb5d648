"""Tests of annotated photos; in the folder `training`: python -m unittest tests.test_annotated."""

import gzip
import json
import os
import tempfile
import unittest

import numpy as np
from PIL import Image

from compact.scenes.annotated import annotate, cutouts_of, decode, load_annotated, read_annotations, view
from compact.scenes.scene import make
from compact.scenes.targets import GROUP, OBJECT, PART
from compact.scenes.textures import Bank

HEIGHT, WIDTH = 90, 120


def rectangle(y0, x0, y1, x1):
    mask = np.zeros((HEIGHT, WIDTH), bool)
    mask[y0:y1, x0:x1] = True
    return mask


def plate():
    """A plate with a bun, of which a slice is a part, and with half a cup over its border."""
    image = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3)).astype(np.uint8)
    masks = [
        (rectangle(20, 20, 40, 40), PART),
        (rectangle(20, 20, 60, 60), OBJECT),
        (rectangle(10, 10, 80, 90), OBJECT),
        (rectangle(50, 70, 70, 110), OBJECT),
    ]
    return image, masks


class Decoding(unittest.TestCase):
    def test_runs_down_the_columns(self):
        # 3 outside, 2 inside, 1 outside.
        np.testing.assert_array_equal(
            decode({'size': [3, 2], 'counts': '321'}), [[False, True], [False, True], [False, False]]
        )

    def test_long_and_relative_runs(self):
        # 40 = 8 + 1 * 32; 2; 39 = 7 + 1 * 32; 19 = 2 + 17.
        mask = decode({'size': [100, 1], 'counts': 'X12W1a0'})
        self.assertEqual(np.flatnonzero(np.diff(mask[:, 0].astype(int))).tolist(), [39, 41, 80])


class Photos(unittest.TestCase):
    def test_masks_become_nested_outlines_of_disjoint_regions(self):
        image, masks = plate()
        photo = annotate(image, masks)
        for (mask, kind), outline in zip(masks, photo.outlines):
            np.testing.assert_array_equal(np.isin(photo.regions, outline.regions), mask)
            self.assertEqual(outline.kind, kind)
        self.assertEqual([outline.containers for outline in photo.outlines], [[1, 2], [2], [], []])

    def test_only_whole_objects_are_cut_out(self):
        image, masks = plate()
        masks.append((rectangle(0, 0, 30, 30), OBJECT))  # goes on beyond the photo
        masks.append((rectangle(30, 30, 70, 70), GROUP))
        cut = cutouts_of(image, masks)
        self.assertEqual(len(cut), 2)
        y, x = np.argwhere(cut[0][..., 3] == 255)[0]
        np.testing.assert_array_equal(cut[0][y : y + 20, x : x + 20, :3], image[y + 18 :, x + 18 :][:20, :20])

    def test_a_view_shows_the_regions_where_they_are(self):
        image, masks = plate()
        image[:] = 10
        image[masks[2][0]] = 200
        photo = annotate(image, masks[2:3])
        g = np.random.default_rng(1)
        for size in ((64, 80), (80, 64), (180, 240)):
            shown, regions = view(g, photo, *size)
            self.assertEqual((shown.shape, regions.shape), ((*size, 3), size))
            self.assertGreater(((shown[..., 0] > 0.4) == (regions > 0)).mean(), 0.97)

    def test_scenes_on_annotated_photos(self):
        image, masks = plate()
        photo = annotate(image, masks)
        bank = Bank(0, textures=4, side=64, annotated=[photo], cutouts=cutouts_of(image, masks))
        g = np.random.default_rng(2)
        shown = single = 0
        for _ in range(40):
            _, parts, (h, w), members, chain = make(g, bank, 96)
            self.assertFalse(parts[h:].any() or parts[:, w:].any())
            for k, (*nested, _) in enumerate(chain.tolist()):
                self.assertEqual(nested[0], k)
                for outer in (t for t in nested[1:] if t >= 0):
                    self.assertTrue((members[k] <= members[outer]).all())
            # Of a collage, parts of all four are numbered apart.
            shown += parts.max() > 3 * photo.regions.max() and len(members) >= 12
            single += len(members) >= 4 and parts.max() == photo.regions.max()
        self.assertGreater(shown, 0)
        self.assertGreater(single, 0)

    def test_a_file_of_annotations(self):
        with tempfile.TemporaryDirectory() as folder:
            photo, path = os.path.join(folder, 'a.jpg'), os.path.join(folder, 'all.jsonl.gz')
            Image.fromarray(np.full((3, 2, 3), 90, np.uint8)).save(photo)
            mask = dict(kind='object', segmentation={'size': [3, 2], 'counts': '321'})
            with gzip.open(path, 'wt') as file:
                for name in ('a.jpg', 'other.jpg'):
                    file.write(json.dumps(dict(image=dict(file_name=name), annotations=[mask])) + '\n')
            annotated, cutouts = load_annotated(path, [photo])
            self.assertEqual(([len(a.outlines) for a in annotated], cutouts), ([1], []))
            with self.assertRaisesRegex(SystemExit, 'no annotations of these photos'):
                read_annotations(path, [os.path.join(folder, 'b.jpg')])


if __name__ == '__main__':
    unittest.main()
