// An API user: a token, and requests with it.

import { SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import { expect } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { defaults, pause } from './providers.ts';
import { planHeader, runsPath } from './watched-entry.ts';
import type { Plan, Run } from './watched-entry.ts';

export interface RecordingSource {
  available: boolean;
  playbackUrl: string | null;
  duration: number | null;
}

export interface Stream {
  id: string;
  memorialId: string | null;
  title: string;
  status: 'ready' | 'live' | 'completed';
  streamingMethod: 'whip_browser' | 'obs';
  visibility: 'public' | 'private';
  plan: {
    ingest: 'cloudflare' | 'relay' | 'mux' | 'livekit';
    live: 'whep' | 'hls';
    recordedAt: ('cloudflare' | 'mux')[];
    verified: boolean;
  };
  whipUrl: string | null;
  rtmpUrl: string | null;
  streamKey: string | null;
  cloudflareInputId: string;
  playbackUrl: string | null;
  muxLiveStreamId: string | null;
  muxPlaybackId: string | null;
  muxAssetId: string | null;
  muxAssetReady: boolean;
  cloudflareOutputId: string | null;
  simulcastEnabled: boolean;
  recordingSources: { cloudflare: RecordingSource; mux: RecordingSource };
  preferredRecordingSource: 'cloudflare' | 'mux';
  createdBy: string;
  createdAt: string;
  updatedAt: string;
  endedAt: string | null;
  scheduledStart: string | null;
  description: string | null;
  coverUrl: string | null;
  warnings: { code: string; detail: string }[];
}

/** The union of all response bodies of the API. */
export interface Body {
  success?: boolean;
  stream?: Stream;
  streams?: Stream[];
  nextCursor?: string | null;
  type?: string;
  title?: string;
  status?: number | string;
  detail?: string;
  requestId?: string;
  errors?: { field: string; detail: string }[];
  missing?: string[];
  muxBackup?: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  body: Body;
}

export async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  let body: Body = {};
  if (response.headers.get('content-type')?.includes('json') && text !== '') body = JSON.parse(text) as Body;
  return { status: response.status, headers: response.headers, text, body };
}

export interface TokenOptions {
  secret?: string;
  issuer?: string;
  audience?: string;
  expires?: number | string;
}

export function tokenFor(claims: JWTPayload, options: TokenOptions = {}): Promise<string> {
  const { secret = defaults.AUTH_HS256_SECRETS, issuer = defaults.AUTH_ISSUER ?? '' } = options;
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(issuer)
    .setAudience(options.audience ?? defaults.AUTH_AUDIENCE ?? '')
    .setIssuedAt()
    .setExpirationTime(options.expires ?? '10m')
    .sign(new TextEncoder().encode(secret));
}

let users = 0;

export class Client {
  readonly #worker: StartedWorker;
  readonly #token: string;
  readonly subject: string;

  private constructor(worker: StartedWorker, subject: string, token: string) {
    this.#worker = worker;
    this.subject = subject;
    this.#token = token;
  }

  /** A user without streams, unless `subject` names an existing one. */
  static async of(
    worker: StartedWorker,
    { sub = `user-${++users}`, ...claims }: JWTPayload = {},
    options: TokenOptions = {},
  ): Promise<Client> {
    return new Client(worker, sub, await tokenFor({ sub, ...claims }, options));
  }

  async send(path: string, init: RequestInit = {}, plan?: Plan): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${this.#token}`);
    if (plan) headers.set(planHeader, JSON.stringify(plan));
    return read(await this.#worker.fetch(path, { ...init, headers }));
  }

  create(
    fields: Record<string, unknown> = {},
    plan?: Plan,
    key?: string,
    signal?: AbortSignal,
  ): Promise<Answer> {
    return this.post('/api/streams/create-whip', { title: 'The service', ...fields }, plan, key, signal);
  }

  /** Gets or creates the memorial's stream. */
  createAtMux(memorialId: string, plan?: Plan, key?: string, signal?: AbortSignal): Promise<Answer> {
    return this.post('/api/streams/create', { memorialId }, plan, key, signal);
  }

  post(path: string, fields: object, plan?: Plan, key?: string, signal?: AbortSignal): Promise<Answer> {
    const headers: HeadersInit = { 'content-type': 'application/json' };
    if (key !== undefined) headers['Idempotency-Key'] = key;
    return this.send(path, { method: 'POST', headers, body: JSON.stringify(fields), signal }, plan);
  }

  get(id: string, plan?: Plan): Promise<Answer> {
    return this.send(`/api/streams/${id}`, {}, plan);
  }

  list(query = '', plan?: Plan): Promise<Answer> {
    return this.send(`/api/streams${query}`, {}, plan);
  }
}

/** The stream in a response: a creation wraps it, a GET returns it bare. */
export function streamOf(answer: Answer): Stream {
  if (answer.status >= 300) throw new Error(`no stream: ${answer.status} ${answer.text}`);
  return answer.body.stream ?? (answer.body as unknown as Stream);
}

/** Response body of `POST /api/streams/create`. */
export interface Endpoint {
  streamKey: string;
  playbackId: string;
  whipEndpoint: string;
  alreadyExists: boolean;
  streamId: string;
}

export function endpointOf(answer: Answer): Endpoint {
  if (answer.status >= 300) throw new Error(`no endpoint: ${answer.status} ${answer.text}`);
  return answer.body as unknown as Endpoint;
}

/** The effects of a request after all its work is done. */
export async function whenQuiet(worker: StartedWorker, run: string): Promise<Run> {
  for (;;) {
    const found = (await (await worker.fetch(runsPath + run)).json()) as Run | null;
    if (found?.quiet) return found;
    await pause();
  }
}

/** The warning on every stream that a browser publishes without a relay, unless something was recorded. */
export const unsupported = { code: 'recording_unsupported', detail: expect.stringMatching(/relay/) };
