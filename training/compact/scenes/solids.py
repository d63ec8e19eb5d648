"""Solids with materials, read from the furniture catalogues (*.sh3f) of Sweet Home 3D."""

import glob
import io
import os
import posixpath
import sys
import urllib.parse
import zipfile
from typing import NamedTuple

import numpy as np
from PIL import Image

F = np.float32
PROPERTIES = 'PluginFurnitureCatalog.properties'
MAX_TRIANGLES = 70_000  # of a solid; those of more are left out
MAX_BYTES = 6_000_000  # of an OBJ file, likewise
TEXTURE_SIDE = 256
INVISIBLE, GLASS = 0.01, 0.5  # below these opacities
GLASS_COLOUR = np.array([0.5, 0.58, 0.64], F)

# Words in names.
FLAT = ('plug', 'switch', 'socket', 'detector', 'crossing', 'arrow', 'parking', 'swimming', 'rails', 'chimney')
TABLES = ('table', 'desk', 'workbench', 'island')
SEATS = ('chair', 'sofa', 'couch', 'stool', 'bench', 'armchair', 'seat', 'futon')
FURNISHED = ('Living room', 'Kitchen', 'Bedroom', 'Bathroom', 'Office', 'Miscellaneous', 'Lights')


class Look(NamedTuple):
    """What a material looks like: RGB [3] float32, 0..1, or where there is one a texture [h, w, 3 or 4] uint8."""

    colour: np.ndarray
    texture: np.ndarray


class Mesh(NamedTuple):
    """Triangles [T, 3, 3] in metres, y up, the feet at 0; normals [T, 3, 3]; uv [T, 3, 2], v up; materials [T]."""

    triangles: np.ndarray
    normals: np.ndarray
    uv: np.ndarray
    materials: np.ndarray
    looks: list  # a Look per material


class Solid(NamedTuple):
    """A model of a catalogue; lengths in metres."""

    name: str
    category: str
    size: np.ndarray  # width, height, depth
    top: float  # height that things stand at on it; below 0: none do
    elevation: float  # of its lowest point above the floor
    rotation: np.ndarray  # [3, 3], of the file's coordinates
    archive: str
    path: str  # of its OBJ in the archive


def _read_properties(text):
    lines = (line.split('=', 1) for line in text.splitlines() if '=' in line and not line.startswith('#'))
    return {key.strip(): value.strip() for key, value in lines}


def read_catalogue(archive):
    """The solids that a *.sh3f file lists."""
    with zipfile.ZipFile(archive) as file:
        properties = _read_properties(file.read(PROPERTIES).decode('latin-1'))
    solids = []
    for number in (key[len('model#') :] for key in properties if key.startswith('model#')):
        get = lambda key, default: properties.get(f'{key}#{number}', default)
        try:
            width, height, depth = (float(get(key, 'missing')) / 100 for key in ('width', 'height', 'depth'))
            rotation = np.array(get('modelRotation', '1 0 0 0 1 0 0 0 1').split(), float).reshape(3, 3)
            top = float(get('dropOnTopElevation', get('height', ''))) / 100
            elevation = float(get('elevation', '0')) / 100
        except ValueError as error:
            print(f'left out {get("name", number)} of {archive}: {error}', file=sys.stderr)
            continue
        path = urllib.parse.unquote(get('model', '')).lstrip('/')
        size = np.array([width, height, depth])
        solids.append(Solid(get('name', ''), get('category', ''), size, top, elevation, rotation, archive, path))
    return solids


def named(solid, words):
    return any(word in solid.name.lower() for word in words)


def sorted_by_kind(solids):
    """{kind: [Solid]} of a catalogue's solids; each may be of several kinds."""
    kinds = {}
    for s in solids:
        width, height, depth = s.size
        of = []
        if s.category == 'Characters':
            human = named(s, ('male', 'boy', 'girl'))
            low = named(s, ('lying', 'sitting'))
            of = ['person'] + ([] if low else ['standing', 'standing']) if human else ['animal']
            if named(s, ('sitting',)) and height > 1.2:
                of = ['sitting']
            elif low:
                of.append('low')
        elif s.category == 'Vehicles':
            of = ['vehicle', 'large vehicle' if s.size.max() > 7 else 'small vehicle']
        elif s.category == 'Doors and windows':
            of = ['opening'] if depth < 0.5 else []
        elif not named(s, FLAT) and s.category != 'Staircases':
            if s.category == 'Exterior' and height > 0.2:
                of.append('tree' if height > 4 else 'outdoor')
            elif s.category in FURNISHED and s.elevation > 0.35 and s.size.max() < 2.5:
                of.append('hung')
            elif s.category in FURNISHED and height > 0.3 and max(width, depth) > 0.3 and s.size.max() < 3.5:
                of += ['furniture', s.category]
                if named(s, TABLES) and height > 0.35:
                    of.append('table')
                elif named(s, SEATS):
                    of.append('seat')
            if s.size.max() <= 0.6 and np.sort(s.size)[1] > 0.04 and s.elevation < 0.1:
                of.append('small')
            if named(s, ('lamp', 'light')) and s.elevation < 0.1 and height > 2:
                of.append('outdoor')
        if s.category == 'Exterior' and 'lamp' in s.name.lower() or s.name in ('Bicycle', 'Bike'):
            of.append('outdoor')
        for kind in of:
            kinds.setdefault(kind, []).append(s)
    return kinds


class Solids:
    """Of the solids in a folder of catalogues those that `choose` picks; each mesh is read when it is needed."""

    def __init__(self, folder, choose=lambda solids: solids):
        archives = sorted(glob.glob(os.path.join(glob.escape(folder), '*.sh3f')))
        if not archives:
            raise SystemExit(f'no catalogues of solids (*.sh3f) in {folder}')
        every = [solid for archive in archives for solid in read_catalogue(archive)]
        # In an order that has most categories in any regular choice, and above all people and vehicles.
        order = lambda solid: (solid.category not in ('Characters', 'Vehicles'), solid.category, solid.name, solid.path)
        self.all = choose(sorted(every, key=order))
        self.kinds = sorted_by_kind(self.all)
        self._meshes = {}

    def mesh(self, solid):
        """None, with a line on stderr the first time, where it cannot be read."""
        key = solid.archive, solid.path, solid.size.tobytes(), solid.rotation.tobytes()
        if key not in self._meshes:
            try:
                self._meshes[key] = read_mesh(solid)
            except Exception as error:  # whatever a file that others made may be wrong in
                print(f'left out {solid.path} of {solid.archive}: {error!r}', file=sys.stderr)
                self._meshes[key] = None
        return self._meshes[key]


def _index(tokens, counts):
    """Of a face's corner 'v/vt/vn': numbers from 0, -1 for none; negative ones in the file count from the end."""
    numbers = [int(n) if n else 0 for n in (tokens.split('/') + ['', ''])[:3]]
    return [n - 1 if n > 0 else n + count if n < 0 else -1 for n, count in zip(numbers, counts)]


def _parse_obj(text):
    """Vertices, texture coordinates, normals; corners [T, 3, 3] of triangles; a material's name each; MTL files."""
    values, corners, names, libraries = {'v': [], 'vt': [], 'vn': []}, [], [], []
    material, known = '', {}  # corners are in several faces each
    for line in text.replace('\\\n', ' ').splitlines():
        word, _, rest = line.strip().partition(' ')
        if word in values:
            values[word].append(rest.split()[:3])
        elif word == 'f':
            if '-' in rest:
                known = {}  # they count from the end of what is there by now
            face = []
            for tokens in rest.split():
                if tokens not in known:
                    known[tokens] = _index(tokens, [len(of_kind) for of_kind in values.values()])
                face.append(known[tokens])
            corners += [(face[0], face[i], face[i + 1]) for i in range(1, len(face) - 1)]
            names += [material] * (len(face) - 2)
            if len(corners) > MAX_TRIANGLES:
                raise ValueError(f'more than {MAX_TRIANGLES} triangles')
        elif word == 'usemtl':
            material = rest.strip()
        elif word == 'mtllib':
            libraries.append(rest.strip())
    if not corners:
        raise ValueError('no triangles')
    lengths = (('v', 3), ('vt', 2), ('vn', 3))
    arrays = [np.array([row[:n] for row in values[kind]], F).reshape(-1, n) for kind, n in lengths]
    return *arrays, np.array(corners), names, libraries


def _parse_mtl(text):
    """Per material's name: {'Kd': words, ...}."""
    materials, current = {}, {}
    for line in text.splitlines():
        word, _, rest = line.strip().partition(' ')
        if word == 'newmtl':
            current = materials[rest.strip()] = {}
        elif word:
            current[word] = rest.strip()
    return materials


def _read_texture(file, names, folder, path):
    """[h, w, 3 or 4] uint8; None if there is none."""
    for name in (path, posixpath.basename(path.replace('\\', '/'))):
        found = names.get(posixpath.normpath(posixpath.join(folder, urllib.parse.unquote(name))).lower())
        if found:
            image = Image.open(io.BytesIO(file.read(found)))
            transparent = 'A' in image.getbands() or 'transparency' in image.info
            image.thumbnail((TEXTURE_SIDE, TEXTURE_SIDE))
            pixels = np.array(image.convert('RGBA' if transparent else 'RGB'))
            return pixels if transparent and (pixels[..., 3] < 128).any() else pixels[..., :3].copy()
    return None


def _look(material, texture):
    """None if it does not show."""
    opacity = float(material['d'].split()[-1]) if 'd' in material else 1 - float(material.get('Tr', 0))
    if opacity < INVISIBLE:
        return None
    colour = np.array(material.get('Kd', '0.8 0.8 0.8').split()[:3], F)
    if opacity < GLASS:
        return Look(np.clip(0.3 * colour + 0.7 * GLASS_COLOUR, 0, 1), None)
    return Look(colour, texture)


def _normals(triangles, corners, normals):
    """[T, 3, 3]; those of the triangles themselves where the file has none."""
    flat = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    out = np.repeat(flat[:, None], 3, 1)
    if len(normals):
        given = (corners >= 0) & (corners < len(normals))
        out[given] = normals[corners[given]]
    return out / np.maximum(np.linalg.norm(out, axis=2, keepdims=True), 1e-12)


def read_mesh(solid):
    with zipfile.ZipFile(solid.archive) as file:
        if file.getinfo(solid.path).file_size > MAX_BYTES:
            raise ValueError('too large')
        parsed = _parse_obj(file.read(solid.path).decode('latin-1'))
        vertices, coordinates, normals, corners, names, libraries = parsed
        by_name = {name.lower(): name for name in file.namelist()}
        folder, materials = posixpath.dirname(solid.path), {}
        for library in libraries:
            found = by_name.get(posixpath.join(folder, library).lower())
            if found:
                materials.update(_parse_mtl(file.read(found).decode('latin-1')))
        looks = []
        used, of_triangle = np.unique(names, return_inverse=True)
        for name in used.tolist():
            material = materials.get(name, {})
            path = material.get('map_Kd', '')
            looks.append(_look(material, _read_texture(file, by_name, folder, path) if path else None))
    rotation = solid.rotation.T.astype(F)
    triangles = (vertices @ rotation)[corners[..., 0]]
    low, high = triangles.min((0, 1)), triangles.max((0, 1))
    scale = (solid.size / np.maximum(high - low, 1e-9)).astype(F)
    middle = (low + high) / 2
    middle[1] = low[1]
    triangles = (triangles - middle) * scale
    normals = _normals(triangles, corners[..., 2], normals @ rotation)
    uv = np.zeros((len(corners), 3, 2), F)
    given = (corners[..., 1] >= 0) & (corners[..., 1] < len(coordinates))
    uv[given] = coordinates[corners[..., 1][given]]
    shown = np.array([look is not None for look in looks])[of_triangle]
    of_triangle = of_triangle.astype(np.uint8 if len(looks) < 256 else np.int32)
    return Mesh(triangles[shown], normals[shown].astype(np.float16), uv[shown], of_triangle[shown], looks)
