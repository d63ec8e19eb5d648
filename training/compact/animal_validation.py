"""
Photos unlike those that training sees, with masks of ours, as a folder for `maskwire evaluate --data`, to choose by:
python -m compact.animal_validation --help. The photos are in Debian's package gcompris-qt-data; most show animals.
"""

import argparse
import gzip
import json
import os
import struct

import cv2
import numpy as np

DIRECTORY, COMPRESSED = 2, 1 | 4  # flags of an entry


def files_of(path):
    """The files in a Qt resource file, the compressed ones left out: {path in it: bytes}."""
    with open(path, 'rb') as file:
        resource = file.read()
    magic, version, tree, data, names = struct.unpack_from('>4sIIII', resource)
    if magic != b'qres':
        raise ValueError(f'expected a Qt resource file, but got {path}.')
    entry_bytes = 14 if version < 2 else 22  # since version 2 with a time

    def name_at(offset):
        (length,) = struct.unpack_from('>H', resource, names + offset)
        begin = names + offset + 6
        return resource[begin : begin + 2 * length].decode('utf-16-be')

    def walk(index, folder):
        at = tree + index * entry_bytes
        name, flags = struct.unpack_from('>IH', resource, at)
        inside = folder + [name_at(name)] if index else folder
        if flags & DIRECTORY:
            count, first = struct.unpack_from('>II', resource, at + 6)
            for child in range(first, first + count):
                yield from walk(child, inside)
        elif not flags & COMPRESSED:
            (offset,) = struct.unpack_from('>I', resource, at + 10)
            (length,) = struct.unpack_from('>I', resource, data + offset)
            begin = data + offset + 4
            yield '/'.join(inside), resource[begin : begin + length]

    return dict(walk(0, []))


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--resources', required=True, help='folder of *.rcc: /usr/share/gcompris-qt/rcc (required)')
    p.add_argument('--annotations', required=True, help='masks of objects in them, *.jsonl.gz (required)')
    p.add_argument('--out', required=True, help='folder to write to, made if missing (required)')
    return p.parse_args()


def main():
    args = arguments()
    os.makedirs(args.out, exist_ok=True)
    opened, masks, count = {}, 0, 0
    with gzip.open(args.annotations, 'rt') as file:
        for record in map(json.loads, file):
            # Such as erase/resource/alpaca.webp, which is in erase.rcc.
            name, image = record['image']['file_name'], record['image']
            activity = name.split('/')[0]
            if activity not in opened:
                opened[activity] = files_of(os.path.join(args.resources, f'{activity}.rcc'))
            photo = cv2.imdecode(
                np.frombuffer(opened[activity][f'gcompris/src/activities/{name}'], np.uint8), cv2.IMREAD_COLOR
            )
            photo = cv2.resize(photo, (image['width'], image['height']), interpolation=cv2.INTER_AREA)
            path = os.path.join(args.out, f'{activity}_{os.path.splitext(os.path.basename(name))[0]}')
            cv2.imwrite(f'{path}.png', photo)
            image['source'] = 'animals'
            with open(f'{path}.json', 'w') as out:
                json.dump(record, out)
            count, masks = count + 1, masks + len(record['annotations'])
    print(f'{count} photos with {masks} masks')


if __name__ == '__main__':
    main()
