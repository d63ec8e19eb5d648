"""Tests of figures; in the folder `training`: python -m unittest tests.test_figures."""

import os
import tempfile
import unittest

import numpy as np
from PIL import Image, ImageDraw

from compact.scenes.figures import MOST_SIDE, dressed, figure_of, read_figures
from compact.scenes.paint import Canvas, paste
from compact.scenes.scene import Composition
from compact.scenes.textures import Bank, Material

RED, BLUE = (220, 30, 30), (30, 30, 220)
FULL = (((100, 100), (*RED, 255)), ((20, 20), (*RED, 255)), ((100, 100), (0, 0, 0, 0)))


def drawing(side=200, line=2):
    """A red disc with a blue square in it, both with black outlines."""
    image = Image.new('RGBA', (side, side))
    pen = ImageDraw.Draw(image)
    pen.ellipse((10, 10, side - 10, side - 10), (*RED, 255), (0, 0, 0, 255), line)
    pen.rectangle((80, 80, side - 80, side - 80), (*BLUE, 255), (0, 0, 0, 255), line)
    return image


def bank(**more):
    return Bank(1, textures=4, side=64, **more)


class Figures(unittest.TestCase):
    def test_has_an_area_for_each_colour_and_no_lines(self):
        figure = figure_of(drawing())
        self.assertEqual(figure.areas.max(), 2)
        self.assertEqual(figure.image[figure.inside].max(1).min(), 220)
        colours = {tuple(c) for area in (1, 2) for c in figure.image[(figure.areas == area) & figure.inside].tolist()}
        self.assertEqual(colours, {RED, BLUE})
        # The outline is of the disc.
        self.assertAlmostEqual(figure.inside.sum(), np.pi * 90**2, delta=600)

    def test_shrinks_what_is_large(self):
        self.assertLessEqual(max(figure_of(drawing(900, 8)).areas.shape), MOST_SIDE)

    def test_leaves_out_what_is_not_one_thing(self):
        two = Image.new('RGBA', (300, 200))
        pen = ImageDraw.Draw(two)
        for x in (10, 160):
            pen.ellipse((x, 30, x + 120, 150), (*RED, 255))
        line = Image.new('RGBA', (200, 200))
        ImageDraw.Draw(line).line((10, 10, 190, 190), (0, 0, 0, 255), 4)
        framed, small, nothing = (Image.new('RGBA', size, colour) for size, colour in FULL)
        for image in (two, line, framed, small, nothing):
            self.assertIsNone(figure_of(image))

    def test_come_of_the_topics_that_show_things(self):
        with tempfile.TemporaryDirectory() as folder:
            for topic in ('animals/birds', 'food', 'people/smilies', 'shapes'):
                os.makedirs(os.path.join(folder, topic))
                drawing().save(os.path.join(folder, topic, 'x.png'))
            self.assertEqual(len(read_figures(folder, None, lambda every: every)), 2)
            self.assertEqual(len(read_figures(folder, None, lambda every: every[:1])), 1)
            self.assertEqual(read_figures(None, None, lambda every: every), [])
            with self.assertRaisesRegex(SystemExit, 'no clip art'):
                read_figures(os.path.join(folder, 'shapes'), None, lambda every: every)
            with self.assertRaisesRegex(SystemExit, 'no font of emoji at'):
                read_figures(None, os.path.join(folder, 'none.ttf'), lambda every: every)

    def test_are_dressed_in_their_own_colours_or_others(self):
        figure, g = figure_of(drawing()), np.random.default_rng(0)
        materials = [Material(g, bank(), 0) for _ in range(2)]
        light = np.array([1.0, 0.0])
        several = [dressed(g, figure, materials, light) for _ in range(20)]
        for pixels in several:
            self.assertEqual((pixels[..., 3] > 127).sum(), figure.inside.sum())
        reddest = [p[100, 30, 0] > 1.5 * p[100, 30, 2] for p in several]
        self.assertTrue(any(reddest) and not all(reddest))

    def test_are_pasted_as_a_part_for_each_area_that_shows(self):
        figure, g = figure_of(drawing()), np.random.default_rng(0)
        canvas = Canvas(128)
        canvas.image = np.zeros((128, 128, 3), np.float32)
        pixels = dressed(g, figure, [Material(g, bank(), 0) for _ in range(2)], np.array([1.0, 0.0]))
        painted = paste(g, canvas, pixels, 64, 64, 0.4, np.array([1.0, 0.0]), 0, 0, figure.areas)
        self.assertEqual((painted.targets, painted.parts), ([1, 2], [1, 2]))
        shown = np.bincount(canvas.parts.ravel(), minlength=3)
        self.assertGreater(shown[1:].min(), 50)
        self.assertAlmostEqual(shown[1:].max() / shown[1:].min(), np.pi * 90**2 / 40**2 - 1, delta=4)

    def test_are_in_scenes_as_objects_of_parts(self):
        composition = Composition(np.random.default_rng(5), bank(figures=[figure_of(drawing())]), 96)
        composition.photo_like = True
        composition.paint_background()
        composition.paint_objects()
        of_two = [painted for painted, group in composition.objects if len(painted.targets) == 2 and group is None]
        self.assertGreater(len(of_two), 0)


if __name__ == '__main__':
    unittest.main()
