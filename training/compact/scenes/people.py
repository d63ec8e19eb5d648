"""People of any age, build, pose and clothes, made of tubes around a skeleton. Lengths are shares of their height."""

import math

import numpy as np

from .skin import TEXTURE, Skin, along, cloth, direction, jointed, textured, turn_x, turn_y, turn_z
from .solids import Look
from .textures import random_colour, smooth_noise

SKIN, HAIR, TOP, TROUSERS, SHOES, EXTRA, DARK = range(7)  # materials
THIGH, SHIN, TORSO, UPPER_ARM, FOREARM = 0.245, 0.245, 0.30, 0.165, 0.15
SKINS = np.array([[0.94, 0.78, 0.68], [0.87, 0.68, 0.55], [0.78, 0.57, 0.42], [0.58, 0.40, 0.28], [0.36, 0.24, 0.17]])
HAIRS = np.array([[0.06, 0.05, 0.05], [0.15, 0.1, 0.07], [0.32, 0.2, 0.12], [0.62, 0.47, 0.28], [0.6, 0.6, 0.6]])


def _legs(g, pose):
    """(forward, knee, aside) of each leg, in radians."""
    if pose == 'sitting':
        return [(g.uniform(1.2, 1.6), g.uniform(1.0, 1.8), g.uniform(0.02, 0.35)) for _ in range(2)]
    if pose == 'crouching':
        return [(g.uniform(1.0, 2.1), g.uniform(1.4, 2.4), g.uniform(0, 0.5)) for _ in range(2)]
    if pose == 'riding':
        return [(g.uniform(0.9, 1.4), g.uniform(1.0, 1.7), g.uniform(0.08, 0.3)) for _ in range(2)]
    if pose == 'moving':
        stride, running = g.uniform(0.2, 0.9), g.uniform(0.1, 1.5)
        legs = [(stride, g.uniform(0, running), g.uniform(0, 0.15)), (-stride * 0.7, g.uniform(0.1, running), 0.05)]
        return legs if g.random() < 0.5 else legs[::-1]
    apart = abs(g.normal() * 0.12)
    return [(g.normal() * 0.08, abs(g.normal() * 0.1), apart) for _ in range(2)]


def _arm(g, pose):
    """(forward, aside, elbow, inward), in radians."""
    if pose == 'riding':
        return g.uniform(0.7, 1.2), g.uniform(0.1, 0.35), g.uniform(0, 0.7), 0.1
    kind = g.random()
    if kind < 0.4:
        forward = g.normal() * (0.6 if pose == 'moving' else 0.2)
        return forward, g.uniform(0.05, 0.35), abs(g.normal() * 0.4), 0.1
    if kind < 0.65:
        return g.uniform(-0.2, 0.9), g.uniform(0.1, 0.6), g.uniform(0.8, 2.3), g.uniform(0, 0.8)
    if kind < 0.85:
        return g.uniform(0.5, 1.6), g.uniform(0, 0.5), g.uniform(0, 1.4), g.uniform(0, 0.6)
    return g.uniform(-0.5, 2.9), g.uniform(0.2, 1.6), g.uniform(0, 1.8), g.uniform(-0.5, 0.5)


def _head(g, skin, neck, turn, r, female):
    """Around `neck`, the upper end of it; r: half of its height."""
    at = lambda x, y, z: neck + turn @ (np.array([x, y, z]) * r)
    width = g.uniform(0.7, 0.8)
    skin.ball(at(0, 0.85, 0.12), np.array([width, 1, 0.9]) * r, SKIN, turn)
    skin.ball(at(0, 0.25, 0.35), np.array([width * 0.75, 0.5, 0.6]) * r, SKIN, turn)
    skin.ball(at(0, 0.7, 1.0), np.array([0.14, 0.22, 0.18]) * r, SKIN, turn)
    for side in (-1, 1):
        skin.ball(at(side * width * 0.45, 0.95, 0.88), np.array([0.14, 0.08, 0.1]) * r, DARK, turn)
        skin.ball(at(side * width, 0.75, 0.05), np.array([0.1, 0.22, 0.15]) * r, SKIN, turn)
    skin.ball(at(0, 0.25, 0.9), np.array([0.26, 0.06, 0.08]) * r, DARK if g.random() < 0.5 else SKIN, turn)
    if not female and g.random() < 0.25:
        skin.ball(at(0, 0.12, 0.55), np.array([width * 0.8, 0.45, 0.5]) * r, HAIR, turn)
    if g.random() < 0.9:
        thick = g.uniform(1.02, 1.25)
        skin.ball(at(0, 1.15, -0.12), np.array([width * 1.04 * thick, 0.82 * thick, 0.95 * thick]) * r, HAIR, turn)
    if g.random() < (0.7 if female else 0.06):
        keys = [at(0, 1.1, -0.5), at(0, 0.2, -0.8), at(0, g.uniform(-2.2, 0), -0.9)]
        skin.tube(keys, np.array([[0.8, 0.5], [0.95, 0.4], [0.5, 0.25]]) * r, HAIR, turn[:, 0])
    if g.random() < 0.25:
        material = EXTRA if g.random() < 0.6 else TOP
        skin.ball(at(0, 1.35, 0), np.array([width * 1.15, 0.75, 1.05]) * r, material, turn)
        brim = g.random()
        if brim < 0.7:
            forward, reach = (0.75, 0.9) if brim < 0.4 else (0.1, 1.7)
            skin.ball(at(0, 1.3, forward), np.array([reach * 0.95, 0.08, reach]) * r, material, turn)


def _torso(g, skin, pelvis, frame, build, female, hips, shoulders, thick):
    """From the pelvis up; the material of its lower quarter is that of the trousers."""
    bend = g.uniform(-0.03, 0.05)
    keys = [pelvis + frame @ np.array([0, y * TORSO, bend * math.sin(math.pi * y)]) for y in (0.0, 0.33, 0.7, 1.0)]
    belly = build * (1 + max(0.0, build - 1))
    radii = np.array([
        [hips * 1.12, 0.066 * build], [hips * (0.85 if female else 0.95), 0.058 * belly],
        [shoulders * 0.86, 0.066 * build], [shoulders * 0.62, 0.042],
    ])
    if female:
        chest = keys[2] + frame @ np.array([0, -0.01, 0.045])
        skin.ball(chest, [shoulders * 0.7, 0.04, 0.045 * build], TOP, frame)
    skin.tube(keys, radii + thick, TOP, frame[:, 0])
    skin.tube(keys, radii + (0.004 if g.random() < 0.5 else thick - 0.003), TROUSERS, frame[:, 0], (0, 0.3))
    if g.random() < 0.3:
        front = [k + frame @ np.array([0, 0, r[1] + thick - 0.008]) for k, r in zip(keys, radii)]
        skin.tube(front, np.array([[0.01, 0.01], [0.018, 0.01], [0.03, 0.01], [0.03, 0.008]]), EXTRA, frame[:, 0])
    return keys[3]


def _wear_skirt(g, skin, pelvis, knees, feet, hips, material):
    """From the waist along the middle of both legs; wide enough for them."""
    middles = np.stack([pelvis, knees.mean(0), feet.mean(0)])
    end = along(middles, [g.uniform(0.5, 1.9)])[0]
    spread = np.abs(knees[0] - knees[1]).max() / 2 + 0.05
    flare = g.uniform(1.0, 1.5) * max(hips * 1.15, spread)
    keys = [pelvis + [0, 0.07, 0], pelvis, (pelvis + end) / 2, end]
    radii = [[hips * 0.9, 0.06], [hips * 1.15, 0.075], [(hips + flare) / 2 * 1.1, 0.09], [flare, flare * 0.85]]
    skin.tube(keys, np.array(radii), material)


def _stand(g, skin, pose, pelvis, build, hips):
    """Legs: bare, then what covers them; knees and feet [2, 3]."""
    covered = g.choice([0.97, 0.97, g.uniform(0.2, 0.55)])
    knees, feet = np.zeros((2, 3)), np.zeros((2, 3))
    for i, (forward, knee, aside) in enumerate(_legs(g, pose)):
        side = 2 * i - 1
        hip = pelvis + [side * hips * 0.55, 0, 0]
        knees[i] = hip + THIGH * direction(forward, aside, side)
        feet[i] = knees[i] + SHIN * direction(forward - knee, aside * 0.4, side)
        line, radii = jointed([hip, knees[i], feet[i]]), np.array([0.052, 0.046, 0.034, 0.034, 0.021]) * build
        skin.tube(line, radii, SKIN)
        skin.tube(line, radii + g.choice([0.004, 0.012, 0.02]), TROUSERS, part=(0, covered))
        flat = pose in ('sitting', 'riding', 'crouching')
        turn = turn_y(g.normal() * 0.2 + side * 0.25) @ turn_x(0.0 if flat else -0.25 * (forward - knee))
        skin.ball(feet[i] + turn @ np.array([0, -0.022, 0.03]), [0.03, 0.024, 0.075], SHOES, turn)
    return knees, feet


def _reach(g, skin, pose, neck, frame, build, shoulders, thick):
    """Arms: bare, then sleeves."""
    sleeve = g.choice([0.95, 0.95, 0.4, 0.3, 0.0])
    for side in (-1, 1):
        forward, aside, elbow, inward = _arm(g, pose)
        shoulder = neck + frame @ np.array([side * shoulders * 0.92, -0.025, 0])
        joint = shoulder + UPPER_ARM * (frame @ direction(forward, aside, side))
        wrist = joint + FOREARM * (frame @ direction(forward + elbow, aside - inward, side))
        line = jointed([shoulder, joint, wrist])
        radii = np.array([0.034, 0.029, 0.023, 0.022, 0.015]) * build
        skin.tube(line, radii, SKIN)
        if sleeve:
            skin.tube(line, radii + max(0.004, thick * g.uniform(0.5, 1)), TOP, part=(0, sleeve))
        hand = wrist + 0.035 * (wrist - joint) / FOREARM
        skin.tube([wrist, hand], [[0.012, 0.018], [0.014, 0.026]], SKIN)


def person(g, pose):
    """(Solid, Mesh) of one in a pose: standing, moving, sitting, riding, crouching or lying."""
    skin, female, child = Skin(), g.random() < 0.5, g.random() < 0.15
    height = g.uniform(0.8, 1.45) if child else g.normal(1.64 if female else 1.76, 0.07)
    build = math.exp(g.normal() * 0.14) * (1.1 if child else 1)
    hips = 0.086 * (1.08 if female else 0.95) * math.sqrt(build)
    shoulders = (0.108 if female else 0.124) * math.sqrt(build) * g.uniform(0.92, 1.08)
    thick = g.choice([0.006, 0.01, 0.02])

    lean = g.normal() * 0.08 if pose in ('standing', 'lying') else g.uniform(-0.15, 0.5) + 0.3 * (pose == 'riding')
    if pose == 'crouching' or (pose == 'standing' and g.random() < 0.1):
        lean = g.uniform(0.3, 1.3)
    frame = turn_y(g.normal() * 0.25) @ turn_x(lean) @ turn_z(g.normal() * 0.08)
    pelvis = np.zeros(3)
    neck = _torso(g, skin, pelvis, frame, build, female, hips, shoulders, thick)

    knees, feet = _stand(g, skin, pose, pelvis, build, hips)
    if (female and g.random() < 0.4 or g.random() < 0.08) and pose in ('standing', 'lying'):
        material = TOP if g.random() < 0.5 else TROUSERS
        _wear_skirt(g, skin, pelvis, knees, feet, hips, material)

    _reach(g, skin, pose, neck, frame, build, shoulders, thick)

    r = 0.066 * (g.uniform(1.25, 1.6) if child else g.uniform(0.95, 1.08))
    look = frame @ turn_x(-lean * g.uniform(0, 1)) @ turn_y(g.normal() * 0.4) @ turn_x(g.normal() * 0.2)
    top = neck + frame @ np.array([0, 0.05, 0.005])
    skin.tube([neck - frame[:, 1] * 0.02, top], [0.032 * build**0.5, 0.027], SKIN)
    _head(g, skin, top, look, r, female)
    if g.random() < 0.2:
        behind = neck + frame @ np.array([0, -0.14, -0.07 * build - 0.04])
        skin.ball(behind, [shoulders * 0.75, 0.12, g.uniform(0.04, 0.07)], EXTRA, frame)

    if pose == 'lying':
        skin.move(turn_y(g.uniform(-0.4, 0.4)) @ turn_x(-g.choice([-1, 1, 1]) * math.pi / 2) @ turn_y(g.normal() * 0.5))
    skin.move(np.eye(3) * height)
    name = {'sitting': 'sitting', 'crouching': 'sitting', 'lying': 'lying'}.get(pose, '')
    return skin.solid(f'{name} {"female" if female else "male"}'.strip(), _looks(g))


def _looks(g):
    shade = g.integers(len(SKINS) - 1) + g.random()
    low = int(shade)
    tone = SKINS[low] + (SKINS[low + 1] - SKINS[low]) * (shade - low)
    colour = lambda: random_colour(g)
    return [
        textured(tone, 0.05 * smooth_noise(g, TEXTURE, 2.5)),
        textured(HAIRS[g.integers(len(HAIRS))] * g.uniform(0.7, 1.3), 0.15 * smooth_noise(g, TEXTURE, 1)),
        cloth(g, colour(), colour()),
        cloth(g, colour() * g.uniform(0.4, 1), colour()),
        Look(np.float32(colour() * g.uniform(0.2, 1)), None),
        cloth(g, colour(), colour()),
        Look(np.float32([0.12, 0.08, 0.08]), None),
    ]
