"""A contact sheet of scenes, each above its parts: python -m compact.scenes.preview --help."""

import argparse

import numpy as np
from PIL import Image

from .annotated import load_annotated
from .figures import read_figures
from .generate import photos_in
from .rooms import make_room
from .scene import make
from .solids import Solids
from .textures import Bank

TEXTURES, PHOTOS = 60, 60  # enough for a look


def arguments():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('--out', required=True, help='image file to write (required)')
    p.add_argument('--photos', help='folder of photos, *.jpg (default: none)')
    p.add_argument('--annotations', help='masks of objects in these --photos, *.jsonl.gz (default: none)')
    p.add_argument(
        '--solids', help='folder of catalogues of solids, *.sh3f; all scenes are of them then (default: none)'
    )
    p.add_argument('--clip-art', help="folder of Open Clip Art's PNGs (default: none)")
    p.add_argument('--emoji', help='font of colour emoji (default: none)')
    p.add_argument('--count', type=int, default=24, help='scenes (default: %(default)s)')
    p.add_argument('--columns', type=int, default=6, help='scenes in a row (default: %(default)s)')
    p.add_argument('--side', type=int, default=256, help='side of a scene in pixels (default: %(default)s)')
    p.add_argument('--seed', type=int, default=1, help='seed of the scenes (default: %(default)s)')
    args = p.parse_args()
    if args.annotations and not args.photos:
        p.error('--annotations needs --photos')
    return args


def part_colours():
    """[256, 3] uint8, black for no part."""
    colours = np.random.default_rng(3).integers(40, 255, (256, 3)).astype(np.uint8)
    colours[0] = 0
    return colours


def contact_sheet(scenes, columns):
    """Of (image [S, S, 3], parts [S, S]) each: [rows S, columns S, 3] uint8."""
    colours, side = part_colours(), len(scenes[0][0])
    rows = -(-len(scenes) // columns)
    sheet = np.zeros((rows * 2 * side, columns * side, 3), np.uint8)
    for i, (image, parts) in enumerate(scenes):
        y, x = i // columns * 2 * side, i % columns * side
        sheet[y : y + side, x : x + side] = image
        sheet[y + side : y + 2 * side, x : x + side] = colours[parts]
    return sheet


def main():
    args = arguments()
    photos = photos_in(args.photos) if args.photos else []
    annotated, cutouts = load_annotated(args.annotations, photos) if args.annotations else ([], [])
    g = np.random.default_rng(args.seed)
    g.shuffle(photos)
    figures = read_figures(args.clip_art, args.emoji, lambda every: every)
    enough = {'textures': TEXTURES, 'max_photos': PHOTOS}
    bank = Bank(args.seed, photos=photos, annotated=annotated, cutouts=cutouts, figures=figures, **enough)
    solids = Solids(args.solids) if args.solids else None
    draw = (lambda: make_room(g, bank, solids, args.side)) if solids else (lambda: make(g, bank, args.side))
    scenes = [draw()[:2] for _ in range(args.count)]
    Image.fromarray(contact_sheet(scenes, args.columns)).save(args.out)


if __name__ == '__main__':
    main()
