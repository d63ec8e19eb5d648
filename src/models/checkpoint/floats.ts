/** IEEE 754 half precision numbers, little-endian, to float32. Exact. */
export function float16ToFloat32(buffer: ArrayBuffer, count: number): Float32Array {
  const bits = new Uint16Array(buffer, 0, count);
  return Float32Array.from(bits, (value) => {
    const sign = (value & 0x8000) === 0 ? 1 : -1;
    const exponent = (value >> 10) & 0x1f;
    const fraction = value & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** bfloat16 numbers, little-endian, to float32: they are its upper 16 bits. Exact. */
export function bfloat16ToFloat32(buffer: ArrayBuffer, count: number): Float32Array {
  const wide = Uint32Array.from(new Uint16Array(buffer, 0, count), (value) => value << 16);
  return new Float32Array(wide.buffer);
}
