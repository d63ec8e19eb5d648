"""Tests of bodies that are made here; in the folder `training`: python -m unittest tests.test_bodies."""

import unittest

import numpy as np

from compact.scenes.animals import BUILDS, animal
from compact.scenes.craft import airplane, bike, boat, car, coach, vehicle
from compact.scenes.people import person
from compact.scenes.placing import PELVIS
from compact.scenes.skin import Skin, along
from compact.scenes.solids import Look

POSES = 'standing', 'moving', 'sitting', 'riding', 'crouching', 'lying'
PLAIN = Look(np.ones(3, np.float32), None)


class Skins(unittest.TestCase):
    def test_a_line_goes_through_its_keys(self):
        keys = np.array([[0, 0, 0], [1, 2, 0], [3, 1, 1.0]])
        np.testing.assert_allclose(along(keys, np.arange(3.0)), keys)

    def test_a_tube_is_as_thick_as_asked_for(self):
        skin = Skin()
        skin.tube([[0, 0, 0], [0, 1, 0], [0, 2, 0]], [[0.3, 0.1]] * 3, 0)
        solid, mesh = skin.solid('tube', [PLAIN])
        np.testing.assert_allclose(solid.size[[0, 2]], [0.6, 0.2], rtol=0.03)
        self.assertAlmostEqual(solid.size[1], 2.4, delta=0.05)
        sides = (mesh.triangles[..., 1] > 0.5) & (mesh.triangles[..., 1] < 1.5)
        level = (mesh.triangles * [1, 0, 1])[sides]
        normals = mesh.normals[sides].astype(float)
        self.assertGreater(np.abs((level * normals).sum(1) / np.linalg.norm(level, axis=1)).min(), 0.3)

    def test_only_a_part_of_a_tube_is_covered(self):
        skin = Skin()
        skin.tube([[0, 0, 0], [0, 1, 0], [0, 2, 0]], [0.01] * 3, 0, part=(0, 0.25))
        self.assertAlmostEqual(skin.solid('tube', [PLAIN])[0].size[1], 0.52, delta=0.02)

    def test_a_block_fills_its_box(self):
        skin = Skin()
        skin.block([0, 0, 0], [1, 2, 3], 0)
        solid, mesh = skin.solid('block', [PLAIN])
        np.testing.assert_allclose(solid.size, [1, 2, 3], rtol=0.1)
        self.assertAlmostEqual(float(mesh.triangles[..., 1].min()), 0)
        self.assertTrue(np.isfinite(mesh.normals.astype(float)).all())


class Bodies(unittest.TestCase):
    def is_whole(self, made):
        solid, mesh = made
        self.assertTrue(np.isfinite(mesh.triangles).all() and np.isfinite(mesh.normals.astype(float)).all())
        self.assertLess(mesh.materials.max(), len(mesh.looks))
        low, high = mesh.triangles.min((0, 1)), mesh.triangles.max((0, 1))
        np.testing.assert_allclose(high - low, solid.size, rtol=1e-4)
        np.testing.assert_allclose((high + low)[[0, 2]], 0, atol=1e-4)
        self.assertAlmostEqual(float(low[1]), 0, places=5)

    def test_people_take_every_pose(self):
        for pose in POSES:
            heights = []
            for seed in range(12):
                made = person(np.random.default_rng(seed), pose)
                self.is_whole(made)
                heights.append(made[0].size[1])
            low, high = dict(standing=(0.6, 2.7), lying=(0.1, 1.3)).get(pose, (0.4, 2.6))
            self.assertTrue(low < np.median(heights) < high, (pose, heights))
            if pose == 'lying':
                self.assertLess(np.median(heights), 0.8)

    def test_animals_of_every_build_stand_on_the_ground(self):
        g = np.random.default_rng(1)
        names = set()
        for _ in range(10 * len(BUILDS)):
            made = animal(g)
            self.is_whole(made)
            names.add(made[0].name)
        self.assertEqual(names, {'animal', 'bird', 'flying bird'})

    def test_vehicles_are_of_the_size_asked_for(self):
        g = np.random.default_rng(2)
        for make in (airplane, bike, boat, car, coach):
            for _ in range(8):
                self.is_whole(make(g))
        self.assertLess(max(vehicle(g, 'small')[0].size.max() for _ in range(20)), 6)
        self.assertIn('airplane', {vehicle(g, 'large')[0].name for _ in range(40)})

    def test_are_the_same_for_a_seed(self):
        for make in (lambda g: person(g, 'moving'), animal, lambda g: vehicle(g, 'any')):
            a, b = (make(np.random.default_rng(7))[1] for _ in range(2))
            np.testing.assert_array_equal(a.triangles, b.triangles)

    def test_a_rider_sits_on_the_saddle(self):
        g = np.random.default_rng(3)
        below = bike(g)[0]
        rider = person(g, 'riding')[0]
        self.assertTrue(0 <= below.top - PELVIS * rider.size[1] < 0.6, (below.top, rider.size))
