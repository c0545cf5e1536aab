// Client of the Worker's API. Failed requests throw an HttpFailure, or whatever fetch throws when there is no response.

import type { Playback, Recordings, Stream, StreamState } from './api-schema.ts';
import { common } from './texts/common.ts';
import type { Advice } from './texts/common.ts';
import { deadline } from './webrtc/deadline.ts';
import { HttpFailure } from './webrtc/http-failure.ts';

const budget = 20_000;

/** `body` is undefined if nothing changed since the given ETag (304). */
export interface Tagged<Body> {
  body: Body | undefined;
  etag: string | null;
}

export class Api {
  readonly token: string | undefined;
  private readonly origin: string;

  /**
   * Without a token, requests rely on the session cookie, if there is one. `origin` is the Worker's, such as
   * `https://live.example`, or empty if it is the page's own.
   */
  constructor(token: string | undefined, origin = '') {
    this.token = token;
    this.origin = origin;
  }

  stream(id: string, etag?: string | null): Promise<Tagged<Stream>> {
    return this.tagged(`/api/streams/${id}`, etag);
  }

  status(id: string, etag?: string | null): Promise<Tagged<StreamState>> {
    return this.tagged(`/api/streams/${id}/status`, etag);
  }

  recordings(id: string, etag?: string | null): Promise<Tagged<Recordings>> {
    return this.tagged(`/api/streams/${id}/recordings`, etag);
  }

  playback(id: string, etag?: string | null): Promise<Tagged<Playback>> {
    return this.tagged(`/api/streams/${id}/playback`, etag);
  }

  private async tagged<Body>(path: string, etag: string | null | undefined): Promise<Tagged<Body>> {
    const headers: Record<string, string> = etag ? { 'If-None-Match': etag } : {};
    const { response, text } = await this.request('GET', path, headers);
    if (response.status === 304) return { body: undefined, etag: etag ?? null };
    return { body: JSON.parse(text) as Body, etag: response.headers.get('ETag') };
  }

  /** The time limit includes reading the body. */
  protected async request(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: string,
  ): Promise<{ response: Response; text: string }> {
    const authorization = this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` };
    const limit = deadline(budget);
    try {
      const response = await fetch(this.origin + path, {
        method,
        headers: { ...headers, ...authorization },
        body: body ?? null,
        cache: 'no-store',
        signal: limit.signal,
      });
      if (!response.ok && response.status !== 304) throw await HttpFailure.of(response);
      return { response, text: await response.text() };
    } finally {
      limit.done();
    }
  }
}

export const statusOf = (error: unknown): number | undefined =>
  error instanceof HttpFailure ? error.status : undefined;

/** The last segment of the problem's type, such as `no-such-stream`. */
export const problemOf = (error: unknown): string | undefined =>
  error instanceof HttpFailure ? /[^:/]+$/.exec(error.problem?.type ?? '')?.[0] : undefined;

/** The fields of the request that the server found invalid. */
export const invalidFields = (error: unknown): string[] =>
  error instanceof HttpFailure ? (error.problem?.errors ?? []).map(({ field }) => field) : [];

/** The text to show for an error: the server's own, if it sent one that users understand. */
export function adviceOf(error: unknown): Advice {
  if (!(error instanceof HttpFailure)) return navigator.onLine ? common.api.unreachable : common.api.offline;
  if (error.status === 401) return common.api.signedOut;
  if (problemOf(error) === 'invalid-field') return common.api.invalid;
  const { title, detail } = error.problem ?? {};
  const known = title !== undefined && detail !== undefined;
  return (known && common.problem(problemOf(error) ?? '', title, detail)) || common.api.failed;
}

/** A new Idempotency-Key. Retrying with the same key creates no second stream. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
