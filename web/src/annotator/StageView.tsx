import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ImageLevels } from '../canvas/imageLevels.js';
import { texts } from '../texts.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';
import { StageControl } from './stageControl.js';

/** The image with everything on it; takes the focus for the keyboard's cursor. */
export function StageView(properties: {
  readonly annotator: Annotator;
  readonly image: ImageLevels | null;
  readonly onControl: (control: StageControl | null) => void;
  readonly onScale: (scale: number) => void;
}): VNode {
  const { annotator, image, onControl, onScale } = properties;
  const host = useRef<HTMLDivElement>(null);
  const control = useRef<StageControl | null>(null);
  const tool = useSelected(annotator.ui, (ui) => ui.tool);
  useEffect(() => {
    if (!host.current) return;
    const made = new StageControl(host.current, annotator, onScale);
    control.current = made;
    onControl(made);
    made.focus();
    return () => {
      onControl(null);
      made.close();
    };
  }, [annotator]);
  useEffect(() => {
    if (image) control.current?.setImage(image);
  }, [annotator, image]);
  return (
    <>
      <div
        ref={host}
        class={`stage tool-${tool}`}
        tabIndex={0}
        role="application"
        aria-label={texts.stage.label}
        aria-roledescription={texts.stage.role}
        aria-describedby="stage-description"
      />
      <p id="stage-description" hidden>
        {texts.stage.description}
      </p>
    </>
  );
}
