"""Tests of scenes of solids; in the folder `training`: python -m unittest tests.test_solids."""

import contextlib
import io
import os
import tempfile
import unittest
import zipfile

import numpy as np

from compact.scenes.outdoors import Outdoors
from compact.scenes.raster import Raster, sample
from compact.scenes.rooms import make_room
from compact.scenes.solids import Solids
from compact.scenes.textures import Bank

CUBE = """mtllib cube.mtl
v 0 0 0
v 2 0 0
v 2 0 2
v 0 0 2
v 0 2 0
v 2 2 0
v 2 2 2
v 0 2 2
vt 0 0
usemtl red
f 1/1 2/1 3/1 4/1
f 5 6 7 8
f 1 2 6 5
usemtl blue
f 2 3 7 6
f 3 4 8 7
f -5 -8 -4 -1
"""
MTL = 'newmtl red\nKd 1 0 0\nnewmtl blue\nKd 0 0 1\nd 1\n'
PROPERTIES = """# of a test
name#1=Male box
category#1=Characters
model#1=/box/a%20cube.obj
width#1=60
depth#1=40
height#1=180
name#2=Desk
category#2=Office
model#2=/box/a%20cube.obj
width#2=120
depth#2=60
height#2=75
dropOnTopElevation#2=75
name#3=Broken car
category#3=Vehicles
model#3=/box/none.obj
width#3=100
depth#3=100
height#3=100
name#4=Nothing
model#4=/box/none.obj
name#5=Tall
category#5=Bedroom
model#5=/box/a%20cube.obj
modelRotation#5=1 0 0 0 0 1 0 -1 0
width#5=60
depth#5=40
height#5=180
"""


def quad(x0, y0, x1, y1, z):
    """Two triangles across the line of sight."""
    corners = np.array([[x0, y0, z], [x1, y0, z], [x1, y1, z], [x0, y1, z]], np.float32)
    return corners[[[0, 1, 2], [0, 2, 3]]]


class Catalogue(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        with zipfile.ZipFile(os.path.join(folder.name, 'a.sh3f'), 'w') as file:
            file.writestr('PluginFurnitureCatalog.properties', PROPERTIES.encode('latin-1'))
            file.writestr('box/a cube.obj', CUBE)
            file.writestr('box/cube.mtl', MTL)
        cls.errors = io.StringIO()
        with contextlib.redirect_stderr(cls.errors):
            cls.solids = Solids(folder.name)
            cls.by_name = {solid.name: solid for solid in cls.solids.all}
            cls.meshes = {name: cls.solids.mesh(solid) for name, solid in cls.by_name.items()}
        cls.bank = Bank(0, textures=4, side=64)

    def test_sizes_and_materials(self):
        for name, size in (('Male box', (0.6, 1.8, 0.4)), ('Desk', (1.2, 0.75, 0.6)), ('Tall', (0.6, 1.8, 0.4))):
            mesh = self.meshes[name]
            self.assertEqual(mesh.triangles.shape, (12, 3, 3))
            np.testing.assert_allclose(np.ptp(mesh.triangles, axis=(0, 1)), size, rtol=1e-5)
            np.testing.assert_allclose(mesh.triangles.min((0, 1)), [-size[0] / 2, 0, -size[2] / 2], atol=1e-6)
            self.assertEqual(np.bincount(mesh.materials).tolist(), [6, 6])
            self.assertEqual([look.colour.tolist() for look in mesh.looks], [[0, 0, 1], [1, 0, 0]])
        self.assertEqual(self.by_name['Desk'].top, 0.75)
        self.assertIn(self.by_name['Desk'], self.solids.kinds['table'])

    def test_a_rotated_model(self):
        # What was the bottom, y = 0, is an upright side.
        mesh = self.meshes['Tall']
        bottom = mesh.triangles[:2]
        self.assertLess(np.ptp(bottom[..., 2]), 1e-6)
        self.assertAlmostEqual(float(np.ptp(bottom[..., 1])), 1.8, places=5)

    def test_what_cannot_be_read_is_left_out(self):
        self.assertIsNone(self.meshes['Broken car'])
        self.assertNotIn('Nothing', self.by_name)
        self.assertEqual(self.errors.getvalue().count('left out'), 2)

    def test_scenes(self):
        one, other = (np.random.default_rng(4) for _ in range(2))
        shown = 0
        for _ in range(12):
            scene = make_room(one, self.bank, self.solids, 64)
            image, parts, (h, w), members, chain = scene
            self.assertEqual((image.shape, parts.shape, members.shape[1]), ((64, 64, 3), (64, 64), 256))
            self.assertFalse(parts[h:].any() or parts[:, w:].any() or image[h:].any() or image[:, w:].any())
            self.assertLessEqual(parts.max(), 235)
            pixels = np.bincount(parts.ravel(), minlength=256)
            self.assertTrue((members @ pixels > 0).all())
            for k, (*nested, _) in enumerate(chain.tolist()):
                self.assertEqual(nested[0], k)
                self.assertTrue(all((members[k] <= members[outer]).all() for outer in nested[1:] if outer >= 0))
            shown += len(members)
            for a, b in zip(scene, make_room(other, self.bank, self.solids, 64)):
                np.testing.assert_array_equal(a, b)
        self.assertGreater(shown, 24)

    def test_a_rider_and_what_is_ridden_are_a_group(self):
        outdoors = Outdoors(np.random.default_rng(1), self.bank, self.solids, 64)
        both = outdoors.ride(0, 0, 0.5)
        self.assertIsNone(outdoors.ride(0.1, 0, 0))
        outdoors.stage.aim([0, 1, 5], [0, 0.8, 0], 50)
        _, parts, objects, _ = outdoors.stage.render()
        self.assertEqual(len(objects), 2)
        (bike, group), (rider, same) = objects
        self.assertEqual(sorted(bike.parts + rider.parts), sorted(group))
        self.assertEqual(sorted(group), sorted(same))
        top = lambda painted: np.flatnonzero(np.isin(parts, painted.parts).any(1))[0]
        self.assertLess(top(rider), top(bike))
        self.assertGreater(both.size[1], 1)


class Rasters(unittest.TestCase):
    def test_the_near_one_hides_the_far_one(self):
        far, near = quad(-1, -1, 1, 1, 4), quad(-0.5, -0.5, 0.5, 0.5, 2)
        for order in ((far, near), (near, far)):
            raster = Raster(80, 100, 60)
            for triangles in order:
                raster.draw(triangles)
            areas = [len(pixels) for pixels, _, _ in raster.seen()]
            # Both are 30 pixels across.
            self.assertEqual(areas, [0, 900] if order[0] is far else [900, 0])

    def test_area_and_barycentric_coordinates(self):
        raster = Raster(80, 100, 60)
        triangles = quad(-0.7, -0.4, 0.7, 0.4, 2)
        raster.draw(triangles)
        ((pixels, of, barycentric),) = raster.seen()
        self.assertEqual(len(pixels), 42 * 24)
        points = np.einsum('nk,nkc->nc', barycentric, triangles[of])
        np.testing.assert_allclose(points[:, 0] / 2 * 60 + 50, pixels % 100 + 0.5, atol=1e-3)
        np.testing.assert_allclose(points[:, 1] / 2 * 60 + 40, pixels // 100 + 0.5, atol=1e-3)

    def test_ground_that_reaches_behind_the_camera(self):
        corners = np.array([[-9, 1, -9], [9, 1, -9], [9, 1, 999], [-9, 1, 999]], np.float32)
        raster = Raster(80, 100, 60)
        raster.draw(corners[[[0, 1, 2], [0, 2, 3]]])
        image = (raster.nearest >= 0).reshape(80, 100)
        self.assertFalse(image[:40].any())
        self.assertTrue(image[50:].all())

    def test_textures_are_the_right_way_up(self):
        texture = np.zeros((16, 16, 3), np.uint8)
        texture[:8] = 255
        shown = sample(texture, np.array([[0.5, 0.75], [0.5, 0.25], [3.5, -0.25]], np.float32))
        np.testing.assert_array_equal(shown[:, 0], [1, 0, 1])


if __name__ == '__main__':
    unittest.main()
