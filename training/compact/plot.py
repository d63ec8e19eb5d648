"""Draws the curves of a run from its log.jsonl: python -m compact.plot <run> <out.png>"""

import argparse
import json
import os

import matplotlib

matplotlib.use('Agg')
import matplotlib.pyplot as plt  # noqa: E402

VALIDATION = {'click1': '1 click', 'best': 'best of 3', 'click3': '3 clicks', 'click5': '5 clicks', 'box': 'box'}
TRAINING = {'click_own': 'click', 'other': 'box or mask', 'round1': 'corrected once', 'round2': 'corrected twice'}


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument('run', help='folder of the run')
    p.add_argument('out', help='picture to write')
    args = p.parse_args()
    with open(os.path.join(args.run, 'log.jsonl')) as log:
        lines = [json.loads(line) for line in log]
    figure, axes = plt.subplots(1, 3, figsize=(15, 4.2), layout='constrained')
    checks = [line for line in lines if 'validation' in line]
    steps = [line for line in lines if 'step' in line]
    for key, name in VALIDATION.items():
        axes[0].plot([c['images'] for c in checks], [c['validation'][key] for c in checks], 'o-', label=name)
    for key, name in TRAINING.items():
        known = [s for s in steps if key in s]
        axes[1].plot([s['images'] for s in known], [s[key] for s in known], label=name)
    for key in ('loss0', 'loss1', 'loss2', 'boundary', 'contrast'):
        known = [s for s in steps if key in s]
        axes[2].plot([s['images'] for s in known], [s[key] for s in known], label=key)
    for axis, title in zip(axes, ('Mean IoU, validation scenes', 'Mean IoU, training batches', 'Losses')):
        axis.set(title=title, xlabel='images seen')
        axis.grid(alpha=0.3)
        axis.legend(fontsize=8)
    figure.savefig(args.out, dpi=110)


if __name__ == '__main__':
    main()
