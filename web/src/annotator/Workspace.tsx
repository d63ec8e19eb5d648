import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { loadImageLevels, loadThumbnail, type ImageLevels } from '../canvas/imageLevels.js';
import { texts } from '../texts.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';
import { HandPanel } from './HandPanel.js';
import { Help } from './Help.js';
import { Notice } from './Notice.js';
import { ObjectList } from './ObjectList.js';
import { ProgressPill } from './ProgressPill.js';
import { StageView } from './StageView.js';
import type { StageControl } from './stageControl.js';
import { TimingBadge } from './TimingBadge.js';
import { Toolbar } from './Toolbar.js';
import { TopBar } from './TopBar.js';
import { ZoomControls } from './ZoomControls.js';

/** Everything to work on one session with. */
export function Workspace({ annotator }: { readonly annotator: Annotator }): VNode {
  const [image, setImage] = useState<ImageLevels | null>(null);
  const [thumbnail, setThumbnail] = useState<ImageLevels | null>(null);
  const [control, setControl] = useState<StageControl | null>(null);
  const [scale, setScale] = useState(1);
  const [panelOpen, setPanelOpen] = useState(true);
  const said = useSelected(annotator.ui, (ui) => ui.said);
  useEffect(() => {
    const ending = new AbortController();
    const { url, thumbnailUrl, width, height } = annotator.snapshot.image;
    // Without it, the image itself is awaited.
    loadThumbnail(thumbnailUrl, { width, height }, ending.signal).then(setThumbnail, () => undefined);
    loadImageLevels(url, ending.signal).then(setImage, (error: unknown) => {
      if (!ending.signal.aborted) annotator.notify(`${texts.session.imageFailed}: ${String(error)}`, true);
    });
    return () => ending.abort();
  }, [annotator]);

  return (
    <div class={`workspace ${panelOpen ? '' : 'panel-closed'}`}>
      <TopBar annotator={annotator} image={image} panelOpen={panelOpen} onPanel={setPanelOpen} />
      <main class="stage-place">
        <StageView annotator={annotator} image={image ?? thumbnail} onControl={setControl} onScale={setScale} />
        <Toolbar annotator={annotator} />
        <ZoomControls control={control} scale={scale} />
        <ProgressPill annotator={annotator} />
        <TimingBadge annotator={annotator} />
        <Notice annotator={annotator} />
      </main>
      <aside class="panel" aria-label={texts.objects.panel}>
        <HandPanel annotator={annotator} image={image} control={control} />
        <ObjectList annotator={annotator} />
      </aside>
      <Help annotator={annotator} />
      <p class="visually-hidden" role="status" aria-live="polite">
        {said}
      </p>
    </div>
  );
}
