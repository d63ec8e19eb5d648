/** A new idempotency key: 96 random bits. (`crypto.randomUUID` would need a page served over HTTPS.) */
export function idempotencyKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
