/**
 * The few pieces of the protocol buffer encoding that ONNX files need: varints, 32-bit floats and length-delimited
 * fields. Source: protobuf.dev, "Encoding".
 */

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** An unsigned or negative (two's complement of 64 bits) integer as a base-128 varint. */
export function varint(value: number | bigint): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

/** An integer or enum field. */
export function integerField(field: number, value: number | bigint): Buffer {
  return Buffer.concat([varint((field << 3) | VARINT), varint(value)]);
}

/** A float field. */
export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return Buffer.concat([varint((field << 3) | FIXED32), bytes]);
}

/** The tag and length that come before the `length` bytes of a string, bytes or message field. */
export function lengthPrefix(field: number, length: number): Buffer {
  return Buffer.concat([varint((field << 3) | LENGTH_DELIMITED), varint(length)]);
}

/** A string, bytes or message field; a message is given as its fields. */
export function bytesField(field: number, value: string | readonly Uint8Array[]): Buffer {
  const body = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.concat(value);
  return Buffer.concat([lengthPrefix(field, body.length), body]);
}

/** A repeated integer field, packed. */
export function packedIntegers(field: number, values: readonly number[]): Buffer {
  return bytesField(field, values.map(varint));
}
