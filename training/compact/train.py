"""
Trains the model on a pool of scenes: python -m compact.train --help.

On a CPU, `--processes` of one thread each average their gradients (faster than one process with as many threads), with
batches from `--loaders`; on a GPU, one process, which holds the scenes in the GPU's memory. Writes to the run's folder:
log.jsonl, and last.pt, from which `--resume` goes on.
"""

import argparse
import copy
import itertools
import json
import math
import os
import signal
import time

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from .model import Compact, averaged_weights
from .pool import Pool, draw_batch
from .resident import ResidentPool
from .step import faster_type, train_step
from .validate import load_validation, validate

EMA_DECAY = 0.998
SAVE_EVERY, LOG_EVERY = 120, 60  # seconds
REFRESH_EVERY = {'cpu': 400, 'cuda': 15}  # batches until a loader looks for new shards, or a GPU for one
BOXES_OF = 3  # where the decoder is trained alone: all batches but every third ask with boxes only
FEWER = 4  # and in the third, with its corrections, so many times fewer targets are asked for
STEPS_OF_INIT = 2000  # that weights to start from count for in the average: it does not forget them at once


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--run', required=True, help='folder of this run')
    p.add_argument('--pool', required=True, help='folder of the pools that `python -m compact.scenes.generate` wrote')
    p.add_argument('--minutes', type=float, required=True, help='length of the run; the learning rate falls with it')
    p.add_argument('--init', help='last.pt of another run, or weights.pt, to start from its averaged weights')
    p.add_argument('--resume', action='store_true', help='go on from last.pt')
    p.add_argument(
        '--decoder', action='store_true', help='train the decoder alone: the encoder stays, most batches are boxes'
    )
    p.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    p.add_argument('--processes', type=int, default=2, help='on a CPU')
    p.add_argument('--loaders', type=int, default=1, help='on a CPU: processes that make batches, for each that trains')
    p.add_argument('--images', type=int, default=12, help='per batch and process')
    p.add_argument('--prompts', type=int, default=4, help='targets per image')
    p.add_argument('--rate', type=float, default=1.5e-3, help='highest learning rate')
    p.add_argument('--warmup', type=int, default=200, help='steps')
    p.add_argument('--sides', default='192:0.45,256:0.8,320:1', help='side of the frame until which part of the run')
    p.add_argument('--validate', default='0.02,0.15,0.3,0.45,0.6,0.75,0.9,1', help='parts of the run')
    p.add_argument('--seed', type=int, default=0)
    args = p.parse_args()
    if args.decoder and args.prompts % FEWER:
        p.error(f'--decoder needs --prompts to be a multiple of {FEWER}, got {args.prompts}')
    return args


def side_at(sides, progress):
    return next(side for side, until in sides if progress <= until)


def load_batches(args, seed, side, queue):
    torch.set_num_threads(1)
    g = np.random.default_rng(seed)
    pool = Pool(args.pool, 'train')
    made = 0
    while True:
        made += 1
        if made % REFRESH_EVERY['cpu'] == 0:
            pool.refresh()
        queue.put(draw_batch(g, pool, args.images, args.prompts, side.value))


class Average:
    """The exponential average of a model's weights and statistics."""

    def __init__(self, model, state=None):
        self.model = copy.deepcopy(model).requires_grad_(False)
        if state:
            self.model.load_state_dict(state)
        tensors = lambda of: [x for x in of.state_dict().values() if x.dtype.is_floating_point]
        self.means, self.values = tensors(self.model), tensors(model)

    @torch.no_grad()
    def update(self, step):
        decay = min(EMA_DECAY, (1 + step) / (20 + step))
        torch._foreach_lerp_(self.means, self.values, 1 - decay)


def average_gradients(parameters, extra):
    """Over all processes, in one message; returns the sum of the number `extra` over them."""
    grads = [p.grad for p in parameters]
    flat = torch.cat([g.reshape(-1) for g in grads] + [torch.tensor([extra])])
    dist.all_reduce(flat)
    flat, total = flat[:-1] / dist.get_world_size(), float(flat[-1])
    for grad, part in zip(grads, flat.split([g.numel() for g in grads])):
        grad.copy_(part.view_as(grad))
    return total


class Run:
    """One process of a run. The first one keeps the log and the checkpoint, and its clock is everybody's."""

    def __init__(self, args, rank, world):
        self.args, self.rank, self.world = args, rank, world
        self.device = torch.device(args.device)
        self.product_type = faster_type(self.device)
        self.path = os.path.join(args.run, 'last.pt')
        self.model = Compact().to(self.device, memory_format=torch.channels_last)
        saved = torch.load(self.path, map_location=self.device) if args.resume else None
        if saved:
            self.model.load_state_dict(saved['model'])
        elif args.init:
            self.model.load_state_dict(averaged_weights(args.init, self.device))
        self.average = Average(self.model, saved and saved['average'])
        if args.decoder:
            self.model.freeze_encoding()
        learning = [p for p in self.model.parameters() if p.requires_grad]
        matrices, others = [p for p in learning if p.ndim > 1], [p for p in learning if p.ndim <= 1]
        groups = [dict(params=matrices, weight_decay=0.03), dict(params=others, weight_decay=0.0)]
        on_gpu = self.device.type == 'cuda'
        self.optimizer = torch.optim.AdamW(groups, lr=args.rate, betas=(0.9, 0.99), fused=on_gpu)
        if on_gpu:
            torch.set_float32_matmul_precision('high')
        if saved:
            self.optimizer.load_state_dict(saved['optimizer'])
        self.step, self.seen, self.seconds = (saved[k] for k in ('step', 'seen', 'seconds')) if saved else (0, 0, 0.0)
        self.sides = [(int(s), float(until)) for s, until in (part.split(':') for part in args.sides.split(','))]
        self.marks = [m for m in (float(x) for x in args.validate.split(',') if x) if m > self.progress]
        self.side = mp.Value('i', side_at(self.sides, min(1, self.progress)))

    @property
    def progress(self):
        """Of the run, 0 to 1."""
        return self.seconds / 60 / self.args.minutes

    def batches(self):
        """Endless: tensors as pool.draw_batch has them."""
        args = self.args
        if self.device.type == 'cpu':
            queue = self._start_loaders()
            while True:
                yield [torch.from_numpy(x) for x in queue.get()]
        pool = ResidentPool(args.pool, 'train', self.device)
        g = np.random.default_rng([args.seed, self.step])
        for made in itertools.count(1):
            yield pool.draw_batch(g, args.images, args.prompts, self.side.value)
            if made % REFRESH_EVERY['cuda'] == 0:
                pool.refresh()

    def _start_loaders(self):
        queue = mp.Queue(3 * self.args.loaders)
        for i in range(self.args.loaders):
            seed = [self.args.seed, self.rank, i, self.step]
            mp.Process(target=load_batches, args=(self.args, seed, self.side, queue), daemon=True).start()
        return queue

    def learn(self, batch, elapsed):
        """
        One step, `elapsed` seconds after the last one began; returns its figures. A batch whose gradient is not finite
        is left out.
        """
        args = self.args
        self.seconds += elapsed
        warm = min(1, (self.step + 1) / args.warmup)
        for group in self.optimizer.param_groups:
            group['lr'] = args.rate * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(1, self.progress))))
        self.optimizer.zero_grad(set_to_none=True)
        only_boxes = args.decoder and self.step % BOXES_OF < BOXES_OF - 1
        if args.decoder and not only_boxes:
            batch = batch[0], batch[1][::FEWER], batch[2][::FEWER], *batch[3:]
        figures = train_step(self.model, batch, self.device, self.product_type, only_boxes)
        if self.world > 1:
            parameters = [p for p in self.model.parameters() if p.grad is not None]
            # All have the first one's clock, so that all stop after the same step.
            self.seconds = average_gradients(parameters, self.seconds if self.rank == 0 else 0.0)
        norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 2.0)
        if torch.isfinite(norm):
            self.optimizer.step()
            self.step += 1
            self.seen += args.images * self.world
            self.average.update(self.step + (STEPS_OF_INIT if args.init else 0))
        self.side.value = side_at(self.sides, min(1, self.progress))
        return figures | dict(norm=norm)

    def save(self):
        state = dict(model=self.model.state_dict(), average=self.average.model.state_dict())
        state |= dict(optimizer=self.optimizer.state_dict(), step=self.step, seen=self.seen, seconds=self.seconds)
        torch.save(state, self.path + '.part')
        os.replace(self.path + '.part', self.path)


def finite_means(figures):
    """{name: mean} of {name: [tensor]}, without what is not finite, and without names of which nothing is left."""
    values = {name: torch.stack(each).float() for name, each in figures.items()}
    finite = {name: each[each.isfinite()] for name, each in values.items()}
    return {name: round(float(each.mean()), 4) for name, each in finite.items() if len(each)}


class Log:
    """Lines of JSON in log.jsonl and on the terminal: means of the figures since the last one, now and then."""

    def __init__(self, folder):
        self.file = open(os.path.join(folder, 'log.jsonl'), 'a', buffering=1)
        self.restart(0)

    def restart(self, seen):
        self.figures, self.since, self.begun = {}, seen, time.time()

    def add(self, figures):
        for key, value in figures.items():
            self.figures.setdefault(key, []).append(value.detach())

    def write(self, **line):
        print(json.dumps(line), file=self.file)
        print(json.dumps(line), flush=True)

    def write_means(self, run, side):
        each = (time.time() - self.begun) / max(1, run.seen - self.since) * 1000
        rate = round(run.optimizer.param_groups[0]['lr'], 6)
        facts = dict(step=run.step, images=run.seen, minutes=round(run.seconds / 60, 2), rate=rate, side=side)
        self.write(**facts, ms_per_image=round(each, 1), **finite_means(self.figures))
        self.restart(run.seen)


def train(rank, args, world):
    first, threads = rank == 0, 1 if world > 1 else os.cpu_count() or 1
    if world > 1:
        # Torch interrupts its processes when the one that began them dies. A shell's background jobs would not heed it.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        torch.set_num_threads(1)
        meet = f'file://{os.path.abspath(args.run)}/.meet'
        dist.init_process_group('gloo', init_method=meet, rank=rank, world_size=world)
    # The same weights everywhere, then different prompts.
    torch.manual_seed(args.seed)
    run = Run(args, rank, world)
    batches = run.batches()
    torch.manual_seed(args.seed * 1000 + rank + 7 * run.step)
    log = Log(args.run) if first else None
    validation = load_validation(args.pool) if first else None
    if first:
        log.restart(run.seen)
    stored, at = time.time(), time.time()
    run.model.train()
    if args.decoder:
        run.model.encoder.eval()
    while run.progress < 1:
        batch = next(batches)
        elapsed, at = time.time() - at, time.time()
        figures = run.learn(batch, elapsed)
        if not first:
            continue
        side = batch[0].shape[1]
        log.add(figures)
        if time.time() - log.begun > LOG_EVERY:
            log.write_means(run, side)
        at_mark = bool(run.marks) and run.progress >= run.marks[0]
        if at_mark or time.time() - stored > SAVE_EVERY:
            run.save()
            stored = time.time()
        if at_mark:
            run.marks.pop(0)
            torch.set_num_threads(os.cpu_count() or 1)
            reached = validate(run.average.model, validation, side)
            torch.set_num_threads(threads)
            log.write(validation=reached, images=run.seen, minutes=round(run.seconds / 60, 2))
            # Validation is no time of the run.
            at = time.time()
            log.restart(run.seen)
    if first:
        run.save()


def main():
    args = arguments()
    os.makedirs(args.run, exist_ok=True)
    meet = os.path.join(args.run, '.meet')
    if os.path.exists(meet):
        os.remove(meet)
    world = args.processes if args.device == 'cpu' else 1
    if world > 1:
        os.environ['OMP_NUM_THREADS'] = '1'
        mp.spawn(train, (args, world), world)
    else:
        train(0, args, 1)


if __name__ == '__main__':
    main()
