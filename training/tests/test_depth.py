"""python -m unittest discover -s tests, from this folder."""

import unittest

import cv2
import numpy as np
import torch

from compact.depth import around, kernels, response, responses, squared_depth

SIDE = 52


def distances(mask):
    """To the nearest cell outside a mask, or beyond the frame, from centre to centre, as validation has them."""
    return cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)[1:-1, 1:-1]


def ring_with_a_hole():
    y, x = np.mgrid[:SIDE, :SIDE] + 0.5
    return (np.hypot(x - 30, y - 22) < 16) & (np.hypot(x - 36, y - 26) > 5)


class Depth(unittest.TestCase):
    def test_is_about_the_distance_to_what_is_outside(self):
        square = np.zeros((SIDE, SIDE), bool)
        square[:, 31:50] = True
        for mask in (ring_with_a_hole(), square):
            deep = squared_depth(responses(around(1 - torch.from_numpy(mask).float()))).sqrt().numpy()
            # Where what is outside is near on several sides, its response is larger, and the depth less.
            self.assertLess(np.abs(deep - distances(mask))[mask].max(), 0.7)
            self.assertLess(deep[~mask].max(), 0.5)

    def test_is_known_of_one_place_as_of_every_cell(self):
        outside = around(1 - torch.from_numpy(ring_with_a_hole()).float())
        row, column = (kernels(torch.tensor([[at + 0.5]]), SIDE) for at in (22, 24))
        torch.testing.assert_close(response(row, outside, column)[0], responses(outside)[22, 24])

    def test_beyond_its_reach_it_is_still_the_deepest_and_finite(self):
        deep = squared_depth(responses(around(torch.zeros(SIDE, SIDE)))).sqrt()
        self.assertEqual(float(deep[26, 26]), float(deep.max()))
        self.assertAlmostEqual(float(deep.max()), 12.6, places=1)


if __name__ == '__main__':
    unittest.main()
