"""python -m unittest discover -s tests, from this folder."""

import unittest

import torch

from compact.model import Compact
from compact.prior import BOX_HEIGHT, CLICK_HEIGHT, OUTSIDE_BOX, location_prior
from compact.prompt_maps import BACKGROUND, BOTTOM_RIGHT, FOREGROUND, PADDING, TOP_LEFT, PromptMaps

SIDE, CELLS = 256, 128  # of the frame, in pixels; of the prior, each two pixels wide


def prior(points, labels, given=0.0):
    prompts = PromptMaps(torch.tensor([points], dtype=torch.float32), torch.tensor([labels]).float(), SIDE // 8)
    return location_prior(prompts, torch.tensor([given]), CELLS)[0, 0]


def box(x0, y0, x1, y1):
    """From edge to edge; the decoder counts from centres of pixels."""
    return [[x0 - 0.5, y0 - 0.5], [x1 - 0.5, y1 - 0.5]], [TOP_LEFT, BOTTOM_RIGHT]


class Prior(unittest.TestCase):
    def test_is_highest_at_a_click_and_fades_away_from_it(self):
        around = prior([[100.5, 60.5]], [FOREGROUND])
        self.assertEqual(divmod(int(around.argmax()), CELLS), (30, 50))
        self.assertAlmostEqual(float(around.max()), CLICK_HEIGHT, places=2)
        self.assertGreater(float(around[30, 60]), float(around[30, 70]))
        self.assertLess(float(around[127, 127]), 0.01)

    def test_is_high_within_a_box_and_low_outside(self):
        around = prior(*box(40, 80, 120, 200))
        self.assertEqual(divmod(int(around.argmax()), CELLS), (69, 39))
        self.assertAlmostEqual(float(around.max()), BOX_HEIGHT, places=2)
        inside = torch.zeros(CELLS, CELLS, dtype=torch.bool)
        inside[40:100, 20:60] = True
        self.assertGreater(float(around[inside].min()), 0)
        self.assertLess(float(around[~inside].max()), BOX_HEIGHT / 2 - OUTSIDE_BOX)

    def test_does_not_fade_where_a_box_reaches_the_border(self):
        around = prior(*box(0, 80, 120, SIDE))
        self.assertEqual(float(around[84, 0]), float(around[84, 29]))
        self.assertEqual(float(around[127, 29]), float(around[84, 29]))
        self.assertLess(float(around[84, 58]), float(around[84, 29]))
        self.assertLess(float(around[41, 29]), float(around[84, 29]))

    def test_is_nothing_for_more_than_a_first_click_or_box(self):
        points, labels = box(40, 80, 120, 200)
        for case in (
            ([[9, 9], [80, 80]], [FOREGROUND, FOREGROUND]),
            ([[9, 9]], [BACKGROUND]),
            ([[9, 9], [80, 80]], [FOREGROUND, BACKGROUND]),
            ([*points, [80, 80]], [*labels, FOREGROUND]),
            ([*points, [80, 80]], [*labels, BACKGROUND]),
            ([[0, 0]], [PADDING]),
        ):
            self.assertEqual(float(prior(*case).abs().max()), 0, case)
        self.assertEqual(float(prior(points, labels, given=1.0).abs().max()), 0)
        self.assertEqual(float(prior([[9, 9]], [FOREGROUND], given=1.0).abs().max()), 0)

    def test_is_the_same_with_padding(self):
        points, labels = box(40, 80, 120, 200)
        torch.testing.assert_close(prior([*points, [0, 0]], [*labels, PADDING]), prior(points, labels))

    def test_is_added_where_people_ask_and_not_in_training(self):
        torch.manual_seed(0)
        model = Compact().eval()
        points, labels = box(40, 80, 120, 200)
        with torch.no_grad():
            encoded = model.encode(torch.rand(1, 3, SIDE, SIDE) * 255)
            ask = lambda: model.decoder(
                *encoded,
                torch.tensor([points]),
                torch.tensor([labels]).float(),
                torch.zeros(1, 1, CELLS, CELLS),
                torch.zeros(1),
            )[0]
            asked = ask()
            model.train()
            trained = ask()
        added = (asked - trained)[0, 0]
        self.assertAlmostEqual(float(added[70, 40]), BOX_HEIGHT, places=1)
        self.assertAlmostEqual(float(added[10, 10]), -OUTSIDE_BOX, places=2)


if __name__ == '__main__':
    unittest.main()
