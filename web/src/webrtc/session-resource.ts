// The HTTP side of WHIP (RFC 9725) and WHEP: a session is made by POST, is told about ICE by PATCH, and ends by DELETE.

import { deadline } from './deadline.ts';
import { HttpFailure } from './http-failure.ts';
import { iceServersOf } from './link-header.ts';

export interface Endpoint {
  url: string;
  /** Sent as a bearer token with every request. */
  token?: string | undefined;
}

export interface Opened {
  session: SessionResource;
  answer: string;
  iceServers: RTCIceServer[];
}

/** What became of a PATCH: `unsupported` servers are not asked again, and a session that is `gone` is over. */
export type PatchOutcome =
  { kind: 'done'; fragment?: string } | { kind: 'unsupported' | 'stale' | 'gone' | 'failed' };

const postBudget = 10_000;
const patchBudget = 3_000;

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };

export class SessionResource {
  /** Undefined where the server gave none, or a page of another origin may not read it. */
  private readonly url: string | undefined;
  private readonly token: string | undefined;
  private etag: string | null;
  private takesCandidates = true;
  /** The entity tag was refused: until a restart brings a new one, candidates would be refused as well. */
  private stale = false;
  private takesRestarts = true;

  private constructor(url: string | undefined, token: string | undefined, etag: string | null) {
    this.url = url;
    this.token = token;
    this.etag = etag;
  }

  /**
   * Posts an offer. Redirects are followed by the browser, and `Location` is resolved against the address that answered
   * in the end. Throws an HttpFailure for an answer that is no success, and whatever fetch throws.
   */
  static async open(endpoint: Endpoint, offer: string, signal?: AbortSignal): Promise<Opened> {
    const limit = deadline(postBudget, signal);
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/sdp', Accept: 'application/sdp', ...bearer(endpoint.token) },
        body: offer,
        cache: 'no-store',
        signal: limit.signal,
      });
      if (!response.ok) throw await HttpFailure.of(response);
      const location = response.headers.get('Location');
      const url = location === null ? undefined : new URL(location, response.url).href;
      return {
        session: new SessionResource(url, endpoint.token, response.headers.get('ETag')),
        answer: await response.text(),
        iceServers: iceServersOf(response.headers.get('Link')),
      };
    } finally {
      limit.done();
    }
  }

  get trickles(): boolean {
    return this.url !== undefined && this.takesCandidates && !this.stale;
  }

  get restarts(): boolean {
    return this.url !== undefined && this.takesRestarts;
  }

  /** Tells of new candidates. It holds only for the ICE session that the entity tag names. */
  async trickle(fragment: string): Promise<PatchOutcome> {
    const { etag } = this;
    const outcome = await this.patch(fragment, etag);
    if (outcome.kind === 'unsupported') this.takesCandidates = false;
    // Unless a restart has brought another one in the meantime.
    if (outcome.kind === 'stale' && etag === this.etag) this.stale = true;
    return outcome;
  }

  /** Begins a new ICE session, whatever the present one is. */
  async restart(fragment: string): Promise<PatchOutcome> {
    const outcome = await this.patch(fragment, '*');
    if (outcome.kind === 'unsupported' || outcome.kind === 'stale') this.takesRestarts = false;
    return outcome;
  }

  /** Ends the session, as far as the server can be told. With `keepalive` it outlives the page. */
  async remove(keepalive = false): Promise<void> {
    if (this.url === undefined) return;
    await fetch(this.url, { method: 'DELETE', headers: bearer(this.token), keepalive }).catch(
      () => undefined,
    );
  }

  private async patch(fragment: string, match: string | null): Promise<PatchOutcome> {
    if (this.url === undefined) return { kind: 'unsupported' };
    const limit = deadline(patchBudget);
    try {
      const response = await fetch(this.url, {
        method: 'PATCH',
        headers: {
          'Content-Type': 'application/trickle-ice-sdpfrag',
          ...(match === null ? {} : { 'If-Match': match }),
          ...bearer(this.token),
        },
        body: fragment,
        signal: limit.signal,
      });
      if (!response.ok) return { kind: this.meaningOf(response.status) };
      const etag = response.headers.get('ETag');
      if (etag !== null) {
        this.etag = etag;
        this.stale = false;
      }
      return { kind: 'done', fragment: await response.text() };
    } catch {
      return { kind: 'failed' };
    } finally {
      limit.done();
    }
  }

  // 412: the tag is another ICE session's. 428: the server insists on a tag that it did not give, or not to us.
  private meaningOf(status: number): 'unsupported' | 'stale' | 'gone' | 'failed' {
    if (status === 404 || status === 410) return 'gone';
    if (status === 412) return 'stale';
    if (status === 501 || (status >= 400 && status < 500 && status !== 429)) return 'unsupported';
    return 'failed';
  }
}
