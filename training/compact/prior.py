"""
What is added to the logits and the predicted IoU of a first prompt where people ask, and never in training. In pictures
unlike those that it was trained on the model is less sure of what is inside an object than of what is outside, and its
masks become too small. So around a click, and within a box, it takes less to be inside, and outside a box more. A model
that was trained with this would learn to undo it. There it also knows less well which of its masks is meant by a click.
But people click in the middle of what they mean, so the masks in whose middle the click lies are preferred.

The constants were chosen on validation: those of the logits by models of earlier stages on kinds of scenes that they
had not been trained on, and so that this one loses nothing on kinds that it knows; those of the predicted IoU by this
one, with clicks in the middle and elsewhere. ../README.md has the figures.
"""

import torch

from .depth import around, kernels, response, responses, squared_depth
from .layers import shaped

# In logits: of Gaussians around a click and the centre of a box, and what is taken off outside the box.
CLICK_HEIGHT = 0.5
BOX_HEIGHT = 0.5
OUTSIDE_BOX = 1.0
CLICK_DEVIATION = 0.1  # in frame sides
BOX_DEVIATION = 8**-0.5  # in sides of the box
FAR = 1e4
# Of the predicted IoU: what a mask gains in whose very middle the click is against one at whose border it is; and the
# share of the gain that is taken off all, so that what is predicted is right on average.
CENTRAL = 0.2
USUAL = 0.5
SURE, OUTSIDE = 16, 8.5  # a cell is outside a mask that covers less than .47 of it, and inside one from .53 on


def location_prior(prompts, has_mask, side):
    """
    Of prompt_maps.PromptMaps and has_mask [N]: logits [N, 1, side, side] over the frame, 0 where there is more, or
    less, than one click on the object or one box.
    """
    is_click = prompts.one_click
    is_box = prompts.has_box * (prompts.used.sum(1) == 2)
    first, last = prompts.box
    centre = prompts.clicked * is_click + (first + last) * (is_box / 2)
    deviation = torch.where(is_box > 0, ((last - first) * BOX_DEVIATION).clamp(min=1e-3), CLICK_DEVIATION)

    begin = torch.arange(side, dtype=centre.dtype, device=centre.device)
    offset = ((begin + 0.5) / side - centre.unsqueeze(-1)) / deviation.unsqueeze(-1)
    # Of an object whose box reaches the border of the frame, more lies beyond: it is not less likely there.
    first, last = first * side, last * side
    is_cut = [(is_box * cut).unsqueeze(-1) for cut in (first < 1, last > side - 1)]
    offset = torch.maximum(torch.minimum(offset, FAR * (1 - is_cut[1])), FAR * (is_cut[0] - 1))
    near = torch.exp(offset**2 * -0.5)
    covered = (begin + 1 - first.unsqueeze(-1)).clamp(0, 1) * (last.unsqueeze(-1) - begin).clamp(0, 1)

    alone = 1 - shaped(has_mask, -1, 1)
    outside = is_box * alone * OUTSIDE_BOX
    height = (is_click * CLICK_HEIGHT + is_box * BOX_HEIGHT) * alone
    x, y = torch.stack([near, covered, torch.ones_like(near)], 2).split(1, 1)
    y = y * torch.stack([height, outside, -outside], 1).unsqueeze(1)
    return y.transpose(2, 3) @ x


def central_prior(prompts, has_mask, covered):
    """
    Of prompt_maps.PromptMaps, has_mask [N] and the shares [N, M, S S] of cells that M masks cover: for the predicted
    IoU of each, [N, M], 0 where there is more, or less, than one click on the object. How much in the middle of a mask
    a click is, is its squared distance to the outside as a share of the largest that there is in the mask.
    """
    side = prompts.side
    outside = around(shaped((OUTSIDE - SURE * covered).clamp(0, 1), 0, 0, side, side))
    click = shaped(prompts.clicked * side, 0, 2, 1, 1, 1)
    column, row = kernels(click, side).unbind(1)  # [N, 1, 1, S + 2]
    here = squared_depth(shaped(response(row, outside, column), 0, -1))
    deepest = squared_depth(shaped(responses(outside), 0, 0, -1).amin(2))
    share = here / torch.maximum(here, deepest + 0.01)
    return prompts.one_click * (1 - shaped(has_mask, -1, 1)) * (CENTRAL * share - CENTRAL * USUAL)
