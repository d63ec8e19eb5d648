import type { PresentParticipant } from 'maskwire/client';
import type { VNode } from 'preact';
import { readableOn } from '../canvas/liveLayer.js';
import { identity, MAX_NAME_LENGTH, rename } from '../identity.js';
import { texts } from '../texts.js';
import { Icon } from '../ui/Icon.js';
import { Popup } from '../ui/Popup.js';
import { useSelected } from '../ui/store.js';
import type { Annotator } from './annotator.js';

/** Who is here, oneself first; one's own avatar changes the name. */
export function People({ annotator }: { readonly annotator: Annotator }): VNode {
  const people = useSelected(annotator.ui, (ui) => ui.people);
  const { name } = useSelected(identity, (state) => state);
  const me = people.find(({ id }) => id === annotator.me);
  const copyLink = () => {
    navigator.clipboard.writeText(location.href).then(
      () => annotator.notify(texts.people.copied, false),
      () => annotator.notify(texts.people.copyFailed, true),
    );
  };
  return (
    <>
      <div class="people" role="group" aria-label={texts.people.label}>
        <Popup
          label={texts.people.you(name)}
          buttonClass="avatar-button"
          button={<Avatar name={name} color={me?.color ?? '#8a93a3'} />}
        >
          {(close) => (
            <form
              class="name-form"
              onSubmit={(event) => {
                event.preventDefault();
                const field = new FormData(event.currentTarget).get('name');
                close();
                if (typeof field === 'string') rename(field);
              }}
            >
              <label for="name-field">{texts.people.yourName}</label>
              <div class="label-row">
                <input id="name-field" name="name" defaultValue={name} maxLength={MAX_NAME_LENGTH} autocomplete="off" />
                <button type="submit" class="button primary">
                  {texts.people.save}
                </button>
              </div>
            </form>
          )}
        </Popup>
        {people
          .filter(({ id }) => id !== annotator.me)
          .map((person) => (
            <Avatar key={person.id} name={person.name} color={person.color} />
          ))}
      </div>
      <button type="button" class="button with-icon" onClick={copyLink}>
        <Icon name="link" />
        <span class="wide-only">{texts.people.copyLink}</span>
      </button>
    </>
  );
}

function Avatar({ name, color }: Pick<PresentParticipant, 'name' | 'color'>): VNode {
  return (
    <span
      class="avatar"
      title={name}
      role="img"
      aria-label={name}
      style={{ background: color, color: readableOn(color) }}
    >
      {String.fromCodePoint(name.codePointAt(0) ?? 63).toUpperCase()}
    </span>
  );
}
