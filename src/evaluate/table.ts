import type { Calibration } from './calibration.js';
import type { Report } from './report.js';
import { TARGETS, TOLD_CLICKS, type Summary } from './summary.js';

/** The report as lines for a terminal. */
export function tableOf({ model, data, summary, calibration, times }: Report): string {
  const head = [
    ...['', 'objects', 'best of 3', ...TOLD_CLICKS.map((count) => `${count} click${count > 1 ? 's' : ''}`), 'box'],
    ...TARGETS.map((target) => `NoC@${target * 100}`),
  ];
  const rows = [
    summaryRow('all', summary.all),
    ...Object.entries(summary.bySource).map(([name, group]) => summaryRow(name, group)),
    ...Object.entries(summary.bySize).map(([name, group]) => summaryRow(name, group)),
  ];
  const missed = TARGETS.map((t) => `${share(summary.all.missedTarget[t])} of ${t}`).join(', ');
  const { encodeMs, decodeMs } = times;
  return [
    `model ${model.id} (${model.fingerprint}), ${data.objects} objects in ${data.images} images`,
    '',
    'mean IoU; NoC: clicks to that IoU, 20 where it is not reached',
    ...aligned([head, ...rows]),
    `not reached in 20 clicks: ${missed}`,
    '',
    'predicted IoU against true IoU',
    ...aligned([
      ['', 'masks', 'calibration error', 'correlation'],
      calibrationRow('first click, own choice', calibration.firstChoice),
      calibrationRow('first click, all offered', calibration.firstCandidates),
      calibrationRow('later clicks', calibration.laterClicks),
      calibrationRow('box', calibration.box),
    ]),
    '',
    `encode ${encodeMs.median.toFixed(1)} ms, p95 ${encodeMs.p95.toFixed(1)} (${encodeMs.samples} images)`,
    `decode ${decodeMs.median.toFixed(1)} ms, p95 ${decodeMs.p95.toFixed(1)} (${decodeMs.samples} prompts)`,
  ].join('\n');
}

function summaryRow(name: string, group: Summary): string[] {
  return [
    name,
    String(group.objects),
    group.bestCandidateIou.toFixed(3),
    ...TOLD_CLICKS.map((count) => group.iouAfterClicks[count].toFixed(3)),
    group.boxIou.toFixed(3),
    ...TARGETS.map((target) => (group.clicksToTarget[target] ?? NaN).toFixed(2)),
  ];
}

function calibrationRow(name: string, { masks, expectedCalibrationError, correlation }: Calibration): string[] {
  return [name, String(masks), expectedCalibrationError.toFixed(3), correlation?.toFixed(3) ?? '–'];
}

function share(value: number | undefined): string {
  return `${(100 * (value ?? NaN)).toFixed(1)} %`;
}

/** The first column begins at the left, the others end at the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>((w, row) => row.map((cell, i) => Math.max(w[i] ?? 0, cell.length)), []);
  return rows.map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  '),
  );
}
