// A WHIP endpoint (RFC 9725) without media. Strict about requests, with scriptable responses. Like Cloudflare's, its
// URLs contain the secret that grants access.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pause } from './providers.ts';

export const offer = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-ufrag:phone\r\n';
export const answer = 'v=0\r\no=- 2 2 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=ice-ufrag:server\r\n';
export const candidates = 'a=ice-ufrag:phone\r\na=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n';
export const restart = 'a=ice-ufrag:phone2\r\na=ice-pwd:another\r\n';

export interface Received {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Overrides the response to the next request. */
export interface Script {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Breaks the connection instead. */
  drop?: true;
  /** Delays the response. */
  ms?: number;
}

interface Session {
  etag: number;
}

export interface WhipEndpoint extends AsyncDisposable {
  url: string;
  received: Received[];
  sessions: Map<string, Session>;
  /** The responses to the next requests, in order. */
  scripts: Script[];
}

interface Answer {
  status: number;
  headers?: Record<string, string>;
  body?: string;
}

const iceServers = '<stun:stun.example:3478>; rel="ice-server"';
const turn = '<turn:turn.example?transport=udp>; rel="ice-server"; username="a,b\\"<c>"; credential="d"';
/** The Link values that a phone may be told. */
export const links = `${iceServers}, ${turn}`;

class Endpoint {
  readonly received: Received[] = [];
  readonly sessions = new Map<string, Session>();
  readonly scripts: Script[] = [];
  #count = 0;

  #tag = (id: string): string => `"${id}.${this.sessions.get(id)?.etag}"`;

  answer(request: Received): Answer {
    const [path = ''] = request.url.split('?');
    const [, secret, kind, id] = /^\/([^/]+)\/webRTC\/(publish|session)(?:\/(\w+))?$/.exec(path) ?? [];
    if (kind === 'publish' && request.method === 'POST') return this.#post(request, secret ?? '');
    if (kind !== 'session' || id === undefined || !this.sessions.has(id)) return { status: 404 };
    if (request.method === 'DELETE') return this.#remove(request, id);
    return request.method === 'PATCH' ? this.#patch(request, id) : { status: 405 };
  }

  #post({ headers, body }: Received, secret: string): Answer {
    if (headers['content-type'] !== 'application/sdp') return { status: 415 };
    if (headers.accept !== 'application/sdp') return { status: 406 };
    if (!body.startsWith('v=0\r\n')) return { status: 400, body: `Unable to parse SDP at ${secret}` };
    const id = `s${++this.#count}`;
    this.sessions.set(id, { etag: 1 });
    return {
      status: 201,
      body: answer,
      headers: {
        'content-type': 'application/sdp',
        location: `../webRTC/session/${id}`,
        etag: this.#tag(id),
        link: `${iceServers}, </${secret}/events>; rel="urn:ietf:params:whip:ext:core:events", ${turn}`,
        'accept-patch': 'application/trickle-ice-sdpfrag',
      },
    };
  }

  // Section 4.3: candidates for the current ICE session, or an ICE restart.
  #patch({ headers, body }: Received, id: string): Answer {
    const session = this.sessions.get(id);
    const condition = headers['if-match'];
    if (headers['content-type'] !== 'application/trickle-ice-sdpfrag') return { status: 415 };
    if (condition === undefined) return { status: 428 };
    const restarts = condition === '*';
    if (!restarts && condition !== this.#tag(id)) return { status: 412 };
    if (!restarts || !session) return { status: 204 };
    session.etag += 1;
    return {
      status: 200,
      body: body.replace('phone2', 'server2'),
      headers: { 'content-type': 'application/trickle-ice-sdpfrag', etag: this.#tag(id) },
    };
  }

  #remove({ headers }: Received, id: string): Answer {
    if (headers['if-match'] !== undefined) return { status: 412 };
    this.sessions.delete(id);
    return { status: 200 };
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

async function serve(endpoint: Endpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = '', url = '', headers } = request;
  const received = { method, url, headers, body: await bodyOf(request) };
  endpoint.received.push(received);
  const script = endpoint.scripts.shift();
  if (script?.drop) return void request.socket.destroy();
  if (script?.ms) await pause(script.ms);
  const {
    status,
    headers: fields,
    body = '',
  } = script?.status
    ? { status: script.status, headers: script.headers, body: script.body }
    : endpoint.answer(received);
  response.writeHead(status, fields).end(body);
}

export async function startWhipEndpoint(): Promise<WhipEndpoint> {
  const endpoint = new Endpoint();
  const server = createServer((request, response) => void serve(endpoint, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received: endpoint.received,
    sessions: endpoint.sessions,
    scripts: endpoint.scripts,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
