"""What prompts say of each place of an image: maps for the decoder, beside its tokens."""

import torch

from .layers import shaped

# Labels of points.
PADDING, BACKGROUND, FOREGROUND, TOP_LEFT, BOTTOM_RIGHT = -1, 0, 1, 2, 3
LABELS = 4  # without padding
HIDDEN = -60  # added to the scores of attention: next to nothing is paid to it, and no exponential is denormal
# Of each label, from padding on: is it used, background, foreground, a first or a last corner; what hides it.
KINDS = ((0, 0, 0, 0, 0, HIDDEN), (1, 1, 0, 0, 0, 0), (1, 0, 1, 0, 0, 0), (1, 0, 0, 1, 0, 0), (1, 0, 0, 0, 1, 0))

CELL = 8  # pixels of the frame
SCALES = (0.02, 0.07, 0.22)  # widths of the proximity maps of clicks, in frame sides
GATHERED = 0.6  # the same of what is gathered at a click, in cells
EDGE = 8  # steepness of a box's edges, in halves of the box
SIDES = 4  # of a box: what is beside it, left, right, above and below
REACH = 0.12  # how far that goes, in the box's sides, but at least a cell
# Where it begins and ends, along x and along y: how often the first corner, the last one and the reach, for each side.
BANDS = (
    (((1, 0, -1), (0, 1, 0), (1, 0, 0), (1, 0, 0)), ((1, 0, 0), (0, 1, 1), (0, 1, 0), (0, 1, 0))),
    (((1, 0, -1), (1, 0, -1), (1, 0, -1), (0, 1, 0)), ((0, 1, 1), (0, 1, 1), (1, 0, 0), (0, 1, 1))),
)


def outer(x, y):
    """What is said of columns times what is said of rows: [N, *, K, S] twice, * alike or 1 -> [N, *, K, S, S]."""
    return y.unsqueeze(-1) * x.unsqueeze(-2)


class PromptMaps:
    """
    Of points [N, P, 2] in pixels with labels [N, P], for a grid of S x S cells. Nearly everything is a product of what
    is said of rows and of columns, [N, 2, *, S] with x first: those are few.
    """

    def __init__(self, points, labels, side):
        self.side = side
        self.index = (labels + 1).long()
        kinds = torch.tensor(KINDS, dtype=points.dtype, device=points.device)[self.index]
        self.used, self.background, self.foreground, self.first, self.last, hidden = kinds.split(1, -1)  # [N, P, 1]
        self.hidden = hidden.squeeze(-1)
        self.one_click = self.foreground.sum(1) * (self.used.sum(1) == 1)  # [N, 1], and nothing else
        self.xy = (points + 0.5) / (CELL * side)  # 0 to 1 over the frame
        self.clicked = (self.xy * self.foreground).sum(1)  # [N, 2], the place of the click where there is but one
        self.box = [(self.xy * corner).sum(1) for corner in (self.first, self.last)]  # [N, 2]
        self.has_box = self.last.amax(1)  # [N, 1]
        centres = (torch.arange(side, dtype=points.dtype, device=points.device) + 0.5) / side
        self.squares = (self.xy.transpose(1, 2).unsqueeze(-1) - centres) ** 2  # distances, [N, 2, P, S]
        first, last = self.box
        middle, half = (first + last) / 2, ((last - first).abs() / 2).clamp(min=0.005)
        in_box = (centres - middle.unsqueeze(-1)) / half.unsqueeze(-1)  # -1 to 1 inside
        self.in_box = in_box.clamp(-2, 2) * self.has_box.unsqueeze(-1)
        self.inside = torch.sigmoid((1 - in_box.abs()) * EDGE)  # [N, 2, S]

    def maps(self):
        """
        Maps [N, *, S S], ten in all: proximity to clicks at three scales, foreground and background; then inside the
        box, coordinates in it, and whether there is one.
        """
        n, cells = 2 * len(SCALES), self.side**2
        sharpness = self.squares.new_tensor([-0.5 / scale**2 for scale in SCALES]).view(-1, 1, 1, 1)
        x, y = torch.exp(self.squares.unsqueeze(1) * sharpness).split(1, 2)  # [N, 3, 1, P, S]
        clicks = torch.stack([self.foreground, self.background], 1).unsqueeze(1)  # [N, 1, 2, P, 1]
        near = outer(x, y * clicks).amax(3)
        column, row = self.in_box.split(1, 1)  # [N, 1, S]
        across = torch.zeros(self.side, self.side, dtype=row.dtype, device=row.device)
        has_box = self.has_box.unsqueeze(-1)
        box = [outer(*self.inside.split(1, 1)), across + column.unsqueeze(-2), across + row.unsqueeze(-1)]
        box[0] = box[0] * has_box.unsqueeze(-1)
        return [shaped(near, 0, n, cells), *(shaped(x, 0, 1, cells) for x in box), has_box + shaped(across, 1, cells)]

    def places(self):
        """
        Weights [N, P + 4, S S] of places to look at: each click's own place, for a corner all that is in the box, and
        then what is beside the box on its four sides. Their sums are 1, or 0 where there is none.
        """
        near = torch.exp(self.squares * (-0.5 * (self.side / GATHERED) ** 2))
        clicks, corners = (x.unsqueeze(1) for x in (self.foreground + self.background, self.first + self.last))
        near = near / (near.sum(-1, keepdim=True) + 1e-9) * clicks
        inside = self.inside / (self.inside.sum(-1, keepdim=True) + 1e-4)
        x, y = torch.cat([near + inside.unsqueeze(2) * corners, self._beside()], 2).split(1, 1)
        return shaped(outer(x, y), 0, -1, self.side**2)

    def _beside(self):
        """Rows and columns [N, 2, 4, S] that are beside the box."""
        first, last = (corner * self.side for corner in self.box)
        reach = ((last - first) * REACH).clamp(min=1)
        edges = torch.stack([first, last, reach], -1).unsqueeze(2)  # [N, 2, 1, 3]
        bands = edges.new_tensor(BANDS).flatten(1, 2).transpose(1, 2)  # [2, 3, 8]
        begin, end = shaped(edges @ bands, 0, 2, 2, SIDES, 1).unbind(2)
        at = torch.arange(self.side, dtype=begin.dtype, device=begin.device) + 0.5
        there = (at - begin + 0.5).clamp(0, 1) * (end - at + 0.5).clamp(0, 1)
        return there / (there.sum(-1, keepdim=True) + 1e-2) * shaped(self.has_box, -1, 1, 1, 1)
