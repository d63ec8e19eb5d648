import type { Client } from 'maskwire/client';

/** How far opening an image is. */
export interface Opening {
  /** Of the upload; null where the browser does not say. */
  readonly percent: number | null;
  readonly uploaded: boolean;
}

const MAX_TITLE_LENGTH = 200;

/**
 * Uploads an image and opens a session on it, named after the file.
 * @returns the session's id.
 */
export async function openImage(client: Client, file: File, onProgress: (opening: Opening) => void): Promise<string> {
  onProgress({ percent: 0, uploaded: false });
  const { id } = await client.uploadImage(file, {
    onProgress: (sent, total) =>
      onProgress({ percent: total === null ? null : Math.round((100 * sent) / total), uploaded: sent === total }),
  });
  onProgress({ percent: 100, uploaded: true });
  const title = file.name.replace(/\.[a-z]{3,4}$/i, '').slice(0, MAX_TITLE_LENGTH);
  const session = await client.openSession({ image: { id }, title });
  session.leave();
  return session.id;
}

/** The first image file of a drop or paste; null where there is none. */
export function imageIn(transfer: DataTransfer | null): File | null {
  return [...(transfer?.files ?? [])].find(({ type }) => type === '' || type.startsWith('image/')) ?? null;
}
