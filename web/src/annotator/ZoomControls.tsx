import type { VNode } from 'preact';
import { texts } from '../texts.js';
import { IconButton } from '../ui/IconButton.js';
import type { StageControl } from './stageControl.js';

const STEP = 1.5;

export function ZoomControls(properties: { readonly control: StageControl | null; readonly scale: number }): VNode {
  const { control, scale } = properties;
  return (
    <div class="zoom-controls">
      <IconButton icon="zoomOut" text={texts.tools.zoomOut} keys="-" onClick={() => control?.zoomBy(1 / STEP)} />
      <output>{Math.round(scale * 100)} %</output>
      <IconButton icon="zoomIn" text={texts.tools.zoomIn} keys="+" onClick={() => control?.zoomBy(STEP)} />
      <IconButton icon="fit" text={texts.tools.fit} keys="0" onClick={() => control?.fit()} />
    </div>
  );
}
