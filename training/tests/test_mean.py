import tempfile
import unittest

import torch

from compact.mean import count_anew, halved, mean_of
from compact.model import Compact
from compact.pool import Pool

from test_pool import SIDE, scene, write_shard


class Mean(unittest.TestCase):
    def test_the_mean_of_weights(self):
        states = [dict(weight=torch.full((2, 3), value), batches=torch.tensor(n)) for value, n in ((1.0, 5), (2.0, 7))]
        mean = mean_of(states)
        self.assertEqual(mean['weight'].tolist(), [[1.5] * 3] * 2)
        self.assertEqual(mean['batches'].item(), 7)

    def test_vectors_keep_what_is_beyond_float16(self):
        half = halved(dict(variance=torch.tensor([3e5]), weight=torch.rand(2, 3), batches=torch.tensor(7)))
        self.assertEqual(half['variance'].item(), 3e5)
        self.assertEqual((half['weight'].dtype, half['batches'].dtype), (torch.float16, torch.int64))


class Statistics(unittest.TestCase):
    def test_are_those_of_the_scenes(self):
        with tempfile.TemporaryDirectory() as folder:
            write_shard(folder, 0, [scene()] * 3)
            pool = Pool(folder, 'train')
            models = [Compact(), Compact()]
            models[1].load_state_dict(models[0].state_dict())
            for norm in models[1].modules():
                if isinstance(norm, torch.nn.BatchNorm2d):
                    norm.running_mean.fill_(7)
            for model in models:
                count_anew(model, pool, SIDE, 2)
        for a, b in zip(models[0].buffers(), models[1].buffers()):
            torch.testing.assert_close(a, b)
        self.assertEqual(models[0].encoder.stem[1].momentum, 0.1)


if __name__ == '__main__':
    unittest.main()
