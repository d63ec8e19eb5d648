"""
Prototypes of whole things, upright. Each has several materials, so that an object is more than one texture. Sizes are
in units of about half the thing; materials are numbered as the comment at the top of each function says.
"""

import math

import numpy as np

from .prototypes import Part
from .shapes import blob, box, capsule, ellipse, oval, rotate, stroke, superellipse, wander


def _from(point, length, angle):
    """The point at that distance; angle in radians from straight down."""
    return point + length * np.array([math.sin(angle), math.cos(angle)])


def _limb(g, start, lengths, angles, width, end, material, end_material):
    """Upper and lower half, and a hand or foot of radius `end`. The lower half may be bare skin (material 0)."""
    joint = _from(start, lengths[0], angles[0])
    tip = _from(joint, lengths[1], angles[1])
    lower = material if g.random() < 0.7 else 0
    return [
        Part([capsule(start, joint, width, width * 0.85)], material, target=False),
        Part([capsule(joint, tip, width * 0.85, width * 0.6)], lower, target=False),
        Part([ellipse(*_from(tip, 0.02, angles[1]), end, end * 0.8)], end_material, target=False),
    ]


def _arm(g, side, shoulder, top, skin):
    """side: -1 left, 1 right."""
    between = g.uniform
    lengths = between(0.18, 0.25), between(0.18, 0.24)
    angles = side * between(-0.1, 0.9), side * between(-0.6, 1.4) * (1 if g.random() < 0.8 else 2)
    return _limb(g, shoulder, lengths, angles, between(0.04, 0.065), 0.04, top, skin)


def _leg(g, side, hip, length, sitting, trousers, shoe):
    angle = side * g.uniform(0, 0.25) + (side * g.uniform(0.3, 0.8) if sitting else 0)
    angles = angle, g.normal() * 0.2 if sitting else angle * 0.3
    return _limb(g, hip, (length * 0.5, length * 0.5), angles, g.uniform(0.06, 0.09), 0.055, trousers, shoe)


def _head(g, centre, r, skin, hair, top):
    """A head with hair or a cap, some with long hair around the face."""
    x, y = centre
    parts = [Part([ellipse(x, y, r * 0.85, r * 1.1)], skin)]
    if g.random() < 0.85:
        above = ellipse(x + g.normal() * 0.01, y - r * 0.45, r * g.uniform(0.85, 1.1), r * g.uniform(0.6, 0.95))
        parts.append(Part([above], hair if g.random() < 0.8 else top, target=False))
    if g.random() < 0.3:
        parts.append(Part([ellipse(x, y + r * 0.3, r * 1.05, r * 1.3)], hair, target=False))
        parts.append(Part([ellipse(x, y, r * 0.7, r * 0.95)], skin, target=False))
    return parts


def person(g):
    skin, hair, top, trousers, shoe = range(5)
    between = g.uniform
    sitting = g.random() < 0.25
    w = between(0.16, 0.26)  # half the shoulders
    hips = w * between(0.7, 1.0)
    leg, r = between(0.42, 0.55), between(0.075, 0.105)
    lean = g.normal() * 0.05
    shoulder, hip = -0.5, between(0.0, 0.08)
    arm_behind = g.random() < 0.5
    arms = [_arm(g, side, np.array([side * w * 0.95, shoulder + 0.06]), top, skin) for side in (-1, 1)]
    parts = arms[0] if arm_behind else []
    for side in (-1, 1):
        parts = parts + _leg(g, side, np.array([side * hips * 0.5, hip]), leg, sitting, trousers, shoe)
    if g.random() < 0.25:
        skirt = box(-hips * 1.1, hip - 0.08, hips * 1.1, hip + between(0.2, 0.4), -0.05)
        parts.append(Part([skirt], trousers))
    neckline = [[-w, shoulder + 0.03], [-w * 0.6, shoulder - 0.02], [w * 0.6, shoulder - 0.02], [w, shoulder + 0.03]]
    parts.append(Part([np.array([*neckline, [hips, hip + 0.05], [-hips, hip + 0.05]])], top))
    if g.random() < 0.35:
        left, high = -w * between(0.1, 0.9), shoulder + between(0.05, 0.3)
        right, low = w * between(0.1, 0.9), shoulder + between(0.32, 0.5)
        parts.append(Part([box(left, high, right, low)], trousers, target=False))
    neck = capsule(np.array([0, shoulder]), np.array([lean, shoulder - 0.07]), 0.05, 0.045)
    parts.append(Part([neck], skin, target=False))
    parts += _head(g, np.array([lean, shoulder - 0.09 - r]), r, skin, hair, top)
    if not arm_behind:
        parts += arms[0]
    parts += arms[1]
    if g.random() < 0.3:
        bag = box(w * between(0.4, 1.1), between(-0.3, 0.1), w * between(1.2, 1.8), between(0.12, 0.4))
        parts.append(Part([bag], shoe))
    return parts


def quadruped(g):
    # Materials: 0 coat, 1 patches or legs, 2 muzzle, ears, a leg.
    between = g.uniform
    length, thick, leg = between(0.35, 0.6), between(0.14, 0.26), between(0.25, 0.55)
    legs = 0 if g.random() < 0.6 else 1
    w = between(0.035, 0.07)
    parts = []
    for x in (-length * 0.85, -length * 0.6, length * 0.6, length * 0.85):
        angle = g.normal() * 0.2
        knee = np.array([x + leg * 0.5 * math.sin(angle), thick * 0.5 + leg * 0.5])
        foot = knee + leg * 0.5 * np.array([math.sin(angle * 0.3), 1])
        polygons = [capsule(np.array([x, thick * 0.3]), knee, w * 1.5, w), capsule(knee, foot, w, w * 0.8)]
        parts.append(Part(polygons, legs if g.random() < 0.8 else 2, target=False))
    chest = np.array([length, g.normal() * 0.05])
    parts.append(Part([capsule(np.array([-length, 0]), chest, thick, thick * between(0.8, 1.15))], 0))
    for _ in range(int(g.integers(0, 5))):
        patch = blob(g) * between(0.06, 0.25) + [between(-length, length), between(-thick, thick)]
        parts.append(Part([patch], 1, clip=not g.random() < 0.1, target=False))

    head = np.array([length + between(0.1, 0.25), -thick - between(0, 0.35)])
    neck = capsule(np.array([length * 0.9, -thick * 0.3]), head, thick * 0.7, thick * 0.45)
    parts.append(Part([neck], 0, target=False))
    r = between(0.1, 0.18)
    parts.append(Part([ellipse(head[0] + r * 0.4, head[1], r * 1.3, r)], 0 if g.random() < 0.7 else 1))
    if g.random() < 0.7:
        parts.append(Part([ellipse(head[0] + r * 1.5, head[1] + r * 0.2, r * 0.6, r * 0.5)], 2, target=False))
    for side in (-0.3, 0.3):
        ear = rotate(oval(g) * [r * 0.25, r * between(0.4, 0.9)], side) + head + [side * r, -r]
        parts.append(Part([ear], 0 if g.random() < 0.6 else 2, target=False))
    tail = wander(g, 3, 16, 0.18, 0.4) - [length + 0.25, thick * 0.3]
    parts.append(Part([stroke(tail, 0.04, 0.02)], 0, target=False))
    return parts


def car(g):
    # Materials: 0 body, 1 windows, 2 tyres, 3 arches, 4 hubs and lamps.
    between = g.uniform
    h, cabin = between(0.16, 0.26), between(0.15, 0.3)
    x0, x1 = between(-0.6, -0.3), between(0.2, 0.6)
    r = between(0.11, 0.17)
    van = g.random() < 0.25
    if van:
        cabin = between(0.3, 0.6)
        x0, x1 = -0.9, 0.9
    body = np.array([[-1, -h * 0.4], [-0.95, -h], [0.9, -h], [1, -h * 0.3], [1, h], [-1, h]])
    roof = np.array([[x0 - 0.15 * (not van), -h], [x0, -h - cabin], [x1, -h - cabin], [x1 + 0.2 * (not van), -h]])
    parts = [Part([body], 0), Part([roof], 0, target=False)]
    count = int(g.integers(3, 8)) if van else int(g.integers(1, 4))
    ends = np.linspace(x0 + 0.02, x1 - 0.02, count + 1)
    sill = -h + (-cabin * 0.3 if van else 0)
    windows = [box(a + 0.02, -h - cabin * 0.85, b - 0.02, sill) for a, b in zip(ends, ends[1:])]
    parts.append(Part(windows, 1, target=g.random() < 0.5))
    for x in (-0.62, 0.6):
        parts.append(Part([ellipse(x, h, r * 1.15, r * 1.1)], 3, target=False))
        parts.append(Part([ellipse(x, h, r, r)], 2))
        parts.append(Part([ellipse(x, h, r * 0.55, r * 0.55)], 4, target=False))
    for x in (-0.97, 0.93):
        parts.append(Part([box(x - 0.03, -h * 0.5, x + 0.05, -h * 0.1)], 4, target=False))
    if g.random() < 0.5:
        bumper = box(-1, h * 0.3, 1, h * between(0.4, 0.7))
        parts.append(Part([bumper], 3 if g.random() < 0.5 else 4, target=False))
    return parts


def tree(g):
    # Materials: 0 trunk, 1 and 2 leaves.
    between = g.uniform
    parts = [Part([box(-between(0.04, 0.1), -0.1, between(0.04, 0.1), 0.9, 0.02)], 0)]
    for _ in range(int(g.integers(2, 7))):
        crown = blob(g, between(0.2, 0.5)) * between(0.25, 0.5) + [between(-0.35, 0.35), between(-0.8, -0.1)]
        parts.append(Part([crown], 1 if g.random() < 0.8 else 2, target=False))
    return parts


def vessel(g):
    """A turned profile with bands, a rim, a handle: bottle, vase, cup, lamp."""
    # Materials: 0 body and handle, 1 to 3 bands, 4 rim.
    count = int(g.integers(3, 7))
    y = np.linspace(-1, 1, 40)
    profile = np.interp(y, np.linspace(-1, 1, count), g.uniform(0.1, 0.6, count))
    profile = np.convolve(np.pad(profile, 3, mode='edge'), np.ones(7) / 7, 'valid')
    body = np.concatenate([np.stack([profile, y], 1), np.stack([-profile, y], 1)[::-1]])
    parts = []
    if g.random() < 0.35:
        x = profile[20] + 0.1
        parts.append(Part([ellipse(x, 0, 0.35, 0.4)], 0, target=False, holes=(ellipse(x, 0, 0.22, 0.27),)))
    parts.append(Part([body], 0))
    for _ in range(int(g.integers(0, 4))):
        top = g.uniform(-0.95, 0.7)
        band = box(-1, top, 1, top + g.uniform(0.05, 0.6))
        parts.append(Part([band], int(g.integers(1, 4)), clip=True, target=g.random() < 0.5))
    if g.random() < 0.4:
        parts.append(Part([ellipse(0, -1, profile[0], profile[0] * g.uniform(0.1, 0.35))], 4, target=False))
    return parts


def furniture(g):
    """Boards and legs with the gaps between: table, chair, shelf, bed, screen."""
    # Materials: 0 boards, 1 legs, 2 back or case, 3 screen, 4 what stands on it.
    between = g.uniform
    parts = []
    thick, w, h, leg = between(0.04, 0.12), between(0.5, 1.0), between(0.5, 0.9), between(0.03, 0.08)
    kind = g.random()
    legs = (-w + leg, w - leg) + ((-w * 0.5, w * 0.55) if g.random() < 0.5 else ())
    for x in legs:
        parts.append(Part([box(x - leg, 0, x + leg, h)], 0 if g.random() < 0.6 else 1, target=False))
    if kind < 0.5:
        board = box(-w - 0.1, -thick, w + 0.1, thick)
    else:
        board = np.array([[-w * 0.8, -0.3], [w * 0.8, -0.3], [w + 0.1, thick], [-w - 0.1, thick]])
    parts.append(Part([board], 0))
    if kind < 0.4:
        back = box(-w, -h * between(0.6, 1.2), w if g.random() < 0.5 else -w * 0.6, 0)
        parts.append(Part([back], 2 if g.random() < 0.6 else 0))
    if kind > 0.7:
        parts.append(Part([box(-w * 0.9, -between(0.6, 0.9), w * 0.9, -0.1)], 2))
        parts.append(Part([box(-w * 0.82, -0.55, w * 0.82, -0.16)], 3, target=g.random() < 0.6))
    for _ in range(int(g.integers(0, 3))):
        x = between(-w, w)
        item = box(x - between(0.1, 0.4), -between(0.1, 0.3), x + between(0.1, 0.4), thick)
        parts.append(Part([item], 4, target=g.random() < 0.6))
    return parts


def plate(g):
    """A dish with things on it."""
    # Materials: 0 dish, 1 its middle, 1 to 4 things.
    flat = g.uniform(0.35, 1)
    parts = [
        Part([ellipse(0, 0, 1, flat, 48)], 0),
        Part([ellipse(0, 0, 0.75, 0.75 * flat, 40)], 0 if g.random() < 0.5 else 1, target=False),
    ]
    for _ in range(int(g.integers(2, 9))):
        r = g.uniform(0.1, 0.4)
        shape = blob(g, 0.3) if g.random() < 0.6 else superellipse(g)
        piece = shape * r + [g.uniform(-0.5, 0.5), g.uniform(-0.5, 0.5) * flat]
        parts.append(Part([piece], int(g.integers(1, 5)), clip=True, target=g.random() < 0.7))
    return parts


def bird(g):
    # Materials: 0 body, 1 wing and tail, 2 head, 3 legs and beak.
    between = g.uniform
    parts = []
    length = between(0.3, 0.5)
    for x in (-0.05, 0.1):
        leg = np.stack([np.linspace(x, x + 0.03, 8), np.linspace(0.2, between(0.5, 0.8), 8)], 1)
        parts.append(Part([stroke(leg, 0.02)], 3, target=False))
    tips = [[-length - between(0.3, 0.6), between(-0.1, 0.2)], [-length - between(0.2, 0.5), between(0.15, 0.3)]]
    tail = np.array([[-length * 0.8, -0.05], *tips, [-length * 0.7, 0.12]])
    parts.append(Part([tail], 1, target=False))
    body = ellipse(0, 0, length, length * between(0.45, 0.7))
    parts.append(Part([rotate(body, between(-0.4, 0.4))], 0))
    wing = oval(g) * [length * 0.8, length * 0.3] + [-length * 0.2, 0]
    parts.append(Part([rotate(wing, between(0, 0.6) * (1 if g.random() < 0.8 else -4))], 1))
    x, y = length * 0.9, -length * 0.6
    parts.append(Part([ellipse(x, y, length * 0.35, length * 0.33)], 0 if g.random() < 0.5 else 2))
    x = x + length * 0.25
    beak = np.array([[x, y - 0.04], [x + between(0.08, 0.3), y + between(0, 0.06)], [x, y + 0.06]])
    parts.append(Part([beak], 3, target=False))
    return parts


_THINGS = (
    *(person, person, person),
    *(quadruped, quadruped),
    *(car, car),
    tree,
    *(vessel, vessel),
    *(furniture, furniture),
    plate,
    bird,
)


def any_thing(g):
    return _THINGS[g.integers(len(_THINGS))](g)
