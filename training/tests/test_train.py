"""The commands, one after the other, on the smallest of pools."""

import io
import json
import os
import subprocess
import sys
import tempfile
import unittest
from contextlib import redirect_stderr
from unittest.mock import patch

import torch

from compact.model import load
from compact.train import arguments, finite_means
from test_pool import scene, write_shard

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def command(*words):
    environment = os.environ | {'OMP_NUM_THREADS': '1'}
    subprocess.run([sys.executable, '-W', 'ignore', '-m', *words], cwd=FOLDER, env=environment, check=True)


class Commands(unittest.TestCase):
    def test_a_run_is_trained_resumed_and_written_as_weights(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('train', 'val'):
                write_shard(folder, 0, [scene()] * 3, name)
            run, weights = os.path.join(folder, 'run'), os.path.join(folder, 'weights.pt')
            train = ['compact.train', '--run', run, '--pool', folder, '--images', '2', '--sides', '64:1']
            train += ['--device', 'cpu', '--validate', '1']
            command(*train, '--minutes', '0.05', '--processes', '2')
            first = torch.load(os.path.join(run, 'last.pt'))
            self.assertGreater(first['step'], 0)
            self.assertEqual(first['seen'], 4 * first['step'])
            command(*train, '--minutes', '0.1', '--processes', '1', '--resume')
            self.assertGreater(torch.load(os.path.join(run, 'last.pt'))['step'], first['step'])
            with open(os.path.join(run, 'log.jsonl')) as log:
                checks = [line['validation'] for line in map(json.loads, log) if 'validation' in line]
            self.assertEqual(len(checks), 2)
            self.assertTrue(all(0 <= iou <= 1 for check in checks for iou in check.values()))
            command('compact.mean', os.path.join(run, 'last.pt'), '--pool', folder, '--side', '64', '--out', weights)
            before = load(weights).state_dict()

            alone, after = os.path.join(folder, 'alone'), os.path.join(folder, 'after.pt')
            words = ['--run', alone, '--init', weights, '--decoder', '--prompts', '8', '--processes', '1']
            command(*train, *words, '--minutes', '0.1')
            command('compact.mean', os.path.join(alone, 'last.pt'), '--out', after)
            changed = {name for name, x in load(after).state_dict().items() if not x.equal(before[name])}
            self.assertIn('decoder.around.weight', changed)
            self.assertEqual([name for name in changed if not name.startswith('decoder.')], [])
            self.assertNotIn('decoder.similarity.weight', changed)

    def test_the_decoder_alone_needs_prompts_that_can_be_quartered(self):
        words = ['--run', 'none', '--pool', 'none', '--minutes', '1', '--decoder', '--prompts', '6']
        error = io.StringIO()
        with patch.object(sys, 'argv', ['train', *words]), redirect_stderr(error), self.assertRaises(SystemExit):
            arguments()
        self.assertIn('--prompts to be a multiple of 4, got 6', error.getvalue())


class Figures(unittest.TestCase):
    def test_means_leave_out_what_is_not_finite(self):
        some = [torch.tensor(x) for x in (1.0, float('nan'), 2.0)]
        self.assertEqual(finite_means(dict(iou=some, none=some[1:2])), {'iou': 1.5})


if __name__ == '__main__':
    unittest.main()
