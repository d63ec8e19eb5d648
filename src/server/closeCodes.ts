/**
 * Why the server closes a WebSocket. 44xx are those of the graphql-transport-ws protocol, which graphql-ws sends itself:
 * 4400 message that is none of the protocol, 4401 operation before the acknowledgement, 4406 wrong subprotocol, 4408 no
 * `connection_init` in time, 4409 operation id in use, 4429 second `connection_init`. ws sends 1009 for a message over
 * maxRequestBytes.
 */
export enum CloseCode {
  /** The server stops: connect again. */
  GoingAway = 1001,
  /** More messages than maxMessagesPerSecond and maxMessageBurst allow, though operations were refused already. */
  Flood = 1008,
  /** `connection_init` or a message has content that cannot be used; the reason says what. */
  BadRequest = 4400,
  /** A fault of the server; the reason holds the id that stands in its log. */
  InternalServerError = 4500,
}

/** A WebSocket close frame holds at most 123 bytes of reason. */
export function closeReason(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= 123) return text;
  // Cutting may leave a part of a character at the end, which decodes to a replacement character.
  return `${bytes
    .subarray(0, 117)
    .toString()
    .replace(/\uFFFD$/, '')}…`;
}
