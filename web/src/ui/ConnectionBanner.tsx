import type { Client } from 'maskwire/client';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { texts } from '../texts.js';

/** How long it says that the connection is back, in milliseconds. */
const BACK_SHOWN = 4000;

/** Says that the connection is lost for as long as it is, and that it is back. */
export function ConnectionBanner({ client }: { readonly client: Client }): VNode {
  const [status, setStatus] = useState(client.status);
  const [back, setBack] = useState(false);
  useEffect(() => {
    let wasLost = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const update = () => {
      setStatus(client.status);
      setBack(client.status === 'connected' && wasLost);
      clearTimeout(timer);
      if (client.status === 'connected' && wasLost) timer = setTimeout(() => setBack(false), BACK_SHOWN);
      if (client.status !== 'connecting') wasLost = client.status === 'reconnecting';
    };
    update();
    const stop = client.onStatus(update);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [client]);
  const lost = status === 'reconnecting';
  return (
    <div class="banner-place" role="status" aria-live="assertive">
      {lost && <p class="banner banner-lost">{texts.connection.lost}</p>}
      {!lost && back && <p class="banner banner-back">{texts.connection.back}</p>}
    </div>
  );
}
