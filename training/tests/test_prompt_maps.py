"""python -m unittest discover -s tests, from this folder."""

import unittest

import torch

from compact.prompt_maps import BACKGROUND, BOTTOM_RIGHT, FOREGROUND, PADDING, SIDES, TOP_LEFT, PromptMaps

SIDE = 16  # cells, of 8 pixels each


def maps_of(points, labels):
    return PromptMaps(torch.tensor([points], dtype=torch.float32), torch.tensor([labels], dtype=torch.float32), SIDE)


def cells(first, last):
    """The box of cells from `first` to before `last`, x first."""
    corners = [[8 * first[0] - 0.5, 8 * first[1] - 0.5], [8 * last[0] - 0.5, 8 * last[1] - 0.5]]
    return corners, [TOP_LEFT, BOTTOM_RIGHT]


class Maps(unittest.TestCase):
    def test_a_click_is_nearest_where_it_is_and_of_its_own_kind(self):
        for label, its, other in ((FOREGROUND, 0, 1), (BACKGROUND, 1, 0)):
            near, inside, column, row, has_box = maps_of([[83.5, 27.5]], [label]).maps()
            near = near.view(3, 2, SIDE, SIDE)
            for scale in near:
                self.assertEqual(divmod(int(scale[its].argmax()), SIDE), (3, 10))
                self.assertEqual(float(scale[other].abs().max()), 0)
            self.assertLess(float(near[0].sum()), float(near[2].sum()))
            self.assertEqual(float(sum(x.abs().sum() for x in (inside, column, row, has_box))), 0)

    def test_a_box_is_told_from_its_surroundings_and_has_coordinates(self):
        near, *box = maps_of(*cells((4, 2), (12, 6))).maps()
        inside, column, row, has_box = (x.view(SIDE, SIDE) for x in box)
        self.assertEqual(float(near.abs().max()), 0)
        within = torch.zeros(SIDE, SIDE, dtype=torch.bool)
        within[2:6, 4:12] = True
        self.assertGreater(float(inside[within].min()), float(inside[~within].max()))
        torch.testing.assert_close(column[0, 4:12], torch.arange(-7, 8, 2) / 8)
        torch.testing.assert_close(row[2:6, 0], torch.arange(-3, 4, 2) / 4)
        self.assertEqual(float(has_box.min()), 1)


class Places(unittest.TestCase):
    def test_a_click_is_at_its_own_place(self):
        place = maps_of([[83.5, 27.5]], [BACKGROUND]).places()[0, 0].view(SIDE, SIDE)
        self.assertEqual(divmod(int(place.argmax()), SIDE), (3, 10))
        self.assertAlmostEqual(float(place.sum()), 1, places=4)
        self.assertGreater(float(place[2:5, 9:12].sum()), 0.9)

    def test_corners_hold_what_is_in_the_box_and_the_sides_what_is_beside_it(self):
        places = maps_of(*cells((4, 4), (12, 10))).places().view(2 + SIDES, SIDE, SIDE)
        self.assertGreater(float(places[0, 4:10, 4:12].sum()), 0.75)
        torch.testing.assert_close(places[0], places[1])
        # A cell wide, being more than REACH of the box; left and right with the corners.
        for place, (rows, columns) in zip(places[2:], (
            (slice(3, 11), slice(3, 4)), (slice(3, 11), slice(12, 13)),
            (slice(3, 4), slice(4, 12)), (slice(10, 11), slice(4, 12)),
        )):
            self.assertAlmostEqual(float(place.sum()), 1, delta=0.03)
            self.assertAlmostEqual(float(place[rows, columns].sum()), float(place.sum()), places=4)

    def test_there_is_nothing_beside_a_box_at_the_border_nor_without_one(self):
        left, right, above, below = maps_of(*cells((0, 4), (SIDE, 10))).places()[0, 2:].sum(-1).tolist()
        self.assertEqual((left, right), (0, 0))
        self.assertGreater(min(above, below), 0.9)
        self.assertEqual(float(maps_of([[30, 30]], [FOREGROUND]).places()[0, 1:].abs().max()), 0)

    def test_padding_is_nowhere_and_moves_nothing(self):
        points, labels = cells((4, 2), (12, 6))
        alone, padded = maps_of(points, labels), maps_of([*points, [99, 99]], [*labels, PADDING])
        self.assertEqual(float(padded.places()[0, 2].abs().max()), 0)
        torch.testing.assert_close(padded.places()[:, [0, 1, 3, 4, 5, 6]], alone.places())
        for a, b in zip(padded.maps(), alone.maps()):
            torch.testing.assert_close(a, b)


if __name__ == '__main__':
    unittest.main()
