import { connect, type Client } from 'maskwire/client';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { SessionPage } from './annotator/SessionPage.js';
import { identity } from './identity.js';
import { route } from './route.js';
import { StartPage } from './start/StartPage.js';
import { ConnectionBanner } from './ui/ConnectionBanner.js';
import { useSelected } from './ui/store.js';

/** The whole page: one connection for as long as the person keeps their name. */
export function App(): VNode | null {
  const participant = useSelected(identity, (state) => state);
  const sessionId = useSelected(route, (state) => state.sessionId);
  const [client, setClient] = useState<Client | null>(null);
  useEffect(() => {
    const { id, name } = participant;
    const connected = connect({ url: location.origin, participant: { id, name } });
    setClient(connected);
    return () => connected.close();
  }, [participant]);
  if (!client) return null;
  return (
    <>
      <ConnectionBanner client={client} />
      {sessionId === null ? (
        <StartPage client={client} />
      ) : (
        <SessionPage key={sessionId} client={client} sessionId={sessionId} />
      )}
    </>
  );
}
