import type { SegmentedObject } from 'maskwire/client';
import type { VNode } from 'preact';
import { texts } from '../texts.js';
import { IconButton } from '../ui/IconButton.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';
import { colorOf } from './colors.js';
import { toggled } from './uiState.js';

/** The session's objects, the latest first. */
export function ObjectList({ annotator }: { readonly annotator: Annotator }): VNode {
  const objects = useSelected(annotator.session, (session) => session.objects);
  return (
    <section class="objects" aria-labelledby="objects-title">
      <h2 id="objects-title">
        {texts.objects.title} <span class="count">{objects.length}</span>
      </h2>
      {objects.length === 0 && <p class="quiet">{texts.objects.empty}</p>}
      <ul>
        {objects.toReversed().map((object) => (
          <ObjectRow key={object.id} annotator={annotator} object={object} />
        ))}
      </ul>
    </section>
  );
}

function ObjectRow(properties: { readonly annotator: Annotator; readonly object: SegmentedObject }): VNode {
  const { annotator, object } = properties;
  const { ui, me } = annotator;
  const { id, label, status, createdBy } = object;
  const inHand = useSelected(ui, ({ handId }) => handId === id);
  const hidden = useSelected(ui, (state) => state.hidden.has(id));
  const locked = useSelected(ui, (state) => state.locked.has(id));
  const hovered = useSelected(ui, ({ hoveredId }) => hoveredId === id);
  const holders = useSelected(ui, ({ people }) => people).filter((one) => one.objectId === id && one.id !== me);
  const draft = createdBy.id === me ? texts.objects.draft : texts.objects.draftOf(createdBy.name);
  const name = label ?? (status === 'DRAFT' ? draft : texts.objects.unlabelled);
  const point = (hoveredId: string | null) => () => ui.set({ hoveredId });
  return (
    <li
      class={`object ${inHand ? 'in-hand' : ''} ${hidden ? 'is-hidden' : ''} ${hovered ? 'is-hovered' : ''}`}
      onPointerEnter={point(id)}
      onPointerLeave={point(null)}
    >
      <button
        type="button"
        class="object-name"
        aria-pressed={inHand}
        title={texts.objects.take(name)}
        onClick={() => (inHand ? annotator.putDown() : annotator.take(id))}
        onFocus={point(id)}
        onBlur={point(null)}
      >
        <span class="swatch" style={{ background: colorOf(annotator.snapshot, id) }} />
        <span class={label === null ? 'name quiet' : 'name'}>{name}</span>
        {status === 'DRAFT' && label !== null && <span class="tag">{texts.objects.draftTag}</span>}
        {holders.map((holder) => (
          <span
            key={holder.id}
            class="holder"
            style={{ background: holder.color }}
            role="img"
            aria-label={texts.objects.heldBy(holder.name)}
            title={texts.objects.heldBy(holder.name)}
          />
        ))}
      </button>
      <IconButton
        icon={hidden ? 'eyeOff' : 'eye'}
        text={hidden ? texts.objects.show(name) : texts.objects.hide(name)}
        pressed={hidden}
        onClick={() => ui.set({ hidden: toggled(ui.get().hidden, id) })}
      />
      <IconButton
        icon={locked ? 'lock' : 'unlock'}
        text={locked ? texts.objects.unlock(name) : texts.objects.lock(name)}
        pressed={locked}
        onClick={() => annotator.toggleLock(id)}
      />
      <IconButton
        icon="remove"
        text={texts.objects.remove(name)}
        disabled={locked}
        onClick={() => annotator.remove(id)}
      />
    </li>
  );
}
