"""Draws the curves of a run from its log.jsonl: python -m compact.plot <run> <out.png>"""

import argparse
import json
import os

import matplotlib

matplotlib.use('Agg')
import matplotlib.pyplot as plt  # noqa: E402

VALIDATION = {'click1': '1 click', 'best': 'best of 3', 'click3': '3 clicks', 'click5': '5 clicks', 'box': 'box'}
TRAINING = {'click_own': 'click', 'other': 'box or mask', 'round1': 'corrected once', 'round2': 'corrected twice'}
LOSSES = {key: key for key in ('loss0', 'loss1', 'loss2', 'boundary', 'contrast')}


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('run', help='folder of the run')
    p.add_argument('out', help='picture to write')
    args = p.parse_args()
    with open(os.path.join(args.run, 'log.jsonl')) as log:
        lines = [json.loads(line) for line in log]
    checks = [line['validation'] | {'images': line['images']} for line in lines if 'validation' in line]
    steps = [line for line in lines if 'step' in line]
    panels = [
        ('Mean IoU, validation scenes', checks, VALIDATION, 'o-'),
        ('Mean IoU, training batches', steps, TRAINING, '-'),
        ('Losses', steps, LOSSES, '-'),
    ]
    panels = [panel for panel in panels if panel[1]]  # a run may have been asked for no validation
    figure, axes = plt.subplots(1, len(panels), figsize=(5 * len(panels), 4.2), layout='constrained')
    for axis, (title, lines, names, style) in zip(axes, panels):
        for key, name in names.items():
            known = [line for line in lines if key in line]
            axis.plot([line['images'] for line in known], [line[key] for line in known], style, label=name)
        axis.set(title=title, xlabel='images seen')
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8)
    figure.savefig(args.out, dpi=110)


if __name__ == '__main__':
    main()
