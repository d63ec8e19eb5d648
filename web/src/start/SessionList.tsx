import type { Client, SessionPage } from 'maskwire/client';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { describeError } from '../errors.js';
import { followLink, linkTo } from '../route.js';
import { texts } from '../texts.js';

const PAGE = 24;

/** The server's sessions, newest first, with pictures. */
export function SessionList({ client }: { readonly client: Client }): VNode {
  const [pages, setPages] = useState<readonly SessionPage[]>([]);
  const [problem, setProblem] = useState('');
  const load = (after: string | null, before: readonly SessionPage[]) =>
    client.sessions({ first: PAGE, ...(after === null ? {} : { after }) }).then(
      (page) => setPages([...before, page]),
      (error: unknown) => setProblem(describeError(error)),
    );
  useEffect(() => void load(null, []), [client]);

  const sessions = pages.flatMap(({ nodes }) => nodes);
  const end = pages.at(-1)?.pageInfo;
  return (
    <section aria-labelledby="sessions-title">
      <h2 id="sessions-title">{texts.start.sessions}</h2>
      {problem !== '' && <p class="problem">{problem}</p>}
      {pages.length > 0 && sessions.length === 0 && <p class="quiet">{texts.start.noSessions}</p>}
      <ul class="cards">
        {sessions.map(({ id, title, status, createdAt, image }) => (
          <li key={id}>
            <a class="card" href={linkTo(id)} onClick={followLink(id)}>
              <img src={image.thumbnailUrl} alt="" loading="lazy" width={256} height={160} />
              <span class="card-title">{title === '' ? texts.start.untitled : title}</span>
              <span class="card-more">
                <time dateTime={createdAt}>{new Date(createdAt).toLocaleString('en', SHORT)}</time>
                {status !== 'READY' && <span class="tag">{texts.start.status[status]}</span>}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {end?.hasNextPage === true && (
        <button type="button" class="button" onClick={() => void load(end.endCursor, pages)}>
          {texts.start.more}
        </button>
      )}
    </section>
  );
}

const SHORT: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' };
