// Serves the built web app as the platform does, including headers, with a scripted API in place of the Worker and a
// real WHIP server.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, resolve } from 'node:path';
import type {
  ActivityEntry,
  HostEvent,
  Broadcast,
  Credentials,
  Invite,
  Output,
  PhoneCopy,
  Plan,
  Playback,
  Stream,
} from '../../../web/src/api-schema.ts';
import { headersFor } from './headers-file.ts';
import { RoomServer } from './room-server.ts';
import { TusServer } from './tus-server.ts';
import type { Wanted } from './tus-server.ts';
import { WhipServer } from './whip-server.ts';

const folder = resolve(import.meta.dirname, '../../../build/assets');
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
  '.json': 'application/json',
};

/** A scripted response: a status with a body, which is a problem if the status is an error. */
export interface Scripted {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  delay?: number;
  /** Sends the headers and the beginning of a body that never ends. */
  stalls?: boolean;
}

export interface Asked {
  method: string;
  path: string;
  headers: Record<string, string | undefined>;
  body: string;
}

export const streamId = '7zy1kq3m9v0c8r5t2w4x6abcde';
export const ownerToken = 'owner-token';

/** What no provider records. */
export const unrecorded: Plan = { ingest: 'cloudflare', live: 'whep', recordedAt: [], verified: true };

const planned = (simulcastEnabled: boolean): Plan => ({
  ingest: 'relay',
  live: 'hls',
  recordedAt: simulcastEnabled ? ['cloudflare', 'mux'] : ['cloudflare'],
  verified: true,
});

export const stream = (change: Partial<Stream> = {}): Stream => ({
  id: streamId,
  memorialId: null,
  title: 'Service for Anna Berg',
  scheduledStart: null,
  description: null,
  coverUrl: null,
  status: 'ready',
  streamingMethod: 'whip_browser',
  whipUrl: null,
  rtmpUrl: null,
  streamKey: null,
  cloudflareInputId: '66be4bf738797e01e1fca35a7bdecdcd',
  playbackUrl: 'https://customer-x.cloudflarestream.com/66be4bf738797e01e1fca35a7bdecdcd/iframe',
  muxLiveStreamId: 'QrikEQpEXp3RvklQSHyHSYOakQkXlRId',
  muxPlaybackId: 'HNRDuwff3K2VjTZZAPuvd2Kx6D01XUQFv02GFBHPUka018',
  muxAssetId: null,
  muxAssetReady: false,
  cloudflareOutputId: 'baea4d9c515887b80289d5c33cf01145',
  simulcastEnabled: true,
  recordingSources: {
    cloudflare: { available: false, playbackUrl: null, duration: null, missing: false },
    mux: { available: false, playbackUrl: null, duration: null, missing: false },
  },
  preferredRecordingSource: 'cloudflare',
  createdBy: 'demo-user',
  createdAt: '2026-11-20T09:00:00.000Z',
  updatedAt: '2026-11-20T09:00:00.000Z',
  endedAt: null,
  visibility: 'public',
  phoneCopy: 'auto',
  viewersMayDownload: false,
  warnings: [],
  plan: planned(change.simulcastEnabled ?? true),
  ...change,
});

/** A broadcast with the given state of each provider's recording. */
export const broadcast = (
  states: Partial<Record<'cloudflare' | 'mux', 'processing' | 'ready' | 'failed'>>,
  startedAt = new Date().toISOString(),
): Broadcast => ({
  startedAt,
  preferredRecordingSource: 'cloudflare',
  recordings: (['cloudflare', 'mux'] as const).flatMap((source) => {
    const state = states[source];
    if (state === undefined) return [];
    return [
      {
        source,
        id: `${source}-1`,
        origin: 'live',
        clippedFrom: null,
        state,
        progress: null,
        reason: state === 'failed' ? 'It is damaged.' : null,
        duration: 1832,
        startedAt,
        playbackUrl: null,
        dashUrl: null,
        iframeUrl: null,
        thumbnailUrl: null,
        downloadUrl: null,
      },
    ];
  }),
});

/** A broadcast whose recording plays. */
export function recorded(startedAt: string, playbackUrl: string): Broadcast {
  const made = broadcast({ cloudflare: 'ready' }, startedAt);
  return { ...made, recordings: made.recordings.map((each) => ({ ...each, playbackUrl })) };
}

export class Site implements AsyncDisposable {
  readonly whip: WhipServer;
  readonly asked: Asked[] = [];
  /** Takes the copies from phones. */
  readonly tus = new TusServer();
  phoneCopy: PhoneCopy | undefined;
  /** There are none before `rooms.exists`. */
  readonly rooms = new RoomServer((id, role) => {
    const part = { viewer: '/playback', publisher: '/status', owner: '' }[role];
    const { status = 200, body } = this.#api('GET', `/api/streams/${id}${part}`, '', '');
    return { status, body };
  });
  /** The origin in ALLOWED_ORIGINS. */
  allowed: string | undefined;
  streams: Stream[] = [stream()];
  broadcasts: Broadcast[] = [];
  /** What the status says about a phone that the owner stopped. */
  stop: { stopped?: boolean; stoppedAt?: string | null } = {};
  outputs: Output[] = [];
  invites: Invite[] = [];
  activity: ActivityEntry[] = [];
  /** Undefined without a host application. */
  events: HostEvent[] | undefined;
  playback: Playback = {
    title: 'Service for Anna Berg',
    status: 'ready',
    scheduledStart: null,
    description: null,
    coverUrl: null,
    live: null,
    recording: null,
    poster: null,
    ladder: [],
  };
  readonly #scripts = new Map<string, Scripted>();
  readonly #files = new Map<string, Buffer>();
  #server = createServer((request, response) => void this.#serve(request, response));

  private constructor(whip: WhipServer) {
    this.whip = whip;
  }

  static async start(): Promise<Site> {
    const site = new Site(await WhipServer.start());
    site.#server.on('upgrade', (request, socket) => site.rooms.upgrade(request, socket));
    await new Promise<void>((ready) => site.#server.listen(0, '127.0.0.1', ready));
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Scripts a route such as `GET /api/streams`; undefined removes the script. */
  script(route: string, answer: Scripted | undefined): void {
    if (answer) this.#scripts.set(route, answer);
    else this.#scripts.delete(route);
  }

  /** Serves a file at a path of the site. */
  put(path: string, content: Buffer): void {
    this.#files.set(path, content);
  }

  of(method: string, path: string): Asked[] {
    return this.asked.filter((each) => each.method === method && each.path.split('?')[0] === path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.rooms.close(1006);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.whip[Symbol.asyncDispose]();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://site').pathname;
    if (this.allowed !== undefined && allow(this.allowed, request, response))
      return void response.writeHead(204).end();
    const file = this.#files.get(path);
    if (file) return void response.writeHead(200).end(file);
    if (path.startsWith('/tus/')) return this.tus.serve(request, response);
    if (!path.startsWith('/api/')) return this.#file(path, response);
    const scripted = this.#scripts.get(`${request.method} ${path}`);
    if (/\/whip(\/|$)/.test(path) && !scripted) return this.whip.serve(request, response);
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    const headers = request.headers as Asked['headers'];
    this.asked.push({ method: request.method ?? '', path: request.url ?? '', headers, body });
    if (scripted?.delay !== undefined) await new Promise((done) => setTimeout(done, scripted.delay));
    const key = headers['idempotency-key'] ?? '';
    this.#answer(scripted ?? this.#api(request.method ?? '', path, body, key), request, response);
  }

  #file(path: string, response: ServerResponse): void {
    const read = (name: string) => {
      try {
        return readFileSync(join(folder, name));
      } catch {
        return undefined;
      }
    };
    const name = path.endsWith('/') ? 'index.html' : path;
    const content = read(name) ?? read('index.html');
    const type = types[extname(read(name) ? name : 'index.html')] ?? 'application/octet-stream';
    for (const [header, value] of headersFor(read('_headers')?.toString() ?? '', path))
      response.setHeader(header, value);
    response.writeHead(200, { 'Content-Type': type }).end(content);
  }

  #answer(
    { status = 200, body, headers = {}, stalls = false }: Scripted,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (stalls) return void response.writeHead(status, { 'Content-Type': 'application/json' }).write('{');
    if (body === undefined) return void response.writeHead(status).end();
    const text = JSON.stringify(body);
    const etag = `"${createHash('sha256').update(text).digest('hex').slice(0, 32)}"`;
    if (status === 200 && request.headers['if-none-match'] === etag)
      return void response.writeHead(304).end();
    if (status === 200) response.setHeader('ETag', etag);
    response.setHeader('Content-Type', status < 400 ? 'application/json' : 'application/problem+json');
    response.writeHead(status).end(text);
  }

  #api(method: string, path: string, body: string, key: string): Scripted {
    const [, , , id = '', part = '', item = '', more = ''] = path.split('/');
    const found = this.streams.find((each) => each.id === id);
    const given = (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>;
    if (path === '/api/streams' && method === 'GET')
      return { body: { streams: this.streams, nextCursor: null } };
    if (path === '/api/streams' && method === 'POST') return this.#create(given);
    if (!found) return problem(404, 'no-such-stream', 'There is no such stream', 'Check the id.');
    if (more === '' && item === '' && part === '' && method === 'DELETE') {
      this.streams = this.streams.filter((each) => each !== found);
      return { body: { deleted: {} } };
    }
    if (method === 'PATCH' && part === '') {
      Object.assign(found, given);
      return { body: { stream: found } };
    }
    switch (`${method} ${part}`) {
      case 'GET ':
        return { body: found };
      case 'GET status': {
        const { title, status, warnings, recordingSources, plan, simulcastEnabled, endedAt } = found;
        const { scheduledStart } = found;
        const state = {
          id,
          title,
          status,
          warnings,
          recordingSources,
          plan,
          simulcastEnabled,
          scheduledStart,
          endedAt,
        };
        const phoneCopy = this.phoneCopy === undefined ? {} : { phoneCopy: this.phoneCopy };
        return { body: { ...state, ...this.stop, ...phoneCopy } };
      }
      case 'GET recordings':
        return { body: { status: found.status, broadcasts: this.broadcasts } };
      case 'GET playback':
        return { body: this.playback };
      case 'POST uploads':
        return this.tus.mint(this.origin, key, given as unknown as Wanted);
      case 'GET uploads':
        return this.tus.stateOf(item);
      case 'POST end':
        found.status = 'completed';
        found.endedAt = new Date().toISOString();
        return { body: { stream: found } };
      case 'PUT simulcast':
        found.simulcastEnabled = given['enabled'] === true;
        found.plan = planned(found.simulcastEnabled);
        return { body: { stream: found } };
      case 'GET credentials':
        return { body: credentials('a-stream-key-0001') };
      case 'POST credentials':
        return { body: { ...credentials('a-stream-key-0002'), warnings: [] } };
      case 'GET invites':
        return { body: { invites: this.invites } };
      case 'POST invites':
        return this.#invite(given);
      case 'DELETE invites':
        this.invites = this.invites.map((each) =>
          each.id === item ? { ...each, revokedAt: new Date().toISOString() } : each,
        );
        return { status: 204 };
      case 'GET events':
        return { body: { enabled: this.events !== undefined, events: this.events ?? [] } };
      case 'POST events':
        return this.#redeliver(item);
      case 'GET activity':
        return { body: { activity: this.activity } };
      case 'GET outputs':
        return { body: { outputs: this.outputs } };
      case 'POST outputs': {
        const output = { id: String(this.outputs.length + 1), backup: false, ...given } as unknown as Output;
        this.outputs = [...this.outputs, output];
        return { status: 201, body: { output } };
      }
      case 'PATCH outputs':
        this.outputs = this.outputs.map((each) =>
          each.id === item ? { ...each, enabled: given['enabled'] === true } : each,
        );
        return { body: { output: this.outputs[0] } };
      case 'DELETE outputs':
        this.outputs = this.outputs.filter((each) => each.id !== item);
        return { status: 204 };
      default:
        return problem(405, 'method-not-allowed', 'Not that way', 'Use another method.');
    }
  }

  #create(given: Record<string, unknown>): Scripted {
    const made = stream({
      id: '7zy1kq3m9v0c8r5t2w4x6abcdf',
      title: String(given['title']),
      streamingMethod: given['streamingMethod'] === 'obs' ? 'obs' : 'whip_browser',
      simulcastEnabled: given['enableMuxBackup'] === true,
      createdAt: new Date().toISOString(),
      scheduledStart: (given['scheduledStart'] as string | undefined) ?? null,
      description: (given['description'] as string | undefined) ?? null,
    });
    this.streams = [made, ...this.streams];
    return { status: 201, body: { success: true, stream: made } };
  }

  #redeliver(id: string): Scripted {
    const event = this.events?.find((each) => each.id === id);
    if (!event) return problem(404, 'no-such-event', 'There is no such event', 'Take the id of an event.');
    const attempt = { at: new Date().toISOString(), status: 200, error: null };
    const after: HostEvent = {
      ...event,
      state: 'delivered',
      attempts: [...event.attempts, attempt],
      nextAttemptAt: null,
    };
    this.events = this.events?.map((each) => (each === event ? after : each));
    return { body: after };
  }

  #invite(given: Record<string, unknown>): Scripted {
    const id = String(this.invites.length + 1);
    const expiresAt = new Date(Date.now() + Number(given['expiresIn']) * 1000).toISOString();
    const invite: Invite = {
      id,
      purpose: 'publish',
      name: (given['name'] as string | undefined) ?? null,
      expiresAt,
    };
    this.invites = [invite, ...this.invites];
    const url = `${this.origin}/live/${streamId}#invite=an-invite`;
    return { status: 201, body: { invite: { ...invite, token: 'an-invite', url } } };
  }
}

/** Lets the pages of an origin read what follows, as the Worker does. Returns whether the request is a preflight. */
function allow(origin: string, request: IncomingMessage, response: ServerResponse): boolean {
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'ETag, Location, Link, Accept-Patch, Retry-After');
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST, PATCH, DELETE');
  response.setHeader('Access-Control-Allow-Headers', 'Authorization, Content-Type, If-Match, If-None-Match');
  return request.method === 'OPTIONS';
}

export const problem = (status: number, type: string, title: string, detail: string): Scripted => ({
  status,
  body: { type: `urn:whip-mux:problem:${type}`, title, status, detail },
});

const credentials = (streamKey: string): Credentials => ({
  rtmpUrl: 'rtmps://live.cloudflare.com:443/live/',
  streamKey,
  srtUrl: 'srt://live.cloudflare.com:778?streamid=an-id&passphrase=a-phrase',
});
