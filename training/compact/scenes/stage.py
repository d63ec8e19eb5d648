"""A scene of solids while it is set up, and what a camera sees of it: planes and solids, lit, with soft shadows."""

import math
from typing import NamedTuple

import cv2
import numpy as np

from .paint import Painted, blur_mask
from .raster import Raster, fragments, sample
from .skin import turn_y
from .textures import Material, random_colour, random_window

F = np.float32
SUPERSAMPLING = 2
PATCH = 192  # pixels of a material's texture
SHADOW_CELLS = 384  # of a side of the map of shadows on the ground
MOST_PARTS, ENOUGH_PARTS = 8, 235  # of an instance, and of the scene
MERGED, TARGET = 0.02, 0.03  # shares of an instance's pixels: materials with less are merged, with more are targets
PHOTO_MATERIALS = 0.35
FIRST_INSTANCE, MATERIALS = 1000, 1000  # the owner of a pixel is a plane's number, or an instance and a material


class Style(NamedTuple):
    """A colour [3], times a texture where there is one; size: of it in metres, 0 where the solid has its own uv."""

    colour: np.ndarray
    texture: np.ndarray = None
    size: float = 0.0


class Plane(NamedTuple):
    """A rectangle at `origin`, along u and v [3], both of unit length; bounds: from u, to u, from v, to v in metres."""

    origin: np.ndarray
    u: np.ndarray
    v: np.ndarray
    bounds: tuple
    style: Style
    stuff: bool


class Instance(NamedTuple):
    mesh: object
    turn: np.ndarray  # [3, 3], to the world's directions and sizes
    position: np.ndarray
    styles: list  # per material; None: as in the file
    group: object  # the same for those that are a group; None: in no group


def _like_skin(look):
    r, g, b = look.colour if look.texture is None else look.texture[..., :3].mean((0, 1)) / 255
    return r > g > b and 0.08 < r - b < 0.5 and r > 0.3


def _mirrored(patch):
    """One that repeats without seams, uint8."""
    patch = (np.clip(patch, 0, 1) * 255).astype(np.uint8)
    patch = np.concatenate([patch, patch[:, ::-1]], 1)
    return np.concatenate([patch, patch[::-1]], 0)


class Stage:
    """World: metres, y up, the ground at 0. All is drawn from `g`."""

    def __init__(self, g, bank, side):
        self.g, self.bank = g, bank
        self.h = self.w = side
        if g.random() < 0.27:
            share = g.choice([0.75, 0.75, 0.5625, 0.667])
            self.h, self.w = (round(side * share), side) if g.random() < 0.6 else (side, round(side * share))
        self.planes, self.instances, self.footprints = [], [], []
        self.backdrop, self.backdrop_is_stuff = None, False
        azimuth, height = g.uniform(0.4, 2.7), g.uniform(0.5, 1.4)
        if g.random() < 0.25:
            azimuth += math.pi  # most often from the camera's side
        level = math.cos(height)
        self.light = np.array([math.cos(azimuth) * level, math.sin(height), math.sin(azimuth) * level])
        self.ambient, self.direct = g.uniform(0.45, 0.8), g.uniform(0.2, 0.8)
        self.tint = (1 + 0.05 * g.standard_normal(3)).astype(F)
        self.shadows = g.uniform(0.2, 0.7)
        self.softness = math.exp(g.uniform(math.log(0.01), math.log(0.12)))  # of shadows, in heights of the scene
        self.exposure = g.uniform(0.35, 0.55)  # mean of the image, about
        self.gloss = g.uniform(0, 0.5) if g.random() < 0.5 else 0

    # Setting up.

    def material(self, size, plain=0.0):
        """A Style of a random Material; `plain`: how often of one colour."""
        grey = F(self.g.uniform(0, 0.8))
        if self.g.random() < plain:
            colour = random_colour(self.g)
            return Style(np.clip(colour + grey * (colour.mean() - colour), 0.05, 0.95))
        share = PHOTO_MATERIALS if self.bank.photos else 0
        patch = Material(self.g, self.bank, share).patch(self.g, PATCH, PATCH)
        patch = patch + grey * (patch.mean(2, keepdims=True) - patch)
        return Style(np.ones(3, F), _mirrored(patch), 2 * size)

    def add_plane(self, origin, u, v, bounds, style, stuff=True):
        self.planes.append(Plane(*(np.array(a, float) for a in (origin, u, v)), bounds, style, stuff))

    def add_photo(self, origin, u, v, bounds):
        """A picture, or what is seen through an opening."""
        size = bounds[1] - bounds[0], bounds[3] - bounds[2]
        shape = max(8, int(220 * min(1, size[1] / size[0]))), max(8, int(220 * min(1, size[0] / size[1])))
        photo = self.bank.photos[self.g.integers(len(self.bank.photos))]
        picture = (random_window(self.g, photo, *shape, 0.5, 1.2) * 255).astype(np.uint8)
        self.add_plane(origin, u, v, bounds, Style(np.ones(3, F), picture), False)

    def styles(self, solid, mesh):
        """Often other colours or materials than in the file, of people's clothes above all."""
        g = self.g
        person = solid.category == 'Characters'
        often = g.choice([0, 0.3, 0.7])
        gain = (1 + 0.08 * g.standard_normal(3)).astype(F)
        out = []
        for look in mesh.looks:
            kind, colour = g.random(), random_colour(g)
            change = kind < often and look is not None and not (person and _like_skin(look))
            if not change or (look.texture is not None and look.texture.shape[2] == 4):
                out.append(None if look is None else Style(look.colour * gain, look.texture))
            elif g.random() < 0.6:
                grey = look.texture
                if grey is not None:
                    grey = np.repeat(cv2.cvtColor(grey, cv2.COLOR_RGB2GRAY)[..., None], 3, 2)
                    colour = colour * F(min(2.5, 140 / (grey.mean() + 10)))
                out.append(Style(colour, grey))
            else:
                out.append(self.material(min(0.6, 0.4 * float(solid.size.max())), 0.2))
        return out

    def add(self, solid, mesh, x, z, yaw, y=0.0, group=None, styles=None):
        g = self.g
        scale = math.exp(g.normal() * 0.06) * np.exp(g.normal(size=3) * 0.035)
        if g.random() < 0.5:
            scale = scale * [-1, 1, 1]
        turn = turn_y(yaw) * scale
        styles = styles or self.styles(solid, mesh)
        self.instances.append(Instance(mesh, turn, np.array([x, y, z], float), styles, group))

    def aim(self, position, target, degrees, roll=0.0):
        """degrees: field of view of the longer side."""
        self.eye = np.array(position, float)
        forward = np.array(target, float) - self.eye
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0, 1, 0])
        right /= np.linalg.norm(right)
        down = np.cross(forward, right)
        c, s = math.cos(roll), math.sin(roll)
        self.axes = np.stack([c * right + s * down, c * down - s * right, forward])
        self.focal = max(self.h, self.w) / 2 / math.tan(math.radians(degrees) / 2)

    # Rendering.

    def render(self):
        """Image [h, w, 3] float32; parts [h, w] uint8; (Painted, group's parts or None) each; parts of stuff each."""
        h, w = self.h * SUPERSAMPLING, self.w * SUPERSAMPLING
        self.raster = Raster(h, w, self.focal * SUPERSAMPLING)
        self.colour, self.owner = np.zeros((h * w, 3), F), np.zeros(h * w, np.int32)
        if self.backdrop is not None:
            self.colour[:] = cv2.resize(self.backdrop, (w, h), interpolation=cv2.INTER_LINEAR).reshape(-1, 3)
            self.owner[:] = 1 if self.backdrop_is_stuff else 0
        world = [i.mesh.triangles @ i.turn.T.astype(F) + i.position.astype(F) for i in self.instances]
        self._map_shadows(world)
        axes, eye = self.axes.T.astype(F), self.eye.astype(F)
        for instance, triangles in zip(self.instances, world):
            self.raster.draw((triangles - eye) @ axes, self._solid_at(instance))
        for number, plane in enumerate(self.planes, 2):
            self._draw_plane(number, plane)
        for i, seen in enumerate(self.raster.seen()):
            self._shade(i, world[i], *seen)
        image = cv2.resize(self.colour.reshape(h, w, 3), (self.w, self.h), interpolation=cv2.INTER_AREA)
        image *= np.clip(self.exposure / (image.mean() + 1e-3), 0.8, 2.2)
        half = SUPERSAMPLING // 2
        owner = self.owner.reshape(h, w)[half::SUPERSAMPLING, half::SUPERSAMPLING]
        return image, *self._number_parts(owner)

    def _map_shadows(self, world):
        """Of the solids on the ground, along the light, seen from above."""
        x, _, z = self.axes[2]
        flat = np.concatenate([t.reshape(-1, 3)[::97] for t in world] or [np.zeros((1, 3))])
        reach = np.abs(flat - self.eye)[:, [0, 2]].max() + 0.5
        self.cells = SHADOW_CELLS / 2 / min(reach, 25.0)
        shadow = np.zeros(SHADOW_CELLS * SHADOW_CELLS, F)
        slope = (self.light[[0, 2]] / self.light[1]).astype(F)
        for triangles in world:
            on_ground = triangles[..., [0, 2]] - triangles[..., 1:2] * slope - self.eye[[0, 2]].astype(F)
            flat = np.concatenate([on_ground, np.ones_like(on_ground[..., :1])], 2)
            shadow[fragments(flat, self.cells, SHADOW_CELLS, SHADOW_CELLS)[3]] = 1
        shadow = shadow.reshape(SHADOW_CELLS, SHADOW_CELLS)
        sigma = max(0.6, self.softness * self.cells * min(reach, 4.0))
        self.shadow = 0.5 * blur_mask(shadow, sigma) + 0.5 * blur_mask(shadow, 3 * sigma)

    def _lit(self, normals):
        """Light on surfaces of these normals [n, 3] towards the camera: [n, 1]."""
        direct = np.maximum(normals @ self.light.astype(F), 0)
        return (self.ambient * (0.8 + 0.2 * normals[:, 1]) + self.direct * direct)[:, None]

    def _draw_plane(self, number, plane):
        raster = self.raster
        normal = np.cross(plane.u, plane.v)
        normal *= np.sign((self.eye - plane.origin) @ normal) or 1
        slope = self.axes @ normal / min((plane.origin - self.eye) @ normal, -1e-6)
        x, y = (np.arange(n) + 0.5 - n / 2 for n in (raster.w, raster.h))
        inverse = ((x * slope[0])[None] + (y * slope[1])[:, None]) / raster.focal + slope[2]
        pixels = np.flatnonzero(inverse.ravel() > np.maximum(raster.inverse, 1e-3))
        inverse = inverse.ravel()[pixels]
        row, column = np.divmod(pixels, raster.w)
        depth = (1 / inverse)[:, None]
        hits = np.stack([x[column] / raster.focal, y[row] / raster.focal, np.ones(len(pixels))], 1) @ self.axes * depth
        hits += self.eye
        u, v = (hits - plane.origin) @ plane.u, (hits - plane.origin) @ plane.v
        u0, u1, v0, v1 = plane.bounds
        inside = (u > u0) & (u < u1) & (v > v0) & (v < v1)
        pixels, inverse, hits, u, v = pixels[inside], inverse[inside], hits[inside], u[inside], v[inside]
        raster.nearest[pixels] = -1
        raster.inverse[pixels] = inverse
        self.owner[pixels] = number
        colour = np.ones((len(pixels), 3), F) * plane.style.colour
        if plane.style.texture is not None and len(pixels):
            size = plane.style.size or u1 - u0
            uv = np.stack([u / size, v / size] if plane.style.size else [(u - u0) / (u1 - u0), (v - v0) / (v1 - v0)], 1)
            # Finer versions of the texture where it is near and not seen at a small angle.
            facing = np.clip(abs((self.eye - plane.origin) @ normal) * inverse, 0.02, 1) ** 0.7
            level = np.clip(np.log2(size * inverse * raster.focal * facing).astype(int), 4, 11)
            for of in np.unique(level):
                at = level == of
                colour[at] *= sample(plane.style.texture, uv[at], 2**of)[:, :3]
        light = self._lit(normal[None].astype(F))[0, 0] * self.tint
        if plane.origin[1] < 0.05 and normal[1] > 0.9:
            at = (hits - self.eye)[:, [0, 2]] * self.cells + SHADOW_CELLS / 2 - 0.5
            column, row = np.rint(np.clip(at, 0, SHADOW_CELLS - 1)).astype(int).T
            light = light * (1 - self.shadows * self.shadow[row, column][:, None])
        self.colour[pixels] = colour * light

    def _solid_at(self, instance):
        """A test for `Raster.draw`: textures have holes."""
        holes = [m for m, s in enumerate(instance.styles) if s and s.texture is not None and s.texture.shape[2] == 4]
        if not holes:
            return None
        mesh = instance.mesh

        def solid_at(triangles, barycentric):
            there = np.ones(len(triangles), bool)
            materials = mesh.materials[triangles]
            for m in holes:
                at = np.flatnonzero(materials == m)
                if len(at):
                    uv = np.einsum('nk,nkc->nc', barycentric[at], mesh.uv[triangles[at]])
                    there[at] = sample(instance.styles[m].texture, uv)[:, 3] > 0.5
            return there

        return solid_at

    def _shade(self, number, world, pixels, triangles, barycentric):
        if not len(pixels):
            return
        instance = self.instances[number]
        mesh, raster = instance.mesh, self.raster
        normals = np.einsum('nk,nkc->nc', barycentric, mesh.normals[triangles].astype(F))
        normals = normals @ np.linalg.inv(instance.turn).astype(F)
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-6)
        points = np.einsum('nk,nkc->nc', barycentric, world[triangles])
        sight = self.eye.astype(F) - points
        sight /= np.linalg.norm(sight, axis=1, keepdims=True)
        normals *= np.where((normals * sight).sum(1, keepdims=True) < 0, -1, 1).astype(F)
        materials = mesh.materials[triangles]
        self.owner[pixels] = FIRST_INSTANCE + number * MATERIALS + materials.astype(np.int32)
        reach = raster.inverse[pixels].max() * raster.focal
        colour = np.empty((len(pixels), 3), F)
        for m in np.unique(materials):
            at = np.flatnonzero(materials == m)
            style = instance.styles[m]
            colour[at] = style.colour
            if style.texture is None:
                continue
            if style.size:
                local = np.einsum('nk,nkc->nc', barycentric[at], mesh.triangles[triangles[at]])
                uv = np.stack([local[:, 0] + 0.7 * local[:, 2], local[:, 1]], 1) / style.size
                across = style.size * reach
            else:
                uv = np.einsum('nk,nkc->nc', barycentric[at], mesh.uv[triangles[at]])
                across = 1.5 * reach * np.ptp(points[at], axis=0).max() / max(1.0, np.ptp(uv, axis=0).max())
            colour[at] *= sample(style.texture, uv, across)[:, :3]
        colour *= self._lit(normals) * self.tint
        if self.gloss:
            middle = sight + self.light.astype(F)
            middle /= np.linalg.norm(middle, axis=1, keepdims=True)
            colour += F(self.gloss) * (np.maximum((normals * middle).sum(1, keepdims=True), 0) ** 40)
        self.colour[pixels] = colour

    def _number_parts(self, owner):
        parts = np.zeros(owner.shape, np.uint8)
        used, stuff, objects, groups = 0, [], [], {}
        for number in np.unique(owner[(owner > 0) & (owner < FIRST_INSTANCE)]):
            used += 1
            parts[owner == number] = used
            if number == 1 or self.planes[number - 2].stuff:
                stuff.append([used])
            else:
                objects.append((Painted([], [used]), None))
        codes, pixels = np.unique(owner[owner >= FIRST_INSTANCE], return_counts=True)
        instance = (codes - FIRST_INSTANCE) // MATERIALS
        shown = np.unique(instance)
        most = int(np.clip((ENOUGH_PARTS - used) // max(1, len(shown)), 1, MOST_PARTS))
        table = np.zeros(int(codes.max()) + 1 if len(codes) else 1, np.uint8)
        for i in shown.tolist():
            own = np.flatnonzero(instance == i)
            own = own[np.argsort(-pixels[own], kind='stable')]
            share = pixels[own] / pixels[own].sum()
            apart = (share >= MERGED) & (np.arange(len(own)) < most)
            numbers = (used + 1 + np.where(apart, np.arange(len(own)), 0)).tolist()
            table[codes[own]] = numbers
            every = sorted(set(numbers))
            targets = [n for n, s in zip(numbers[1:], share[1:]) if n != numbers[0] and s >= TARGET]
            if len(every) > 1:
                targets = [numbers[0], *targets]
            used = every[-1]
            objects.append((Painted(targets, every), self.instances[i].group))
            groups.setdefault(self.instances[i].group, []).extend(every)
        solid = owner >= FIRST_INSTANCE
        parts[solid] = table[owner[solid]]
        return parts, [(painted, None if key is None else groups[key]) for painted, key in objects], stuff
