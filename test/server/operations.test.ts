import { readFileSync } from 'node:fs';
import { isEnumType } from 'graphql';
import { expect, it } from 'vitest';
import { executableSchema, readContract } from '#src/server/schema.js';

const operations = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

it('docs/operations.md says of every error code what it means and what to do', () => {
  const codes = executableSchema(readContract(), {}).getType('ErrorCode');
  if (!isEnumType(codes)) throw new Error('expected an enum ErrorCode in the schema');
  const rows = operations.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const { name } of codes.getValues()) {
    const row = rows.find((cells) => cells[1] === `\`${name}\``);
    expect(
      row?.slice(2, 5).every((cell) => cell !== ''),
      name,
    ).toBe(true);
  }
});
