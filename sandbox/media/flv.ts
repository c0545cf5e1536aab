// FLV: RTMP's messages as a file, which ffmpeg reads and writes through pipes (Adobe, Video File Format Specification
// 10.1, annex E).

import type { Readable } from 'node:stream';
import type { MediaMessage } from './feed.ts';
import { messageType } from './rtmp-chunks.ts';

const tagHeaderBytes = 11;
const previousSizeBytes = 4;
const headerBytes = 9;

/** The header of a file with audio and video. */
export const flvHeader: Buffer = Buffer.from([0x46, 0x4c, 0x56, 1, 5, 0, 0, 0, headerBytes, 0, 0, 0, 0]);

export function flvTag({ type, payload }: MediaMessage, timestamp: number): Buffer {
  const tag = Buffer.alloc(tagHeaderBytes + payload.length + previousSizeBytes);
  tag.writeUInt8(type, 0);
  tag.writeUIntBE(payload.length, 1, 3);
  tag.writeUIntBE(timestamp & 0xffffff, 4, 3);
  tag.writeUInt8((timestamp >>> 24) & 0xff, 7);
  payload.copy(tag, tagHeaderBytes);
  tag.writeUInt32BE(tagHeaderBytes + payload.length, tagHeaderBytes + payload.length);
  return tag;
}

/** The tags of a file that is still being written. */
export async function* flvTags(file: Readable): AsyncGenerator<MediaMessage> {
  let bytes = Buffer.alloc(0);
  let next = headerBytes + previousSizeBytes;
  for await (const part of file) {
    bytes = Buffer.concat([bytes, part as Buffer]);
    for (;;) {
      if (bytes.length < next + tagHeaderBytes) break;
      const length = bytes.readUIntBE(next + 1, 3);
      const end = next + tagHeaderBytes + length;
      if (bytes.length < end + previousSizeBytes) break;
      const type = bytes.readUInt8(next) as MediaMessage['type'];
      const timestamp = (bytes.readUInt8(next + 7) * 0x1000000 + bytes.readUIntBE(next + 4, 3)) >>> 0;
      const payload = bytes.subarray(next + tagHeaderBytes, end);
      if (Object.values(messageType).includes(type)) yield { type, timestamp, payload };
      bytes = bytes.subarray(end + previousSizeBytes);
      next = 0;
    }
  }
}
