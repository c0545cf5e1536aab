// Pushes a feed to an RTMP or RTMPS server and reconnects with backoff, as an output of a live input does. It runs in
// this process, so that no stream key appears on a command line.

import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { Feed, MediaMessage } from './feed.ts';
import { messageType } from './rtmp-chunks.ts';
import { RtmpConnection, commandIn } from './rtmp-connection.ts';

export interface Destination {
  /** rtmp://host:port/app or rtmps://… */
  url: string;
  streamKey: string;
}

export interface PushOptions {
  /** The CA for the RTMPS server, in PEM. */
  trusted?: string;
  /** Receives each change of state as text without secrets. */
  tell: (words: string) => void;
  firstGapMs?: number;
  /** Allows servers that are not on this machine; no stand-in does. */
  anywhere?: boolean;
}

const connectMs = 5000;
/** How long to wait for the server to hang up in return. */
const leaveMs = 1000;
const maxGapMs = 8000;
/** How much unsent data may wait before the server counts as gone. */
const maxUnsentBytes = 32 * 1024 * 1024;

/** The stand-ins' media never leaves this machine. */
function isHere(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '127.0.0.1';
}

function dial({ protocol, hostname, port }: URL, trusted: string | undefined): Socket {
  if (protocol === 'rtmp:') return connectTcp(Number(port || 1935), hostname);
  return connectTls({
    host: hostname,
    port: Number(port || 443),
    ca: trusted,
    servername: isHere(hostname) ? 'localhost' : hostname,
  });
}

/** The error in a server's response; null if it did not refuse. */
function refusal(name: string, info: unknown): string | null {
  const { level, code, description } = (info ?? {}) as Record<string, unknown>;
  if (name !== '_error' && level !== 'error') return null;
  return String(description ?? code ?? 'The server refuses the stream.');
}

/** A leaving server may close or reset the connection, depending on data in flight. */
function wordsOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ECONNRESET' || code === 'EPIPE' ? 'The server has hung up.' : (message ?? String(error));
}

export class RtmpPush {
  readonly #feed: Feed;
  readonly #to: Destination;
  readonly #options: PushOptions;
  readonly #stopping = new AbortController();
  /** Resolves when the push has ended for good. */
  readonly over: Promise<void>;

  constructor(feed: Feed, to: Destination, options: PushOptions) {
    this.#feed = feed;
    this.#to = to;
    this.#options = options;
    void feed.ended.then(() => this.stop());
    this.over = this.#run();
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const url = new URL(this.#to.url);
    if (!this.#options.anywhere && !isHere(url.hostname)) {
      return this.#options.tell(`is refused: the sandbox sends nothing to ${url.hostname}`);
    }
    for (
      let gapMs = this.#options.firstGapMs ?? 500;
      !signal.aborted;
      gapMs = Math.min(2 * gapMs, maxGapMs)
    ) {
      const began = performance.now();
      try {
        await this.#send(url);
      } catch (error) {
        if (signal.aborted) break;
        this.#options.tell(`is refused: ${wordsOf(error)}`);
      }
      if (performance.now() - began > maxGapMs) gapMs = this.#options.firstGapMs ?? 500;
      await sleep(gapMs, undefined, { signal }).catch(() => undefined);
    }
  }

  /** One connection, from the first byte to the last. */
  async #send(url: URL): Promise<void> {
    const socket = dial(url, this.#options.trusted);
    const { signal } = this.#stopping;
    const leave = (): void => {
      socket.setTimeout(leaveMs, () => socket.destroy());
      socket.end();
    };
    signal.addEventListener('abort', leave);
    socket.setNoDelay(true);
    socket.setTimeout(connectMs, () => socket.destroy(new Error('The server does not answer.')));
    let unsubscribe: (() => void) | undefined;
    try {
      const connection = await RtmpConnection.open(socket);
      const streamId = await this.#publish(connection, url);
      socket.setTimeout(0);
      this.#options.tell('sends');
      unsubscribe = this.#feed.subscribe((message) => this.#pass(socket, connection, streamId, message));
      for await (const message of connection.messages()) {
        const command = commandIn(message);
        const reason = command && refusal(command.name, command.arguments[1]);
        if (reason) throw new Error(reason);
      }
      if (!signal.aborted) throw new Error('The server has hung up.');
    } finally {
      unsubscribe?.();
      signal.removeEventListener('abort', leave);
      socket.destroy();
    }
  }

  #pass(socket: Socket, connection: RtmpConnection, streamId: number, message: MediaMessage): void {
    connection.media({ ...message, streamId });
    if (socket.writableLength > maxUnsentBytes) socket.destroy(new Error('The server is too slow.'));
  }

  /** Sets the stream up for media; returns the stream's id. */
  async #publish(connection: RtmpConnection, url: URL): Promise<number> {
    const app = url.pathname.replace(/^\/+|\/+$/g, '');
    connection.control(messageType.setChunkSize, 65_536);
    const tcUrl = `${url.protocol}//${url.host}/${app}`;
    connection.command(0, 'connect', 1, { app, type: 'nonprivate', flashVer: 'FMLE/3.0', tcUrl });
    let streamId = 0;
    for await (const message of connection.messages()) {
      const command = commandIn(message);
      if (!command) continue;
      const reason = refusal(command.name, command.arguments[1]);
      if (reason) throw new Error(reason);
      if (command.name === '_result' && command.transaction === 1) {
        connection.command(0, 'createStream', 2, null);
      } else if (command.name === '_result' && command.transaction === 2) {
        streamId = Number(command.arguments[1]);
        connection.command(streamId, 'publish', 3, null, this.#to.streamKey, 'live');
      } else if (command.name === 'onStatus') return streamId;
    }
    throw new Error('The server has hung up.');
  }
}
