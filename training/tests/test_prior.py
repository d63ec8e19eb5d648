"""python -m unittest discover -s tests, from this folder."""

import unittest

import torch

from compact.model import Compact
from compact.prior import BOX_HEIGHT, CENTRAL, CLICK_HEIGHT, OUTSIDE_BOX, USUAL, central_prior, location_prior
from compact.prompt_maps import BACKGROUND, BOTTOM_RIGHT, FOREGROUND, PADDING, TOP_LEFT, PromptMaps

SIDE, CELLS = 256, 128  # of the frame, in pixels; of the prior, each two pixels wide


def prior(points, labels, given=0.0):
    prompts = PromptMaps(torch.tensor([points], dtype=torch.float32), torch.tensor([labels]).float(), SIDE // 8)
    return location_prior(prompts, torch.tensor([given]), CELLS)[0, 0]


def box(x0, y0, x1, y1):
    """From edge to edge; the decoder counts from centres of pixels."""
    return [[x0 - 0.5, y0 - 0.5], [x1 - 0.5, y1 - 0.5]], [TOP_LEFT, BOTTOM_RIGHT]


def central(masks, points, labels, given=0.0):
    """What is added to the predicted IoU of masks [M, S, S], of covered shares of cells, after one prompt: [M]."""
    prompts = PromptMaps(torch.tensor([points], dtype=torch.float32), torch.tensor([labels]).float(), SIDE // 8)
    return central_prior(prompts, torch.tensor([given]), masks.flatten(1)[None])[0]


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

    def test_prefers_the_mask_in_whose_middle_the_click_is(self):
        masks = torch.zeros(4, SIDE // 8, SIDE // 8)
        masks[0, 4:13, 6:15] = 1  # around cell 8, 10
        masks[1, 4:13, 6:25] = 1  # goes on to the right
        masks[2, 4:29, 6:31] = 1  # the click is in its corner
        masks[3, 20:29, 6:15] = 1  # and outside of this
        added = central(masks, [[10.5 * 8 - 0.5, 8.5 * 8 - 0.5]], [FOREGROUND])
        self.assertAlmostEqual(float(added[0]), CENTRAL * (1 - USUAL), places=3)
        self.assertAlmostEqual(float(added[1]), CENTRAL * (1 - USUAL), places=1)
        self.assertTrue(added[1] > added[2] + 0.1 > added[3] + 0.1)
        self.assertAlmostEqual(float(added[3]), -CENTRAL * USUAL, places=3)

    def test_of_predicted_iou_is_nothing_but_for_one_click(self):
        masks = torch.rand(3, SIDE // 8, SIDE // 8)
        points, labels = box(40, 80, 120, 200)
        self.assertGreater(float(central(masks, [[9, 9]], [FOREGROUND]).abs().min()), 0)
        for prompt in (
            ([[9, 9], [80, 80]], [FOREGROUND, FOREGROUND]),
            ([[9, 9]], [BACKGROUND]),
            ([[9, 9], [80, 80]], [FOREGROUND, BACKGROUND]),
            (points, labels),
            ([*points, [80, 80]], [*labels, FOREGROUND]),
            ([[0, 0]], [PADDING]),
            ([[9, 9]], [FOREGROUND], 1.0),
        ):
            self.assertEqual(float(central(masks, *prompt).abs().max()), 0, prompt)

    def test_of_empty_and_of_full_masks_is_finite(self):
        masks = torch.stack([torch.zeros(SIDE // 8, SIDE // 8), torch.ones(SIDE // 8, SIDE // 8)])
        for at in ([0, 0], [127.5, 127.5], [255, 255]):
            added = central(masks, [at], [FOREGROUND])
            self.assertTrue(bool(((added >= -CENTRAL * USUAL - 1e-6) & (added <= CENTRAL * (1 - USUAL) + 1e-6)).all()))

    def test_is_added_where_people_ask_and_not_in_training(self):
        torch.manual_seed(0)
        model = Compact().eval()
        points, labels = box(40, 80, 120, 200)
        with torch.no_grad():
            encoded = model.encode(torch.rand(1, 3, SIDE, SIDE) * 255)
            none = torch.zeros(2, 1, CELLS, CELLS), torch.zeros(2)
            both = torch.tensor([points, [[99.5, 99.5], [0, 0]]])
            labels = torch.tensor([labels, [FOREGROUND, PADDING]]).float()
            masks, quality = model.decoder(*encoded, both, labels, *none)
            model.train()
            trained, untouched = model.decoder(*encoded, both, labels, *none)
        added = (masks - trained)[0, 0]
        self.assertAlmostEqual(float(added[70, 40]), BOX_HEIGHT, places=1)
        self.assertAlmostEqual(float(added[10, 10]), -OUTSIDE_BOX, places=2)
        self.assertTrue(quality[0].equal(untouched[0]))
        self.assertGreater(float((quality - untouched)[1].abs().min()), 1e-3)


if __name__ == '__main__':
    unittest.main()
