// A .tar.gz of which every byte depends only on names and contents (POSIX ustar; RFC 1952).

import { gzipSync } from 'node:zlib';

export interface Entry {
  name: string;
  content: Uint8Array;
}

const block = 512;
/** 1980-01-01: some tools cannot show an earlier time. */
const time = 315_532_800;

function header(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long for the archive`);
  const bytes = Buffer.alloc(block);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  bytes.write(name, 0);
  bytes.write(octal(0o644, 8), 100);
  bytes.write(octal(0, 8), 108);
  bytes.write(octal(0, 8), 116);
  bytes.write(octal(size, 12), 124);
  bytes.write(octal(time, 12), 136);
  // The sum counts its own field as blanks.
  bytes.write(' '.repeat(8), 148);
  bytes.write('0', 156);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

/** All entries below one folder, in the order of their names. */
export function archive(folder: string, entries: Entry[]): Buffer {
  const sorted = [...entries].sort((a, b) => (a.name < b.name ? -1 : 1));
  const parts = sorted.flatMap(({ name, content }) => [
    header(`${folder}/${name}`, content.length),
    content,
    Buffer.alloc((block - (content.length % block)) % block),
  ]);
  const packed = gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]), { level: 9 });
  // The header names the operating system; the time in it is 0 already.
  packed[9] = 255;
  return packed;
}
