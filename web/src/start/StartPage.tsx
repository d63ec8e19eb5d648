import type { Client } from 'maskwire/client';
import type { VNode } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { describeError } from '../errors.js';
import { goTo } from '../route.js';
import { texts } from '../texts.js';
import { Icon } from '../ui/Icon.js';
import { imageIn, openImage, type Opening } from './openImage.js';
import { SAMPLES } from './samples.js';
import { SessionList } from './SessionList.js';

/** Where a person brings an image, or goes on with a session. */
export function StartPage({ client }: { readonly client: Client }): VNode {
  const [opening, setOpening] = useState<Opening | null>(null);
  const [problem, setProblem] = useState('');
  const [dropping, setDropping] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const busy = useRef(false);

  const open = async (source: () => Promise<File> | File | null) => {
    if (busy.current) return;
    busy.current = true;
    setProblem('');
    try {
      const file = await source();
      if (file === null) setProblem(texts.start.noImage);
      else goTo(await openImage(client, file, setOpening));
    } catch (error) {
      setProblem(`${texts.start.failed}: ${describeError(error)}`);
    } finally {
      busy.current = false;
      setOpening(null);
    }
  };

  useEffect(() => {
    const paste = (event: ClipboardEvent) => void open(() => imageIn(event.clipboardData));
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [client]);

  return (
    <main
      class="start"
      onDragOver={(event) => {
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        if (event.relatedTarget === null) setDropping(false);
      }}
      onDrop={(event) => {
        event.preventDefault();
        setDropping(false);
        void open(() => imageIn(event.dataTransfer));
      }}
    >
      <header class="start-header">
        <h1>{texts.name}</h1>
        <p>{texts.tagline}</p>
      </header>
      <section class={`drop-zone ${dropping ? 'dropping' : ''}`} aria-label={texts.start.drop}>
        <Icon name="image" />
        <p class="drop-title">{dropping ? texts.start.dropNow : texts.start.drop}</p>
        <p>
          {texts.start.dropMore}{' '}
          <button type="button" class="link-button" onClick={() => chooser.current?.click()}>
            {texts.start.choose}
          </button>
        </p>
        <p class="quiet">{texts.start.formats}</p>
        <input
          ref={chooser}
          type="file"
          accept="image/*"
          class="visually-hidden"
          tabIndex={-1}
          aria-label={texts.start.choose}
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0];
            currentTarget.value = '';
            if (file) void open(() => file);
          }}
        />
        <div role="status" aria-live="polite" class="opening">
          {opening && <OpeningProgress opening={opening} />}
          {problem !== '' && <p class="problem">{problem}</p>}
        </div>
      </section>
      <section aria-labelledby="samples-title">
        <h2 id="samples-title">{texts.start.samples}</h2>
        <ul class="cards samples">
          {SAMPLES.map(({ name, url }) => (
            <li key={name}>
              <button
                type="button"
                class="card"
                aria-label={texts.start.sample(name)}
                onClick={() => void open(() => fetchSample(name, url))}
              >
                <img src={url} alt="" loading="lazy" />
                <span class="card-title">{name}</span>
              </button>
            </li>
          ))}
        </ul>
      </section>
      <SessionList client={client} />
    </main>
  );
}

function OpeningProgress({ opening }: { readonly opening: Opening }): VNode {
  const { percent, uploaded } = opening;
  const text = uploaded ? texts.start.opening : texts.start.uploading(percent);
  return (
    <>
      <p>{text}</p>
      <progress aria-label={text} max={100} {...(percent === null || uploaded ? {} : { value: percent })} />
    </>
  );
}

async function fetchSample(name: string, url: string): Promise<File> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${response.status} ${response.statusText}`);
  return new File([await response.blob()], name, { type: 'image/jpeg' });
}
