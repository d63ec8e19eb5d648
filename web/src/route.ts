import { Store } from './ui/store.js';

/** Which session the address names: `?session=<id>`; null on the start page. */
export const route = new Store<{ readonly sessionId: string | null }>(read());

window.addEventListener('popstate', () => route.set(read()));

/** The address that leads to a session, or to the start page. */
export function linkTo(sessionId: string | null): string {
  return sessionId === null ? location.pathname : `${location.pathname}?session=${encodeURIComponent(sessionId)}`;
}

export function goTo(sessionId: string | null): void {
  history.pushState(null, '', linkTo(sessionId));
  route.set(read());
}

/** For links that lead within the page: a plain click does not load it anew. */
export function followLink(sessionId: string | null): (event: MouseEvent) => void {
  return (event) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    goTo(sessionId);
  };
}

function read(): { sessionId: string | null } {
  return { sessionId: new URLSearchParams(location.search).get('session') };
}
