"""
Makes a folder for `maskwire evaluate --data` of annotated photos that training never sees, to choose by: of the photos
that it has a part for (--photos), or others, most of animals (--resources).
python -m compact.photo_validation --help.
"""

import argparse
import gzip
import json
import os

import cv2
import numpy as np

from .qt_resources import files_of
from .scenes.generate import photos_in, split


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    where = p.add_mutually_exclusive_group(required=True)
    where.add_argument('--photos', help='folder of photos, *.jpg')
    where.add_argument('--resources', help='folder of *.rcc, of the package gcompris-qt-data')
    p.add_argument('--annotations', required=True, help='masks of objects in them, *.jsonl.gz (required)')
    p.add_argument('--out', required=True, help='folder to write to, made if missing (required)')
    return p.parse_args()


class Photos:
    """Those for validation in a folder, by their file names."""

    source = 'photos'

    def __init__(self, folder):
        self.paths = {os.path.basename(path): path for path in split(photos_in(folder), True)}

    def read(self, name):
        """The file's bytes, or None where training has that photo."""
        if name not in self.paths:
            return None
        with open(self.paths[name], 'rb') as file:
            return file.read()


class Animals:
    """In resource files, by names such as erase/resource/alpaca.webp, which is in erase.rcc."""

    source = 'animals'

    def __init__(self, folder):
        self.folder, self.opened = folder, {}

    def read(self, name):
        path = os.path.join(self.folder, f'{name.split("/")[0]}.rcc')
        inside = f'gcompris/src/activities/{name}'
        if path not in self.opened:
            self.opened[path] = files_of(path) if os.path.exists(path) else {}
        if inside not in self.opened[path]:
            raise SystemExit(f'expected {inside} in {path}, as version 3.1 of gcompris-qt-data has it')
        return self.opened[path][inside]


def main():
    args = arguments()
    os.makedirs(args.out, exist_ok=True)
    photos = Photos(args.photos) if args.photos else Animals(args.resources)
    masks = count = 0
    with gzip.open(args.annotations, 'rt') as file:
        for record in map(json.loads, file):
            image = record['image']
            content = photos.read(image['file_name'])
            if content is None:
                continue
            path = os.path.join(args.out, os.path.splitext(image['file_name'])[0].replace('/', '_'))
            write(path, content, (image['width'], image['height']))
            image['source'] = photos.source
            with open(f'{path}.json', 'w') as out:
                json.dump(record, out)
            count, masks = count + 1, masks + len(record['annotations'])
    print(f'{count} photos with {masks} masks')


def write(path, content, size):
    """A photo as it is where that is a JPEG of this size, width first, and else shrunk to it, as PNG."""
    photo = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if content.startswith(b'\xff\xd8') and photo.shape[1::-1] == size:
        with open(f'{path}.jpg', 'wb') as out:
            out.write(content)
    else:
        cv2.imwrite(f'{path}.png', cv2.resize(photo, size, interpolation=cv2.INTER_AREA))


if __name__ == '__main__':
    main()
