"""
Trains the model on a pool of scenes: python -m compact.train --help.

On a CPU, `--processes` of one thread each average their gradients (faster than one process with as many threads); on a
GPU, one process. Writes to the run's folder: log.jsonl, and last.pt, from which `--resume` goes on.
"""

import argparse
import copy
import json
import math
import os
import time

import numpy as np
import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from .model import Compact
from .pool import Pool, draw_batch
from .step import train_step
from .validate import load_validation, validate

EMA_DECAY = 0.998
SAVE_EVERY, LOG_EVERY = 240, 60  # seconds
REFRESH_EVERY = 400  # batches until a loader looks for new shards


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    p.add_argument('--run', required=True, help='folder of this run')
    p.add_argument('--pool', required=True, help='folder of the pools that `python -m compact.scenes.generate` wrote')
    p.add_argument('--minutes', type=float, required=True, help='length of the run; the learning rate falls with it')
    p.add_argument('--init', help='weights to start from')
    p.add_argument('--resume', action='store_true', help='go on from last.pt')
    p.add_argument('--device', default='cuda' if torch.cuda.is_available() else 'cpu')
    p.add_argument('--processes', type=int, default=2, help='on a CPU')
    p.add_argument('--loaders', type=int, default=1, help='processes that make batches, for each that trains')
    p.add_argument('--images', type=int, default=12, help='per batch and process')
    p.add_argument('--prompts', type=int, default=4, help='targets per image')
    p.add_argument('--rate', type=float, default=1.5e-3, help='highest learning rate')
    p.add_argument('--warmup', type=int, default=200, help='steps')
    p.add_argument('--sides', default='192:0.6,256:1', help='side of the frame until which part of the run')
    p.add_argument('--validate', default='0.02,0.15,0.3,0.45,0.6,0.75,0.9,1', help='parts of the run')
    p.add_argument('--seed', type=int, default=0)
    return p.parse_args()


def side_at(sides, progress):
    return next(side for side, until in sides if progress <= until)


def load_batches(args, seed, side, queue):
    torch.set_num_threads(1)
    g = np.random.default_rng(seed)
    pool = Pool(args.pool, 'train')
    made = 0
    while True:
        made += 1
        if made % REFRESH_EVERY == 0:
            pool.refresh()
        queue.put(draw_batch(g, pool, args.images, args.prompts, side.value))


class Average:
    """The exponential average of a model's weights and statistics."""

    def __init__(self, model, state=None):
        self.model = copy.deepcopy(model).requires_grad_(False)
        if state:
            self.model.load_state_dict(state)

    @torch.no_grad()
    def update(self, model, step):
        decay = min(EMA_DECAY, (1 + step) / (20 + step))
        for mean, value in zip(self.model.state_dict().values(), model.state_dict().values()):
            if mean.dtype.is_floating_point:
                mean.lerp_(value, 1 - decay)
            else:
                mean.copy_(value)


def average_gradients(parameters, extra):
    """Over all processes, in one message; returns the sum of `extra` over them."""
    grads = [p.grad for p in parameters]
    flat = torch.cat([g.reshape(-1) for g in grads] + [torch.tensor([extra])])
    dist.all_reduce(flat)
    flat, total = flat[:-1] / dist.get_world_size(), float(flat[-1])
    for grad, part in zip(grads, flat.split([g.numel() for g in grads])):
        grad.copy_(part.view_as(grad))
    return total


def run(rank, args, world):
    first, device = rank == 0, torch.device(args.device)
    if world > 1:
        torch.set_num_threads(1)
        dist.init_process_group('gloo', init_method=f'file://{os.path.abspath(args.run)}/.meet', rank=rank, world_size=world)
    sides = [(int(s), float(until)) for s, until in (part.split(':') for part in args.sides.split(','))]
    marks = [float(x) for x in args.validate.split(',') if x]

    model = Compact().to(device, memory_format=torch.channels_last)
    last = os.path.join(args.run, 'last.pt')
    saved = torch.load(last, map_location=device) if args.resume else None
    if saved or args.init:
        model.load_state_dict((saved or torch.load(args.init, map_location=device))['model'])
    average = Average(model, saved and saved['average'])
    matrices = [p for p in model.parameters() if p.ndim > 1]
    others = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [dict(params=matrices, weight_decay=0.03), dict(params=others, weight_decay=0.0)], lr=args.rate, betas=(0.9, 0.99)
    )
    if saved:
        optimizer.load_state_dict(saved['optimizer'])
    step, seen, before = (saved[k] for k in ('step', 'seen', 'seconds')) if saved else (0, 0, 0.0)
    marks = [m for m in marks if m > before / 60 / args.minutes]

    side = mp.Value('i', side_at(sides, min(1, before / 60 / args.minutes)))
    queue = mp.Queue(3 * args.loaders)
    for i in range(args.loaders):
        seed = [args.seed, rank, i, step]
        mp.Process(target=load_batches, args=(args, seed, side, queue), daemon=True).start()
    torch.manual_seed(args.seed * 1000 + rank + 7 * step)

    log = open(os.path.join(args.run, 'log.jsonl'), 'a', buffering=1)
    sums, started, logged, stored, paused = {}, time.time(), time.time(), time.time(), 0.0
    validation = load_validation(args.pool) if first else None
    progress, since = before / 60 / args.minutes, seen
    model.train()
    while progress < 1:
        batch = [torch.from_numpy(x) for x in queue.get()]
        rate = args.rate * min(1, (step + 1) / args.warmup) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * progress)))
        for group in optimizer.param_groups:
            group['lr'] = rate
        optimizer.zero_grad(set_to_none=True)
        figures = train_step(model, batch, device)
        parameters = [p for p in model.parameters() if p.grad is not None]
        seconds = before + time.time() - started - paused
        progress = seconds / 60 / args.minutes
        if world > 1:
            # All follow the first one's clock.
            progress = average_gradients(parameters, progress if first else 0.0)
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        if torch.isfinite(norm):
            optimizer.step()
            step += 1
            seen += args.images * world
            average.update(model, step + (2000 if args.init else 0))
        side.value = side_at(sides, min(1, progress))
        if not first:
            continue
        for key, value in figures.items():
            if torch.isfinite(value):
                sums.setdefault(key, []).append(float(value))
        if time.time() - logged > LOG_EVERY:
            each = (time.time() - logged) / (seen - since) * 1000
            line = dict(step=step, images=seen, minutes=round(seconds / 60, 2), rate=round(rate, 6), side=batch[0].shape[1])
            line |= dict(ms_per_image=round(each, 1), norm=round(float(norm), 2))
            line |= {key: round(float(np.mean(v)), 4) for key, v in sums.items()}
            print(json.dumps(line), file=log)
            print(json.dumps(line), flush=True)
            sums, logged, since = {}, time.time(), seen
        at_mark = bool(marks) and progress >= marks[0]
        if at_mark or time.time() - stored > SAVE_EVERY:
            state = dict(model=model.state_dict(), average=average.model.state_dict(), optimizer=optimizer.state_dict())
            torch.save(state | dict(step=step, seen=seen, seconds=seconds), last + '.part')
            os.replace(last + '.part', last)
            stored = time.time()
        if at_mark:
            marks.pop(0)
            begun = time.time()
            torch.set_num_threads(os.cpu_count() or 1)
            line = dict(validation=validate(average.model, validation, batch[0].shape[1]), images=seen)
            torch.set_num_threads(1 if world > 1 else os.cpu_count() or 1)
            print(json.dumps(line | dict(minutes=round(seconds / 60, 2))), file=log)
            print(json.dumps(line), flush=True)
            paused += time.time() - begun
            logged, since = time.time(), seen


def main():
    args = arguments()
    os.makedirs(args.run, exist_ok=True)
    meet = os.path.join(args.run, '.meet')
    if os.path.exists(meet):
        os.remove(meet)
    world = args.processes if args.device == 'cpu' else 1
    if world > 1:
        os.environ['OMP_NUM_THREADS'] = '1'
        mp.spawn(run, (args, world), world)
    else:
        run(0, args, 1)


if __name__ == '__main__':
    main()
