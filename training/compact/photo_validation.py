"""
Copies the annotated photos that training never sees to a folder for `maskwire evaluate --data`:
python -m compact.photo_validation --help.
"""

import argparse
import gzip
import json
import os
import shutil

from .scenes.generate import photos_in, split


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('--photos', required=True, help='folder of photos, *.jpg (required)')
    p.add_argument('--annotations', required=True, help='masks of objects in them, *.jsonl.gz (required)')
    p.add_argument('--out', required=True, help='folder to write to, made if missing (required)')
    return p.parse_args()


def main():
    args = arguments()
    os.makedirs(args.out, exist_ok=True)
    photos = {os.path.basename(path): path for path in split(photos_in(args.photos), True)}
    masks = count = 0
    with gzip.open(args.annotations, 'rt') as file:
        for record in map(json.loads, file):
            name = record['image']['file_name']
            if name not in photos:
                continue
            shutil.copy(photos[name], args.out)
            record['image']['source'] = 'photos'
            with open(os.path.join(args.out, os.path.splitext(name)[0] + '.json'), 'w') as out:
                json.dump(record, out)
            count, masks = count + 1, masks + len(record['annotations'])
    print(f'{count} photos with {masks} masks')


if __name__ == '__main__':
    main()
