"""
Writes a pool of scenes to train on, in shards: python -m compact.scenes.generate --help.

A shard is three files, `<pool>/<name>_<k>_I.npy` (images), `_M.npy` (part maps) and `_meta.npy` (sizes and targets).
Shards that exist are skipped, so that a run which was stopped goes on; a training that runs meanwhile finds each once
it is whole.
"""

import argparse
import glob
import multiprocessing
import os
import time

import numpy as np

from ..workers import run_workers
from .annotated import load_annotated
from .figures import read_figures
from .rooms import make_room
from .scene import make
from .solids import Solids
from .textures import Bank

SCENES = 250  # of a shard
VALIDATION_EVERY = 20  # photos, and their annotations go with them; solids; and figures
POOLS = {'train': 5, 'val': 3}  # and what tells their seeds apart


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--pool', required=True, help='folder to write shards to, made if missing (required)')
    p.add_argument('--name', choices=tuple(POOLS), default='train', help='pool to write (default: %(default)s)')
    p.add_argument('--photos', help='folder of photos, *.jpg, as backgrounds and materials (default: none)')
    p.add_argument('--annotations', help='masks of objects in these --photos, *.jsonl.gz (default: none)')
    p.add_argument(
        '--solids', help="folder with the *.sh3f files of Debian's package sweethome3d-furniture (default: none)"
    )
    p.add_argument('--clip-art', help="folder with the PNGs of Debian's package openclipart-png (default: none)")
    p.add_argument('--emoji', help="font of Debian's package fonts-noto-color-emoji (default: none)")
    p.add_argument(
        '--rooms', type=float, default=0.5, help='share of scenes that are of --solids, if given (default: %(default)s)'
    )
    p.add_argument('--first', type=int, default=0, help='number of the first shard (default: %(default)s)')
    p.add_argument(
        '--count', type=int, default=1, help=f'shards to have, of {SCENES} scenes each (default: %(default)s)'
    )
    p.add_argument('--workers', type=int, default=1, help='processes, of one thread each (default: %(default)s)')
    p.add_argument('--side', type=int, default=336, help='side of a scene in pixels (default: %(default)s)')
    args = p.parse_args()
    if args.annotations and not args.photos:
        p.error('--annotations needs --photos')
    if min(args.count, args.workers) < 1:
        p.error('--count and --workers must be at least 1')
    return args


def photos_in(folder):
    """Paths in the order that the split between training and validation goes by."""
    paths = sorted(glob.glob(os.path.join(glob.escape(folder), '*.jpg')))
    if not paths:
        raise SystemExit(f'no photos (*.jpg) in {folder}')
    return paths


def split(paths, validation):
    return [path for i, path in enumerate(paths) if (i % VALIDATION_EVERY == 0) == validation]


def shard_path(pool, name, shard, kind):
    return os.path.join(pool, f'{name}_{shard}_{kind}.npy')


def _save(path, array):
    with open(path + '.part', 'wb') as file:
        np.save(file, array, allow_pickle=True)
    os.replace(path + '.part', path)


def write_shard(pool, name, shard, bank, side, scenes=SCENES, solids=None, rooms=0.5):
    """The same scenes for the same pool's name, number and bank; `rooms`: the share that is of solids, where given."""
    g = np.random.default_rng([shard, POOLS[name]])
    images, parts = np.zeros((scenes, side, side, 3), np.uint8), np.zeros((scenes, side, side), np.uint8)
    meta = np.empty((scenes, 3), object)
    i = 0
    while i < scenes:
        of_solids = solids is not None and g.random() < rooms
        scene = make_room(g, bank, solids, side) if of_solids else make(g, bank, side)
        images[i], parts[i], size, members, chain = scene
        if len(members):
            meta[i, 0], meta[i, 1], meta[i, 2] = size, members, chain
            i += 1
    _save(shard_path(pool, name, shard, 'I'), images)
    _save(shard_path(pool, name, shard, 'M'), parts)
    # A training looks for this file.
    _save(shard_path(pool, name, shard, 'meta'), meta)


def _work(args, worker, shards):
    validation = args.name == 'val'
    photos = split(photos_in(args.photos), validation) if args.photos else []
    annotated, cutouts = load_annotated(args.annotations, photos) if args.annotations else ([], [])
    # A bank has not all photos: each worker has others.
    np.random.default_rng(shards[0] * 7919 + worker).shuffle(photos)
    figures = read_figures(args.clip_art, args.emoji, lambda every: split(every, validation))
    seed = [shards[0], worker, POOLS[args.name]]
    bank = Bank(seed, photos=photos, annotated=annotated, cutouts=cutouts, figures=figures)
    solids = Solids(args.solids, lambda every: split(every, validation)) if args.solids else None
    for done, shard in enumerate(shards):
        progress = f'{args.name} {shard} ({done + 1} of {len(shards)} of worker {worker})'
        if os.path.exists(shard_path(args.pool, args.name, shard, 'meta')):
            print(f'{progress}: exists', flush=True)
            continue
        started = time.time()
        write_shard(args.pool, args.name, shard, bank, args.side, solids=solids, rooms=args.rooms)
        print(f'{progress}: {(time.time() - started) / SCENES * 1e3:.0f} ms per scene', flush=True)


def main():
    args = arguments()
    os.makedirs(args.pool, exist_ok=True)
    shards_of = lambda i: list(range(args.first + i, args.first + args.count, args.workers))
    count = min(args.workers, args.count)
    run_workers(multiprocessing.get_context(), _work, [(args, i, shards_of(i)) for i in range(count)])


if __name__ == '__main__':
    main()
