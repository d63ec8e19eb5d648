"""Files in the resource files of Qt, in which gcompris keeps its photos."""

import struct

DIRECTORY, COMPRESSED = 2, 1 | 4  # flags of an entry


def files_of(path):
    """The files in a resource file, without the compressed ones: {path in it: bytes}."""
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
