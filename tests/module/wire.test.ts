// The shim's side of the wire format (worker/wire.js), against a plain description of the same bytes.

import { describe, expect, test } from 'vitest';
import { decode, encode, readHeaders, writeHeaders } from '../../worker/wire.js';

const u32 = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];
const counted = (text: string): number[] => [...u32(Buffer.byteLength(text)), ...Buffer.from(text)];
const encoded = (values: unknown[]): number[] => [...(encode(values) as Uint8Array)];

describe('encode writes', () => {
  test.each([0, 1, 0x7fffffff, 0x80000000, 0xffffffff])('the number %i', (value) => {
    expect(encoded([value])).toEqual(u32(value));
  });

  test.each(['', 'ascii', 'Ünïcödé', '日本語', '👋🏽', 'half a pair: \ud83d', '\0'])('the text %j', (text) => {
    expect(encoded([text])).toEqual(counted(text));
  });

  test('bytes', () => {
    expect(encoded([Uint8Array.of(0, 255)])).toEqual([...u32(2), 0, 255]);
  });

  test('fields one after the other', () => {
    expect(encoded(['a', 1, Uint8Array.of(2), ''])).toEqual([
      ...counted('a'),
      ...u32(1),
      ...u32(1),
      2,
      ...u32(0),
    ]);
  });

  test('messages that are larger than its buffer', () => {
    const long = 'ü'.repeat(100_000);
    const values = Array.from({ length: 50 }, (_, i) => long.slice(0, i * 2000));
    expect(Buffer.from(encode(values) as Uint8Array).equals(Buffer.from(values.flatMap(counted)))).toBe(true);
    expect(encoded(['small'])).toEqual(counted('small'));
  });
});

describe('decode', () => {
  const value = [
    ...[...u32(3), ...u32(4)],
    ...[...u32(0), ...u32(0xffffffff)],
    ...[...u32(1), ...counted('Grüße')],
    ...[...u32(2), ...u32(2), 0, 255],
    ...[...u32(3), ...u32(0)],
  ];

  test('reads numbers, texts, bytes and lists, at any place', () => {
    const memory = Uint8Array.from([9, 9, 9, ...value, 9]).buffer;
    expect(decode(new Uint8Array(memory, 3, value.length))).toEqual([
      0xffffffff,
      'Grüße',
      Uint8Array.of(0, 255),
      [],
    ]);
  });

  test('copies bytes', () => {
    const memory = Uint8Array.from([...u32(2), ...u32(1), 7]);
    const read = decode(memory) as Uint8Array;
    memory.fill(0);
    expect(read).toEqual(Uint8Array.of(7));
  });

  test('refuses a value cut short anywhere, although the memory goes on', () => {
    const memory = Uint8Array.from([...value, ...value]).buffer;
    for (let length = 0; length < value.length; length += 1) {
      expect(() => decode(new Uint8Array(memory, 0, length)) as unknown, `${length} bytes`).toThrow(
        RangeError,
      );
    }
  });

  test('refuses a tag that does not exist', () => {
    expect(() => decode(Uint8Array.from([...u32(4), ...u32(0)])) as unknown).toThrow(RangeError);
  });
});

describe('headers', () => {
  const texts = 'set-cookie\0a=1\0set-cookie\0b=2: 3\0x-empty\0\0';

  test('are read and written as one text, in their order and with repeated names', () => {
    const read = readHeaders(texts) as Headers;
    expect(read.getSetCookie()).toEqual(['a=1', 'b=2: 3']);
    expect(writeHeaders(read)).toBe(texts);
    expect(writeHeaders(readHeaders('') as Headers)).toBe('');
  });

  test.each(['a b\0c\0', 'a\0b\r\nc: d\0', '\0value\0'])('refuses %j', (malformed) => {
    expect(() => readHeaders(malformed) as unknown).toThrow(TypeError);
  });
});
