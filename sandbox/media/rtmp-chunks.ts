// RTMP's chunk stream: messages split into interleaved chunks (Adobe, RTMP 1.0, section 5.3).

export interface Message {
  type: number;
  streamId: number;
  /** Milliseconds. */
  timestamp: number;
  payload: Buffer;
}

export const messageType = {
  setChunkSize: 1,
  abort: 2,
  acknowledgement: 3,
  userControl: 4,
  windowSize: 5,
  peerBandwidth: 6,
  audio: 8,
  video: 9,
  data: 18,
  command: 20,
} as const;

/** A key frame of 12 Mbit/s video is far smaller. */
const maxMessageBytes = 8 * 1024 * 1024;
const extended = 0xffffff;
const headerBytes = [11, 7, 3, 0] as const;

/** The state of a chunk stream: later headers omit unchanged fields. */
interface ChunkStream {
  type: number;
  streamId: number;
  length: number;
  timestamp: number;
  delta: number;
  isExtended: boolean;
  parts: Buffer[];
  missing: number;
}

export class ChunkReader {
  #chunkSize = 128;
  #rest: Buffer = Buffer.alloc(0);
  #streams = new Map<number, ChunkStream>();

  /** Yields the messages that these bytes complete. Throws if they are not RTMP. */
  *read(bytes: Buffer): Generator<Message> {
    this.#rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    for (let used = -1; used !== 0;) {
      const chunk = this.#chunk(this.#rest);
      used = chunk.used;
      this.#rest = this.#rest.subarray(used);
      if (chunk.message && !this.#control(chunk.message)) yield chunk.message;
    }
  }

  /** Takes one chunk from the front, unless it is incomplete. */
  #chunk(bytes: Buffer): { used: number; message?: Message } {
    const first = bytes[0];
    if (first === undefined) return { used: 0 };
    const small = first & 0x3f;
    const idBytes = small === 0 ? 2 : small === 1 ? 3 : 1;
    const format = first >> 6;
    let at = idBytes + (headerBytes[format] ?? 0);
    if (bytes.length < at) return { used: 0 };
    const id = idBytes === 1 ? small : idBytes === 2 ? bytes.readUInt8(1) + 64 : bytes.readUInt16LE(1) + 64;

    const known = this.#streams.get(id);
    if (!known && format !== 0) throw new Error('an RTMP chunk continues a message that never started');
    const stream: ChunkStream = known ?? newStream();
    const field = format < 3 ? bytes.readUIntBE(idBytes, 3) : 0;
    const isExtended = format < 3 ? field === extended : stream.isExtended;
    if (isExtended && bytes.length < at + 4) return { used: 0 };
    const time = isExtended ? bytes.readUInt32BE(at) : field;
    if (isExtended) at += 4;

    const begins = stream.missing === 0;
    const length = format < 2 ? bytes.readUIntBE(idBytes + 3, 3) : stream.length;
    if (length > maxMessageBytes) throw new Error('an RTMP message is too long');
    const size = Math.min(this.#chunkSize, begins ? length : stream.missing);
    if (bytes.length < at + size) return { used: 0 };

    this.#streams.set(id, stream);
    stream.isExtended = isExtended;
    if (begins) {
      if (format < 2) {
        stream.length = length;
        stream.type = bytes.readUInt8(idBytes + 6);
      }
      if (format === 0) stream.streamId = bytes.readUInt32LE(idBytes + 7);
      if (format === 0) stream.timestamp = time;
      else {
        if (format < 3) stream.delta = time;
        stream.timestamp = (stream.timestamp + stream.delta) >>> 0;
      }
      if (format === 0) stream.delta = 0;
      stream.parts = [];
      stream.missing = stream.length;
    }
    stream.parts.push(bytes.subarray(at, at + size));
    stream.missing -= size;
    if (stream.missing > 0) return { used: at + size };
    const { type, streamId, timestamp, parts } = stream;
    stream.parts = [];
    return { used: at + size, message: { type, streamId, timestamp, payload: Buffer.concat(parts) } };
  }

  /** Handles messages that control the chunking. */
  #control({ type, payload }: Message): boolean {
    if (type !== messageType.setChunkSize && type !== messageType.abort) return false;
    if (payload.length < 4) throw new Error('an RTMP control message is too short');
    const value = payload.readUInt32BE();
    if (type === messageType.setChunkSize) {
      this.#chunkSize = Math.min(Math.max(value & 0x7fffffff, 1), maxMessageBytes);
    } else {
      const stream = this.#streams.get(value);
      if (stream) stream.missing = 0;
    }
    return true;
  }
}

function newStream(): ChunkStream {
  const nothing = { type: 0, streamId: 0, length: 0, timestamp: 0, delta: 0 };
  return { ...nothing, isExtended: false, parts: [], missing: 0 };
}

function header(format: 0 | 3, id: number, { type, streamId, timestamp, payload }: Message): Buffer {
  const isExtended = timestamp >= extended;
  const bytes = Buffer.alloc(1 + headerBytes[format] + (isExtended ? 4 : 0));
  bytes.writeUInt8((format << 6) | id);
  if (format === 0) {
    bytes.writeUIntBE(Math.min(timestamp, extended), 1, 3);
    bytes.writeUIntBE(payload.length, 4, 3);
    bytes.writeUInt8(type, 7);
    bytes.writeUInt32LE(streamId, 8);
  }
  if (isExtended) bytes.writeUInt32BE(timestamp >>> 0, bytes.length - 4);
  return bytes;
}

/** Splits a message into chunks of at most `chunkSize` for the chunk stream with this id (2 to 63). */
export function chunksOf(message: Message, id: number, chunkSize: number): Buffer {
  const { payload } = message;
  const parts = [header(0, id, message), payload.subarray(0, chunkSize)];
  for (let at = chunkSize; at < payload.length; at += chunkSize) {
    parts.push(header(3, id, message), payload.subarray(at, at + chunkSize));
  }
  return Buffer.concat(parts);
}
