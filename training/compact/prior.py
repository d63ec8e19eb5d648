"""
What is added to the logits of a first prompt where people ask, and never in training. In pictures unlike those that it
was trained on the model is less sure of what is inside an object than of what is outside, and its masks become too
small. So around a click, and within a box, it takes less to be inside, and outside a box more. A model that was trained
with this would learn to undo it.

The constants were chosen on validation, by models of earlier stages on kinds of scenes that they had not been trained
on, and so that this one loses nothing on kinds that it knows: ../README.md has the figures.
"""

import torch

# In logits: of Gaussians around a click and the centre of a box, and what is taken off outside the box.
CLICK_HEIGHT = 0.5
BOX_HEIGHT = 0.5
OUTSIDE_BOX = 1.0
CLICK_DEVIATION = 0.1  # in frame sides
BOX_DEVIATION = 8**-0.5  # in sides of the box


def location_prior(prompts, has_mask, side):
    """
    Of decoder.Prompts and has_mask [N, 1, 1]: logits [N, 1, side, side] over the frame, 0 where there is more, or less,
    than one click on the object or one box.
    """
    dtype = prompts.xy.dtype
    count = prompts.used.sum(1)
    is_click = prompts.foreground.sum(1) * (count == 1).to(dtype)
    is_box = prompts.has_box * (count == 2).to(dtype)
    first, last = prompts.box
    centre = (prompts.xy * prompts.foreground).sum(1) * is_click + (first + last) * (is_box / 2)
    deviation = torch.where(is_box > 0, ((last - first) * BOX_DEVIATION).clamp(min=1e-3), CLICK_DEVIATION)

    begin = torch.arange(side, dtype=dtype, device=prompts.xy.device)
    offset = ((begin + 0.5) / side - centre.unsqueeze(-1)) / deviation.unsqueeze(-1)
    # Of an object whose box reaches the border of the frame, more lies beyond: it is not less likely there.
    is_cut = [(is_box * cut.to(dtype)).unsqueeze(-1) for cut in (first * side < 0.5, last * side > side - 0.5)]
    offset = offset.clamp(max=0) * (1 - is_cut[0]) + offset.clamp(min=0) * (1 - is_cut[1])
    near = torch.exp(offset**2 * -0.5)
    corners = [corner.unsqueeze(-1) * side for corner in (first, last)]
    covered = (begin + 1 - corners[0]).clamp(0, 1) * (corners[1] - begin).clamp(0, 1)

    alone = 1 - has_mask
    outside = is_box.unsqueeze(-1) * alone * OUTSIDE_BOX
    height = (is_click * CLICK_HEIGHT + is_box * BOX_HEIGHT).unsqueeze(-1) * alone
    x, y = torch.stack([near, covered], 2).unbind(1)
    return ((y * torch.cat([height, outside], 1)).transpose(1, 2) @ x - outside).unsqueeze(1)
