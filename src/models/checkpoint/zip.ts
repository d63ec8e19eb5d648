import type { FileHandle } from 'node:fs/promises';
import { MaskwireError } from '#src/errors.js';

/** Where the bytes of one stored record lie in the file. */
export interface ZipRecord {
  readonly name: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** Records in one archive. ViT-H has 600; more than this is not a checkpoint. */
export const MAX_RECORDS = 20_000;
/** Bytes of the central directory, which is held in memory. */
export const MAX_DIRECTORY_BYTES = 16 * 1024 * 1024;

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
const ZIP64_LOCATOR_BYTES = 20;
const ZIP64_END_SIGNATURE = 0x06064b50;
const ZIP64_END_BYTES = 56;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const ZIP64_EXTRA = 0x0001;
const ENCRYPTED = 0x1;
const STORED = 0;

/** @throws MaskwireError BAD_USER_INPUT: what is wrong with the checkpoint file. */
export function refuse(what: string): never {
  throw new MaskwireError('BAD_USER_INPUT', `The checkpoint cannot be read: ${what}.`);
}

/**
 * Reads exactly `length` bytes at `offset`.
 * @throws MaskwireError BAD_USER_INPUT where the file ends before.
 */
export async function readExactly(file: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  await fill(file, offset, buffer);
  return buffer;
}

/** Reads at `offset` until `target` is full. One read call answers at most 2 GiB, so it may take several. */
export async function fill(file: FileHandle, offset: number, target: Uint8Array): Promise<void> {
  let done = 0;
  while (done < target.byteLength) {
    const length = Math.min(target.byteLength - done, 0x40000000);
    const { bytesRead } = await file.read(target, done, length, offset + done);
    if (bytesRead === 0) refuse(`it ends at byte ${offset + done}, in the middle of a record`);
    done += bytesRead;
  }
}

/**
 * Reads the directory of a zip archive whose records are all stored without compression, as torch.save writes it. Knows
 * zip64, so archives over 4 GiB work. Reads only the directory and the local headers, never the data.
 * Source: PKWARE APPNOTE 6.3, sections 4.3 and 4.5.
 * @param size bytes of the file.
 * @throws MaskwireError BAD_USER_INPUT where the file is no such archive, or where records overlap or leave the file.
 */
export async function readZipDirectory(file: FileHandle, size: number): Promise<Map<string, ZipRecord>> {
  const directory = await locateDirectory(file, size);
  const bytes = await readExactly(file, directory.offset, directory.size);
  const records = new Map<string, ZipRecord>();
  let at = 0;
  for (let index = 0; index < directory.count; index++) {
    if (at + ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== ENTRY_SIGNATURE) {
      refuse(`its zip directory is damaged at entry ${index}`);
    }
    const entry = parseEntry(bytes, at);
    at = entry.next;
    if (records.has(entry.name)) refuse(`its zip directory names "${entry.name}" twice`);
    const offset = await dataOffset(file, entry.localOffset, entry.name, directory.offset);
    if (offset + entry.size > directory.offset) {
      refuse(
        `record "${entry.name}" (${entry.size} bytes at ${offset}) reaches beyond the data, which ends at byte ${directory.offset}`,
      );
    }
    records.set(entry.name, { name: entry.name, offset, size: entry.size });
  }
  assertDisjoint(records);
  return records;
}

async function locateDirectory(
  file: FileHandle,
  size: number,
): Promise<{ offset: number; size: number; count: number }> {
  if (size < END_BYTES) refuse(`a checkpoint is a zip archive; this file has ${size} bytes`);
  const tailBytes = Math.min(size, END_BYTES + MAX_COMMENT_BYTES + ZIP64_LOCATOR_BYTES);
  const tailOffset = size - tailBytes;
  const tail = await readExactly(file, tailOffset, tailBytes);
  let end = tail.length - END_BYTES;
  while (end >= 0 && tail.readUInt32LE(end) !== END_SIGNATURE) end--;
  if (end < 0) await refuseNoArchive(file);

  let count = tail.readUInt16LE(end + 10);
  let directoryBytes = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  const locator = end - ZIP64_LOCATOR_BYTES;
  if (locator >= 0 && tail.readUInt32LE(locator) === ZIP64_LOCATOR_SIGNATURE) {
    const zip64Offset = safe(tail.readBigUInt64LE(locator + 8));
    if (zip64Offset + ZIP64_END_BYTES > size) refuse('its zip64 directory lies outside the file');
    const zip64 = await readExactly(file, zip64Offset, ZIP64_END_BYTES);
    if (zip64.readUInt32LE(0) !== ZIP64_END_SIGNATURE) refuse('its zip64 directory is damaged');
    count = safe(zip64.readBigUInt64LE(32));
    directoryBytes = safe(zip64.readBigUInt64LE(40));
    offset = safe(zip64.readBigUInt64LE(48));
  }
  if (count > MAX_RECORDS) refuse(`it has ${count} records; at most ${MAX_RECORDS} are read`);
  if (directoryBytes > MAX_DIRECTORY_BYTES) {
    refuse(`its zip directory has ${directoryBytes} bytes; at most ${MAX_DIRECTORY_BYTES} are read`);
  }
  if (offset + directoryBytes > size) refuse('its zip directory lies outside the file: the file is incomplete');
  return { offset, size: directoryBytes, count };
}

async function refuseNoArchive(file: FileHandle): Promise<never> {
  const start = await readExactly(file, 0, 2);
  if (start[0] === 0x80) refuse('it is in the format of torch before 1.6; load and save it with a newer torch first');
  refuse('it is not a zip archive as torch.save writes it, or it is incomplete');
}

interface Entry {
  readonly name: string;
  readonly size: number;
  readonly localOffset: number;
  readonly next: number;
}

function parseEntry(bytes: Buffer, at: number): Entry {
  const flags = bytes.readUInt16LE(at + 8);
  const method = bytes.readUInt16LE(at + 10);
  const nameEnd = at + ENTRY_BYTES + bytes.readUInt16LE(at + 28);
  const extraEnd = nameEnd + bytes.readUInt16LE(at + 30);
  const next = extraEnd + bytes.readUInt16LE(at + 32);
  if (next > bytes.length) refuse('its zip directory is cut off');
  const name = bytes.toString('utf8', at + ENTRY_BYTES, nameEnd);
  if ((flags & ENCRYPTED) !== 0) refuse(`record "${name}" is encrypted`);
  if (method !== STORED) refuse(`record "${name}" is compressed (zip method ${method}); only stored records are read`);

  let compressed = bytes.readUInt32LE(at + 20);
  let size = bytes.readUInt32LE(at + 24);
  let localOffset = bytes.readUInt32LE(at + 42);
  const wide = [size, compressed, localOffset].map((field) => field === 0xffffffff);
  if (wide.includes(true)) {
    const values = zip64Values(bytes.subarray(nameEnd, extraEnd), name);
    const take = (field: number, index: number): number => (wide[index] === true ? values() : field);
    size = take(size, 0);
    compressed = take(compressed, 1);
    localOffset = take(localOffset, 2);
  }
  if (compressed !== size) refuse(`record "${name}" is stored but declares two sizes, ${compressed} and ${size}`);
  return { name, size, localOffset, next };
}

/** The 8-byte values of the zip64 extra field, in the order in which the fixed fields call for them. */
function zip64Values(extra: Buffer, name: string): () => number {
  for (let at = 0; at + 4 <= extra.length;) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === ZIP64_EXTRA) {
      let next = at + 4;
      const end = Math.min(next + length, extra.length);
      return () => {
        if (next + 8 > end) refuse(`record "${name}" has a damaged zip64 field`);
        next += 8;
        return safe(extra.readBigUInt64LE(next - 8));
      };
    }
    at += 4 + length;
  }
  return refuse(`record "${name}" lacks its zip64 field`);
}

async function dataOffset(file: FileHandle, localOffset: number, name: string, limit: number): Promise<number> {
  if (localOffset + LOCAL_BYTES > limit) refuse(`record "${name}" begins outside the data`);
  const local = await readExactly(file, localOffset, LOCAL_BYTES);
  if (local.readUInt32LE(0) !== LOCAL_SIGNATURE) refuse(`record "${name}" has no header where the directory says`);
  return localOffset + LOCAL_BYTES + local.readUInt16LE(26) + local.readUInt16LE(28);
}

function assertDisjoint(records: ReadonlyMap<string, ZipRecord>): void {
  let end = 0;
  let before = '';
  for (const record of [...records.values()].sort((a, b) => a.offset - b.offset)) {
    if (record.size > 0 && record.offset < end) refuse(`records "${before}" and "${record.name}" overlap`);
    end = Math.max(end, record.offset + record.size);
    before = record.name;
  }
}

function safe(value: bigint): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) refuse(`it declares a size of ${value.toString()} bytes`);
  return Number(value);
}
