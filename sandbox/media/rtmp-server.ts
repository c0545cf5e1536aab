// Takes RTMP and RTMPS from encoders. `app` and stream key are checked before any media, and a refusal gives the
// reason. Playback is not supported (Adobe, RTMP 1.0, section 7.2).

import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Amf } from './amf0.ts';
import type { Certificate } from './certificate.ts';
import type { MediaMessage } from './feed.ts';
import { messageType } from './rtmp-chunks.ts';
import { RtmpConnection, commandIn } from './rtmp-connection.ts';
import type { Command } from './rtmp-connection.ts';

/** An admitted encoder. */
export interface Publication {
  media(message: MediaMessage): void;
  /** The encoder has gone or was dropped. */
  ended(): void;
}

export interface Ingest {
  /** The path of the publish URL, without slashes. */
  app: string;
  /** Admits an encoder, or returns the reason why not. `drop` hangs up. */
  publish(streamKey: string, drop: () => void): Publication | string;
}

export interface RtmpListener {
  port: number;
  /** Disconnects all encoders and refuses new ones. */
  close(): Promise<void>;
  /** Listens again on the same port. */
  reopen(): Promise<void>;
}

/** An encoder that sends nothing for this long counts as gone. */
const silenceMs = 30_000;
const streamId = 1;

function isMedia(type: number): type is MediaMessage['type'] {
  return type === messageType.audio || type === messageType.video || type === messageType.data;
}

function status(level: 'status' | 'error', code: string, description: string): Amf {
  return { level, code, description };
}

class Session {
  readonly #connection: RtmpConnection;
  readonly #ingest: Ingest;
  readonly #drop: () => void;
  #publication: Publication | null = null;
  #isConnected = false;

  constructor(connection: RtmpConnection, ingest: Ingest, drop: () => void) {
    this.#connection = connection;
    this.#ingest = ingest;
    this.#drop = drop;
  }

  async run(): Promise<void> {
    try {
      for await (const message of this.#connection.messages()) {
        const command = commandIn(message);
        if (command && !this.#obey(command)) break;
        if (isMedia(message.type)) {
          const { type, timestamp, payload } = message;
          this.#publication?.media({ type, timestamp, payload });
        }
      }
    } finally {
      this.#publication?.ended();
    }
    this.#connection.end();
  }

  /** False ends the session. */
  #obey({ name, transaction, arguments: values }: Command): boolean {
    switch (name) {
      case 'connect':
        return this.#connect(transaction, values[0]);
      case 'createStream':
        this.#connection.command(0, '_result', transaction, null, streamId);
        return true;
      case 'releaseStream':
      case 'FCPublish':
        this.#connection.command(0, '_result', transaction, null, undefined);
        return true;
      case 'publish':
        return this.#publish(values[1]);
      case 'play':
        return this.#refuse('NetStream.Play.StreamNotFound', 'Playback is not supported.');
      case 'deleteStream':
      case 'FCUnpublish':
      case 'closeStream':
        return false;
      default:
        return true;
    }
  }

  #connect(transaction: number, properties: Amf): boolean {
    const app = (properties as { app?: Amf } | null)?.app;
    const wanted = typeof app === 'string' ? app.replace(/^\/+|\/+$/g, '') : '';
    if (wanted !== this.#ingest.app) {
      const rejected = status('error', 'NetConnection.Connect.Rejected', 'There is no such application.');
      this.#connection.command(0, '_error', transaction, null, rejected);
      return false;
    }
    this.#isConnected = true;
    this.#connection.setUp();
    const properties_ = { fmsVer: 'FMS/3,5,7,7009', capabilities: 31 };
    const connected = status('status', 'NetConnection.Connect.Success', 'Connection succeeded.');
    this.#connection.command(0, '_result', transaction, properties_, connected);
    return true;
  }

  #publish(streamKey: Amf): boolean {
    if (!this.#isConnected || this.#publication) return false;
    const result = typeof streamKey === 'string' ? this.#ingest.publish(streamKey, this.#drop) : 'No key.';
    if (typeof result === 'string') return this.#refuse('NetStream.Publish.BadName', result);
    this.#publication = result;
    const started = status('status', 'NetStream.Publish.Start', 'Publishing has started.');
    this.#connection.command(streamId, 'onStatus', 0, null, started);
    return true;
  }

  #refuse(code: string, reason: string): false {
    this.#connection.command(streamId, 'onStatus', 0, null, status('error', code, reason));
    return false;
  }
}

async function serve(socket: Socket, ingest: Ingest): Promise<void> {
  socket.setNoDelay(true);
  socket.setTimeout(silenceMs, () => socket.destroy());
  // An error ends only its own connection.
  socket.on('error', () => socket.destroy());
  try {
    const connection = await RtmpConnection.accept(socket);
    await new Session(connection, ingest, () => socket.destroy()).run();
  } catch {
    socket.destroy();
  }
}

/** Listens on 127.0.0.1, for RTMPS if there is a certificate. Port 0 picks a free port. */
export async function listenRtmp(
  ingest: Ingest,
  port: number,
  certificate?: Certificate,
): Promise<RtmpListener> {
  const sockets = new Set<Socket>();
  const welcome = (socket: Socket): void => void serve(socket, ingest);
  const server: Server = certificate ? createTlsServer(certificate, welcome) : createTcpServer(welcome);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const open = (at: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, '127.0.0.1', resolve);
    });
  await open(port);
  const { port: taken } = server.address() as AddressInfo;
  return {
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
    reopen: () => (server.listening ? Promise.resolve() : open(taken)),
  };
}
