// RTMP without a network: written data is read back however it is split, and invalid data is refused.

import { describe, expect, it } from 'vitest';
import { decodeAmf, encodeAmf } from '../../../sandbox/media/amf0.ts';
import { ChunkReader, chunksOf, messageType } from '../../../sandbox/media/rtmp-chunks.ts';
import type { Message } from '../../../sandbox/media/rtmp-chunks.ts';

describe('AMF 0', () => {
  it('reads command values back as written', () => {
    const values = ['connect', 1, { app: 'live', flags: { audio: true } }, null, undefined, false, -0.5];
    expect(decodeAmf(encodeAmf(values))).toEqual(values);
  });

  it('reads metadata: an ECMA array, a strict array, a date, a long string', () => {
    const metadata = Buffer.from(
      '0800000001' + // an array that claims one element
        '0005776964746800' + // "width", a number
        '4094000000000000' +
        '000009' +
        '0a00000002' + // two values
        '0101' +
        '05' +
        '0b00000000000000000000' + // the epoch
        '0c0000000161',
      'hex',
    );
    expect(decodeAmf(metadata)).toEqual([{ width: 1280 }, [true, null], new Date(0), 'a']);
  });

  it.each([
    ['that ends too early', '0200'],
    ['of an unsupported type', '07'],
    ['with an impossible array length', '0affffffff'],
    ['with endless nesting', '0a00000001'.repeat(20)],
  ])('refuses data %s', (_what, hex) => {
    expect(() => decodeAmf(Buffer.from(hex, 'hex'))).toThrow(/AMF/);
  });
});

const video = (size: number, timestamp: number): Message => ({
  type: messageType.video,
  streamId: 1,
  timestamp,
  payload: Buffer.alloc(size, timestamp % 251),
});

function readAll(bytes: Buffer, cut: number): Message[] {
  const reader = new ChunkReader();
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length; at += cut) messages.push(...reader.read(bytes.subarray(at, at + cut)));
  return messages;
}

describe('the chunk stream', () => {
  const messages = [video(0, 0), video(128, 40), video(129, 0xffffff), video(5000, 0x1000000)];

  it.each([1, 7, 128, 100_000])('is read in parts of %i bytes', (cut) => {
    const bytes = Buffer.concat(messages.map((message) => chunksOf(message, 6, 128)));
    expect(readAll(bytes, cut)).toEqual(messages);
  });

  it('interleaves messages, and omits unchanged fields from later headers', () => {
    const first = chunksOf(video(200, 10), 6, 128);
    const sound = Buffer.concat([
      Buffer.of(0x04),
      Buffer.from('00000a00000108', 'hex'),
      Buffer.from('01000000af', 'hex'),
    ]);
    const mixed = Buffer.concat([first.subarray(0, 140), sound, first.subarray(140)]);
    // Twenty milliseconds later with a three-byte header, and again with no header.
    const later = Buffer.concat([Buffer.of(0x84, 0, 0, 20, 0xaf), Buffer.of(0xc4, 0xaf)]);
    const read = readAll(Buffer.concat([mixed, later]), 1000);
    expect(read.map(({ type, timestamp }) => [type, timestamp])).toEqual([
      [messageType.audio, 10],
      [messageType.video, 10],
      [messageType.audio, 30],
      [messageType.audio, 50],
    ]);
  });

  it('follows a change of the chunk size', () => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(4096);
    const announced = chunksOf(
      { type: messageType.setChunkSize, streamId: 0, timestamp: 0, payload: size },
      2,
      128,
    );
    const bytes = Buffer.concat([announced, chunksOf(video(9000, 0), 6, 4096)]);
    expect(readAll(bytes, 1000)).toEqual([video(9000, 0)]);
  });

  it.each([
    ['refers to an unknown chunk', 'c6'],
    ['announces an absurd length', '06000000ffffff0901000000'],
  ])('that %s is refused', (_what, hex) => {
    expect(() => readAll(Buffer.from(hex, 'hex'), 100)).toThrow(/RTMP/);
  });
});
