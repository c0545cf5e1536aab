// The media of one publisher as RTMP carries them, for whoever wants them: a recording, and any number of outputs
// that come and go. Who comes late is given what is needed to begin at a key frame (Adobe, Video File Format
// Specification 10.1, annex E.4).

import { messageType } from './rtmp-chunks.ts';

export interface MediaMessage {
  type: typeof messageType.audio | typeof messageType.video | typeof messageType.data;
  /** Milliseconds, from the publisher's own zero. */
  timestamp: number;
  payload: Buffer;
}

export type Sink = (message: MediaMessage) => void;

const h264 = 7;
const aac = 10;
/** A publisher that sends no key frames must not fill the memory. */
const maxCachedBytes = 16 * 1024 * 1024;

export function isKeyFrame({ type, payload }: MediaMessage): boolean {
  return type === messageType.video && payload.readUInt8() >> 4 === 1;
}

/** The decoder configuration, which comes once and before everything else. */
function isConfiguration({ type, payload }: MediaMessage): boolean {
  return type !== messageType.data && payload.length > 1 && payload.readUInt8(1) === 0;
}

export type Unsupported = 'video' | 'audio';

/** H.264 with AAC is what both providers take by RTMP. */
export function unsupported({ type, payload }: MediaMessage): Unsupported | null {
  const first = payload.readUInt8();
  // The high bit announces Enhanced RTMP, whose other codecs neither of them takes.
  if (type === messageType.video) return first & 0x80 || (first & 0x0f) !== h264 ? 'video' : null;
  if (type === messageType.audio) return first >> 4 !== aac ? 'audio' : null;
  return null;
}

export class Feed {
  #sinks = new Set<Sink>();
  #configuration = new Map<number, MediaMessage>();
  #group: MediaMessage[] = [];
  #cachedBytes = 0;
  #ends = Promise.withResolvers<void>();
  /** Resolves when the publisher has gone. */
  readonly ended: Promise<void> = this.#ends.promise;

  push(message: MediaMessage): void {
    if (message.payload.length === 0) return;
    this.#remember(message);
    for (const sink of this.#sinks) sink(message);
  }

  end(): void {
    this.#sinks.clear();
    this.#ends.resolve();
  }

  /** Returns what ends the subscription. */
  subscribe(sink: Sink): () => void {
    // What comes once counts as said now: a receiver takes the time of the first message for the beginning.
    const [first] = this.#group;
    for (const message of this.#configuration.values())
      sink(first ? { ...message, timestamp: first.timestamp } : message);
    for (const message of this.#group) sink(message);
    this.#sinks.add(sink);
    return () => void this.#sinks.delete(sink);
  }

  #remember(message: MediaMessage): void {
    if (message.type === messageType.data || isConfiguration(message)) {
      this.#configuration.set(message.type, message);
      return;
    }
    if (isKeyFrame(message) || this.#cachedBytes > maxCachedBytes) {
      this.#group = [];
      this.#cachedBytes = 0;
    }
    // Without video every message is a place to begin at.
    if (message.type === messageType.audio && !this.#configuration.has(messageType.video)) return;
    this.#group.push(message);
    this.#cachedBytes += message.payload.length;
  }
}
