"""python -m unittest discover -s tests, from this folder."""

import gzip
import json
import os
import struct
import sys
import tempfile
import unittest
from unittest.mock import patch

import cv2
import numpy as np

from compact import photo_validation
from compact.qt_resources import DIRECTORY, files_of

ZSTD = 4  # a flag: compressed so


def resource(files, version):
    """A Qt resource file of {path: (flags, bytes)}, all in one folder."""
    *folders, _ = next(iter(files)).split('/')
    names, data, tree = b'', b'', []

    def name(text):
        nonlocal names
        at = len(names)
        names += struct.pack('>HI', len(text), 0) + text.encode('utf-16-be')
        return at

    time = b'' if version < 2 else bytes(8)
    for depth, folder in enumerate(['', *folders]):
        children = len(files) if depth == len(folders) else 1
        tree.append(struct.pack('>IHII', name(folder), DIRECTORY, children, depth + 1) + time)
    for path, (flags, content) in files.items():
        tree.append(struct.pack('>IHII', name(path.split('/')[-1]), flags, 0, len(data)) + time)
        data += struct.pack('>I', len(content)) + content
    tree = b''.join(tree)
    places = 20, 20 + len(tree), 20 + len(tree) + len(data)
    return struct.pack('>4sIIII', b'qres', version, *places) + tree + data + names


class PhotoValidation(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        picture = np.zeros((40, 60, 3), np.uint8)
        picture[:, 30:] = (0, 0, 255)
        self.webp = cv2.imencode('.webp', picture, [cv2.IMWRITE_WEBP_QUALITY, 101])[1].tobytes()

    def write(self, version=3):
        inside = 'gcompris/src/activities/erase/resource'
        files = {f'{inside}/cat.webp': (0, self.webp), f'{inside}/note.txt': (ZSTD, b'not to be read')}
        path = os.path.join(self.folder, 'erase.rcc')
        with open(path, 'wb') as file:
            file.write(resource(files, version))
        return path

    def test_finds_files_by_their_path_and_leaves_out_compressed_ones(self):
        for version in (1, 3):
            self.assertEqual(
                files_of(self.write(version)), {'gcompris/src/activities/erase/resource/cat.webp': self.webp}
            )

    def test_says_what_is_no_resource_file(self):
        path = os.path.join(self.folder, 'other')
        with open(path, 'wb') as file:
            file.write(b'something else, and long enough')
        with self.assertRaisesRegex(ValueError, 'expected a Qt resource file'):
            files_of(path)

    def run_on(self, where, folder, names, width, height):
        annotations, out = os.path.join(self.folder, 'a.jsonl.gz'), os.path.join(self.folder, 'out')
        with gzip.open(annotations, 'wt') as file:
            for name in names:
                image = {'file_name': name, 'width': width, 'height': height}
                masks = [{'segmentation': {'size': [height, width], 'counts': 'x'}}]
                file.write(json.dumps({'image': image, 'annotations': masks}) + '\n')
        command = ['x', where, folder, '--annotations', annotations, '--out', out]
        with patch.object(sys, 'argv', command):
            photo_validation.main()
        return out

    def test_writes_photos_of_animals_in_the_size_of_their_masks(self):
        self.write()
        out = self.run_on('--resources', self.folder, ['erase/resource/cat.webp'], 30, 20)
        self.assertEqual(sorted(os.listdir(out)), ['erase_resource_cat.json', 'erase_resource_cat.png'])
        photo = cv2.imread(os.path.join(out, 'erase_resource_cat.png'))
        self.assertEqual(photo.shape, (20, 30, 3))
        self.assertTrue((photo[:, 20:] == (0, 0, 255)).all())
        with open(os.path.join(out, 'erase_resource_cat.json')) as file:
            self.assertEqual(json.load(file)['image']['source'], 'animals')

    def test_says_which_photo_it_lacks_and_which_version_has_it(self):
        self.write()
        for name in ('erase/resource/dog.webp', 'other/resource/cat.webp'):
            with self.assertRaisesRegex(SystemExit, f'expected .*{name} in .*rcc, as version 3.1'):
                self.run_on('--resources', self.folder, [name], 30, 20)

    def test_copies_the_photos_that_training_leaves_out(self):
        folder = os.path.join(self.folder, 'photos')
        os.makedirs(folder)
        names = [f'{i:03}.jpg' for i in range(21)]
        for name in names:
            cv2.imwrite(os.path.join(folder, name), np.full((40, 60, 3), 90, np.uint8))
        out = self.run_on('--photos', folder, names, 60, 40)
        self.assertEqual(sorted(os.listdir(out)), ['000.jpg', '000.json', '020.jpg', '020.json'])
        with open(os.path.join(folder, '020.jpg'), 'rb') as there, open(os.path.join(out, '020.jpg'), 'rb') as here:
            self.assertEqual(there.read(), here.read())


if __name__ == '__main__':
    unittest.main()
