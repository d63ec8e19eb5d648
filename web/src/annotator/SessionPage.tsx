import { MaskwireClientError, type Client } from 'maskwire/client';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { describeError } from '../errors.js';
import { identity } from '../identity.js';
import { followLink, linkTo } from '../route.js';
import { texts } from '../texts.js';
import { Annotator } from './annotator.js';
import { Workspace } from './Workspace.js';

/** Joins the session that the address names. */
export function SessionPage(properties: { readonly client: Client; readonly sessionId: string }): VNode {
  const { client, sessionId } = properties;
  const [annotator, setAnnotator] = useState<Annotator | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  useEffect(() => {
    let left = false;
    let joined: Annotator | null = null;
    setAnnotator(null);
    client.joinSession(sessionId).then(
      (live) => {
        if (left) {
          live.leave();
          return;
        }
        joined = new Annotator(live, identity.get().id);
        setAnnotator(joined);
      },
      (error: unknown) => {
        if (!left) setProblem(error);
      },
    );
    return () => {
      left = true;
      joined?.close();
    };
  }, [client, sessionId]);

  if (annotator) return <Workspace annotator={annotator} />;
  if (problem === null) {
    return (
      <main class="notice-page">
        <p role="status">{texts.session.joining}</p>
      </main>
    );
  }
  const notFound = problem instanceof MaskwireClientError && problem.code === 'NOT_FOUND';
  return (
    <main class="notice-page">
      <div role="alert">
        <h1>{notFound ? texts.session.notFound : describeError(problem)}</h1>
      </div>
      {notFound && <p>{texts.session.notFoundMore}</p>}
      <a class="button" href={linkTo(null)} onClick={followLink(null)}>
        {texts.session.toStart}
      </a>
    </main>
  );
}
