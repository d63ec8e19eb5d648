"""The commands, one after the other, on the smallest of pools."""

import io
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from contextlib import redirect_stderr
from unittest.mock import patch

import torch

from compact.model import load
from compact.train import arguments, finite_means
from test_pool import scene, write_shard

FOLDER = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OPTIONS = dict(cwd=FOLDER, env=os.environ | {'OMP_NUM_THREADS': '1'})


def words_of(*words):
    return [sys.executable, '-W', 'ignore', '-m', *words]


def command(*words):
    subprocess.run(words_of(*words), check=True, **OPTIONS)


def await_that(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError(f'not within {seconds} seconds')
        time.sleep(0.05)


def descendants(pid):
    with open(f'/proc/{pid}/task/{pid}/children') as file:
        children = file.read().split()
    return children + [each for child in children for each in descendants(child)]


def lives(pid):
    try:
        with open(f'/proc/{pid}/stat') as file:
            return file.read().rpartition(')')[2].split()[0] != 'Z'
    except FileNotFoundError:
        return False


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

    @unittest.skipUnless(os.path.exists('/proc/self/task'), 'reads processes from /proc')
    def test_a_run_in_the_background_dies_with_the_process_that_began_it(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ('train', 'val'):
                write_shard(folder, 0, [scene()] * 3, name)
            words = words_of('compact.train', '--run', folder, '--pool', folder, '--images', '2', '--sides', '64:1')
            words += ['--device', 'cpu', '--validate', '', '--minutes', '10']
            # As a shell does with `&`.
            in_background = lambda: signal.signal(signal.SIGINT, signal.SIG_IGN)
            first = subprocess.Popen(words, preexec_fn=in_background, **OPTIONS)
            self.addCleanup(first.kill)
            await_that(lambda: os.path.exists(os.path.join(folder, 'log.jsonl')))
            started = descendants(first.pid)
            self.addCleanup(lambda: [os.kill(int(pid), signal.SIGKILL) for pid in started if lives(pid)])
            self.assertGreaterEqual(len(started), 2)
            first.kill()
            first.wait()
            await_that(lambda: not any(map(lives, started)))

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
