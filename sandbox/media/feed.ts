// One publisher's media as RTMP messages, for any number of subscribers such as a recording and outputs. A late
// subscriber first gets what it needs to start at a key frame (Adobe, Video File Format Specification 10.1, annex E.4).

import { messageType } from './rtmp-chunks.ts';

export interface MediaMessage {
  type: typeof messageType.audio | typeof messageType.video | typeof messageType.data;
  /** Milliseconds on the publisher's clock. */
  timestamp: number;
  payload: Buffer;
}

export type Sink = (message: MediaMessage) => void;

const h264 = 7;
const aac = 10;
/** Bounds memory if a publisher sends no key frames. */
const maxCachedBytes = 16 * 1024 * 1024;

export function isKeyFrame({ type, payload }: MediaMessage): boolean {
  return type === messageType.video && payload.readUInt8() >> 4 === 1;
}

/** The decoder configuration, which comes once and first. */
function isConfiguration({ type, payload }: MediaMessage): boolean {
  return type !== messageType.data && payload.length > 1 && payload.readUInt8(1) === 0;
}

export type Unsupported = 'video' | 'audio';

/** Both providers take H.264 with AAC over RTMP. */
export function unsupported({ type, payload }: MediaMessage): Unsupported | null {
  const first = payload.readUInt8();
  // The high bit marks Enhanced RTMP, whose codecs neither provider takes.
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

  /** Returns a function that ends the subscription. */
  subscribe(sink: Sink): () => void {
    // Configuration gets the current time, because a receiver starts at the time of its first message.
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
    // Without video, a subscriber can start at any message.
    if (message.type === messageType.audio && !this.#configuration.has(messageType.video)) return;
    this.#group.push(message);
    this.#cachedBytes += message.payload.length;
  }
}
