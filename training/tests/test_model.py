"""python -m unittest discover -s tests, from this folder. Small on purpose: untrained weights, frames of 64 pixels."""

import tempfile
import unittest

import numpy as np
import torch

from compact.export import compare, export, prompt_sets
from compact.losses import compare as compare_masks
from compact.model import Compact
from compact.prompt_maps import BACKGROUND, FOREGROUND, PADDING
from compact.prompts import click_in, noised_boxes, rough_masks
from compact.step import train_step

SIDE = 64


def model():
    torch.manual_seed(0)
    return Compact().eval()


class Model(unittest.TestCase):
    def setUp(self):
        self.model = model()
        with torch.no_grad():
            self.features = self.model.encode(torch.rand(1, 3, SIDE, SIDE) * 255)

    def ask(self, points, labels):
        mask, has_mask = torch.zeros(len(points), 1, SIDE // 2, SIDE // 2), torch.zeros(len(points))
        with torch.no_grad():
            return self.model.decoder(*self.features, points, labels, mask, has_mask)

    def test_answers_four_masks_at_half_the_frame_and_their_quality(self):
        masks, quality = self.ask(torch.tensor([[[10.0, 20.0]]]), torch.tensor([[float(FOREGROUND)]]))
        self.assertEqual(tuple(masks.shape), (1, 4, SIDE // 2, SIDE // 2))
        self.assertEqual(tuple(quality.shape), (1, 4))

    def test_padding_changes_nothing(self):
        points, labels = torch.rand(1, 2, 2) * SIDE, torch.tensor([[float(FOREGROUND), float(BACKGROUND)]])
        more = torch.cat([points, torch.rand(1, 5, 2) * SIDE], 1)
        padded = torch.cat([labels, torch.full((1, 5), float(PADDING))], 1)
        for a, b in zip(self.ask(points, labels), self.ask(more, padded)):
            torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)

    def test_a_foreground_click_is_not_a_background_click(self):
        points = torch.tensor([[[10.0, 20.0]]])
        there = self.ask(points, torch.tensor([[float(FOREGROUND)]]))[0]
        absent = self.ask(points, torch.tensor([[float(BACKGROUND)]]))[0]
        self.assertGreater((there - absent).abs().max().item(), 1e-3)

    def test_new_blocks_change_nothing(self):
        smaller = Compact()
        for stage in smaller.encoder.stages:
            del stage[1:]
        x = torch.rand(1, 3, SIDE, SIDE) * 255
        weights = {k: v for k, v in self.model.state_dict().items() if k in smaller.state_dict()}
        smaller.load_state_dict(weights)
        with torch.no_grad():
            for a, b in zip(smaller.eval().encoder(x), self.model.encoder(x)):
                torch.testing.assert_close(a, b)

    def test_graphs_answer_as_the_model(self):
        with tempfile.TemporaryDirectory() as folder:
            paths = export(self.model, SIDE, folder)
            for name, difference in compare(self.model, paths, SIDE).items():
                self.assertLess(difference, 1e-2, name)

    def test_prompt_sets_are_of_every_kind(self):
        _, labels, _, has_mask = prompt_sets(SIDE)
        self.assertEqual(set(labels.unique().int().tolist()), {-1, 0, 1, 2, 3})
        self.assertEqual(set(has_mask.tolist()), {0, 1})


class Training(unittest.TestCase):
    def batch(self, images=2, prompts=2):
        g = np.random.default_rng(0)
        half, square = SIDE // 2, np.zeros((images * prompts, 3, SIDE // 2, SIDE // 2), np.uint8)
        square[:, 0, 8:20, 6:24] = 255
        return [
            torch.from_numpy(x)
            for x in (
                g.integers(0, 255, (images, SIDE, SIDE, 3), dtype=np.uint8),
                square,
                np.repeat(np.array([[1, 0, 0]], np.float32), images * prompts, 0),
                np.zeros((images, SIDE // 4, SIDE // 4), np.uint8),
                np.ones((images, 2, half // 4, half // 4), np.uint8),
            )
        ]

    def test_steps_lower_the_loss_of_one_batch(self):
        for product_type in (torch.bfloat16, torch.float32):
            torch.manual_seed(1)
            net, batch = model().train(), self.batch()
            optimizer = torch.optim.AdamW(net.parameters(), 2e-3)
            losses = []
            for _ in range(12):
                optimizer.zero_grad()
                losses.append(float(train_step(net, batch, torch.device('cpu'), product_type)['loss0']))
                optimizer.step()
            self.assertLess(np.mean(losses[-3:]), 0.8 * np.mean(losses[:3]))

    def test_a_frozen_encoder_is_no_part_of_a_step(self):
        torch.manual_seed(1)
        net, image = model(), torch.rand(1, 3, SIDE, SIDE) * 255
        before = [x.clone() for x in net.encode(image)]
        net.freeze_encoding()
        figures = train_step(net, self.batch(), torch.device('cpu'), torch.float32, only_boxes=True)
        self.assertEqual({name for name in figures if name.startswith('loss')}, {'loss0'})
        self.assertEqual([name for name, p in net.encoder.named_parameters() if p.grad is not None], [])
        self.assertGreater(float(net.decoder.around.weight.grad.abs().max()), 0)
        torch.optim.AdamW([p for p in net.parameters() if p.requires_grad], 1e-2).step()
        for a, b in zip(net.encode(image), before):
            self.assertTrue(a.equal(b))

    def test_loss_of_a_perfect_mask_is_least(self):
        truth = torch.zeros(1, 1, 64)
        truth[..., :20] = 1
        right, wrong = 20 * (2 * truth - 1), 20 * (1 - 2 * truth)
        loss, iou = compare_masks(torch.cat([right, wrong], 1), truth)
        self.assertLess(loss[0, 0, 0].item(), 0.01)
        self.assertGreater(loss[0, 1, 0].item(), 10)
        self.assertEqual(iou[0, :, 0].tolist(), [1, 0])

    def test_clicks_lie_in_their_region(self):
        region = torch.zeros(3, 32, 32)
        region[:, 5:9, 10:12] = 1
        at = click_in(region, torch.tensor([True, False, True]))
        self.assertTrue(((at[:, 0] >= 20) & (at[:, 0] < 24) & (at[:, 1] >= 10) & (at[:, 1] < 18)).all())

    def test_boxes_hold_their_mask_but_for_the_noise(self):
        truth = torch.zeros(50, 32, 32)
        truth[:, 4:20, 8:16] = 1
        box = noised_boxes(truth)
        self.assertTrue(((box - torch.tensor([15.5, 7.5, 31.5, 39.5])).abs() < 8).all())

    def test_rough_masks_are_like_the_mask(self):
        truth = torch.zeros(8, 64, 64)
        truth[:, 16:48, 16:40] = 1
        rough = (rough_masks(truth)[:, 0] > 0).float()
        both, either = (rough * truth).sum((1, 2)), ((rough + truth) > 0).float().sum((1, 2))
        self.assertTrue((both / either > 0.5).all())


if __name__ == '__main__':
    unittest.main()
