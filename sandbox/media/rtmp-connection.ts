// One end of an RTMP connection: the handshake without digests, then messages both ways (Adobe, RTMP 1.0).

import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { decodeAmf, encodeAmf } from './amf0.ts';
import type { Amf } from './amf0.ts';
import { ChunkReader, chunksOf, messageType } from './rtmp-chunks.ts';
import type { Message } from './rtmp-chunks.ts';

const version = 3;
const handshakeBytes = 1536;
const windowBytes = 2_500_000;
const chunkSize = 65_536;

export interface Command {
  name: string;
  transaction: number;
  streamId: number;
  arguments: Amf[];
}

/** Parses a command message; returns null for any other message. */
export function commandIn({ type, streamId, payload }: Message): Command | null {
  if (type !== messageType.command) return null;
  const [name, transaction, ...rest] = decodeAmf(payload);
  if (typeof name !== 'string' || typeof transaction !== 'number')
    throw new Error('an RTMP command has no name');
  return { name, transaction, streamId, arguments: rest };
}

/** Reads a socket's bytes in the requested sizes. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Duplex) {
    this.#chunks = socket[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** Returns the available bytes, or null at the end. */
  async some(): Promise<Buffer | null> {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    if (rest.length > 0) return rest;
    const { done, value } = await this.#chunks.next();
    return done ? null : value;
  }

  async exactly(length: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      const part = await this.some();
      if (!part) throw new Error('the RTMP peer hung up in the middle of the handshake');
      parts.push(part.subarray(0, missing));
      this.#rest = part.subarray(missing);
      missing -= Math.min(missing, part.length);
    }
    return Buffer.concat(parts);
  }
}

/** Time and version are zero, which tells the peer that there are no digests. */
function greeting(): Buffer {
  return Buffer.concat([Buffer.alloc(8), randomBytes(handshakeBytes - 8)]);
}

async function versionFrom(bytes: Bytes): Promise<void> {
  const [spoken] = await bytes.exactly(1);
  if (spoken !== version) throw new Error('the peer does not speak RTMP');
}

export class RtmpConnection {
  readonly #socket: Duplex;
  readonly #bytes: Bytes;
  readonly #reader = new ChunkReader();
  #received = 0;
  #acknowledged = 0;

  private constructor(socket: Duplex, bytes: Bytes) {
    this.#socket = socket;
    this.#bytes = bytes;
  }

  /** The server's side of the handshake. */
  static async accept(socket: Duplex): Promise<RtmpConnection> {
    const bytes = new Bytes(socket);
    await versionFrom(bytes);
    const theirs = await bytes.exactly(handshakeBytes);
    socket.write(Buffer.concat([Buffer.of(version), greeting(), theirs]));
    await bytes.exactly(handshakeBytes);
    return new RtmpConnection(socket, bytes);
  }

  /** The client's side. */
  static async open(socket: Duplex): Promise<RtmpConnection> {
    const bytes = new Bytes(socket);
    socket.write(Buffer.concat([Buffer.of(version), greeting()]));
    await versionFrom(bytes);
    const theirs = await bytes.exactly(handshakeBytes);
    await bytes.exactly(handshakeBytes);
    socket.write(theirs);
    return new RtmpConnection(socket, bytes);
  }

  /** Yields messages until the peer hangs up; a caller may stop and continue later. Throws if the bytes are not RTMP. */
  async *messages(): AsyncGenerator<Message> {
    for (let bytes = await this.#bytes.some(); bytes; bytes = await this.#bytes.some()) {
      this.#received += bytes.length;
      if (this.#received - this.#acknowledged > windowBytes / 2) this.#acknowledge();
      yield* this.#reader.read(bytes);
    }
  }

  #acknowledge(): void {
    this.#acknowledged = this.#received;
    this.control(messageType.acknowledgement, this.#received >>> 0);
  }

  control(type: number, value: number, ...more: number[]): void {
    const payload = Buffer.alloc(4 + more.length);
    payload.writeUInt32BE(value);
    payload.set(more, 4);
    this.#write({ type, streamId: 0, timestamp: 0, payload }, 2, 128);
  }

  /** Announces the window size and the chunk size. */
  setUp(): void {
    this.control(messageType.windowSize, windowBytes);
    this.control(messageType.peerBandwidth, windowBytes, 2);
    this.control(messageType.setChunkSize, chunkSize);
  }

  command(streamId: number, name: string, transaction: number, ...values: Amf[]): void {
    const payload = encodeAmf([name, transaction, ...values]);
    this.#write({ type: messageType.command, streamId, timestamp: 0, payload }, 3, chunkSize);
  }

  /** Sends audio, video or metadata. Returns false while the peer is too slow. */
  media(message: Message): boolean {
    return this.#write(message, message.type === messageType.audio ? 4 : 6, chunkSize);
  }

  #write(message: Message, chunkStream: number, size: number): boolean {
    return this.#socket.writable && this.#socket.write(chunksOf(message, chunkStream, size));
  }

  /** Closes after the written data has reached the peer. */
  end(): void {
    this.#socket.end();
  }
}
