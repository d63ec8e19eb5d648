import type { VNode } from 'preact';
import type { ImageLevels } from '../canvas/imageLevels.js';
import { followLink, linkTo } from '../route.js';
import { texts } from '../texts.js';
import { Icon } from '../ui/Icon.js';
import { IconButton } from '../ui/IconButton.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';
import { ExportMenu } from './ExportMenu.js';
import { People } from './People.js';

/** Where one is, who else is here, and what can be taken along. */
export function TopBar(properties: {
  readonly annotator: Annotator;
  readonly image: ImageLevels | null;
  readonly panelOpen: boolean;
  readonly onPanel: (open: boolean) => void;
}): VNode {
  const { annotator, image, panelOpen, onPanel } = properties;
  const title = useSelected(annotator.session, (session) => session.title);
  const { width, height } = useSelected(annotator.session, (session) => session.image);
  return (
    <header class="top-bar">
      <a
        class="icon-button"
        href={linkTo(null)}
        onClick={followLink(null)}
        aria-label={texts.session.home}
        title={texts.session.home}
      >
        <Icon name="home" />
      </a>
      <h1 class="title">{title === '' ? texts.start.untitled : title}</h1>
      <span class="quiet size">
        {width} × {height}
      </span>
      <span class="spring" />
      <People annotator={annotator} />
      <ExportMenu annotator={annotator} image={image} />
      <IconButton icon="help" text={texts.help.open} keys="?" onClick={() => annotator.ui.set({ helpShown: true })} />
      <IconButton
        icon="panel"
        text={panelOpen ? texts.objects.close : texts.objects.open}
        pressed={panelOpen}
        onClick={() => onPanel(!panelOpen)}
      />
    </header>
  );
}
