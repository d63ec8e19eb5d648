"""What of a scene can be asked for: sets of parts, nested as part, object, group; or stuff."""

import numpy as np

PART, OBJECT, GROUP, STUFF = range(4)
MIN_PIXELS, MAX_SHARE = 24, 0.8  # of a target; the share is of the scene's area
MAX_TARGETS = 96  # of a scene


class _Targets:
    """Targets found so far, each once; `pixels` [256] of each part are visible, of `area`."""

    def __init__(self, pixels, area):
        self.pixels, self.area = pixels, area
        self.found = {}
        self.chain = []

    def add(self, parts):
        """The target of these parts; -1 if too little of them is visible, or too much."""
        parts = tuple(sorted(i for i in parts if self.pixels[i] > 0))
        pixels = sum(int(self.pixels[i]) for i in parts)
        if not MIN_PIXELS <= pixels <= MAX_SHARE * self.area:
            return -1
        if parts not in self.found:
            self.found[parts] = len(self.found)
            self.chain.append([-1, -1, -1, PART])
        return self.found[parts]

    def add_object(self, painted, group):
        whole = self.add(painted.parts)
        all_of_group = self.add(group) if group else -1
        if all_of_group == whole:
            all_of_group = -1
        for part in painted.targets:
            t = self.add([part])
            if t >= 0 and t != whole:
                self.chain[t] = [t, whole, all_of_group, PART]
        if whole >= 0:
            self.chain[whole] = [whole, all_of_group, -1, OBJECT]
        # A hidden member does not make a group of the only one that shows.
        if all_of_group >= 0 and whole >= 0:
            self.chain[all_of_group] = [all_of_group, -1, -1, GROUP]

    def add_stuff(self, parts):
        t = self.add(parts)
        if t >= 0:
            self.chain[t] = [t, -1, -1, STUFF]

    def add_outlines(self, outlines):
        targets = [self.add(outline.regions) for outline in outlines]
        for t, outline in zip(targets, outlines):
            if t >= 0:
                # What is in front may have made one of two nested ones.
                around = [targets[i] for i in outline.containers]
                around = [c for c in dict.fromkeys(around) if c not in (-1, t)]
                self.chain[t] = [t, *around, *[-1] * (2 - len(around)), outline.kind]


def nested_targets(objects, stuff, pixels, area, outlines=()):
    """
    objects: (Painted, parts of the group that it is of or None) each; stuff: parts each; pixels [256] that each part
    shows in a scene of `area` pixels; outlines: of an annotated background, their regions numbered as parts. Returns
    members [K, 256] uint8 (is the part one of target k?) and chain [K, 4] int16: up to three nested targets from k
    outwards (-1: none), and the kind of k.
    """
    targets = _Targets(pixels, area)
    targets.add_outlines(outlines)
    for painted, group in objects:
        targets.add_object(painted, group)
    for parts in stuff:
        targets.add_stuff(parts)
    members = np.zeros((len(targets.found), 256), np.uint8)
    for parts, t in targets.found.items():
        members[t, list(parts)] = 1
    members = members[:MAX_TARGETS]
    chain = np.array(targets.chain, np.int16).reshape(-1, 4)[:MAX_TARGETS]
    nested = chain[:, :3]
    nested[nested >= len(members)] = -1
    return members, chain
