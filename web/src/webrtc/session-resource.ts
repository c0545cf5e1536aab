// The HTTP side of WHIP (RFC 9725) and WHEP: POST creates a session, PATCH updates ICE, DELETE ends it.

import { deadline } from './deadline.ts';
import { HttpFailure } from './http-failure.ts';
import type { Problem } from './http-failure.ts';
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

/** The outcome of a PATCH. `unsupported` servers are not asked again; a session that is `gone` has ended. */
export type PatchOutcome =
  { kind: 'done'; fragment?: string } | { kind: 'unsupported' | 'stale' | 'gone' | 'failed' };

const postBudget = 10_000;
const patchBudget = 3_000;

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { Authorization: `Bearer ${token}` };

export class SessionResource {
  /** Undefined if the server sent no Location, or the page may not read it across origins. */
  readonly url: string | undefined;
  private readonly token: string | undefined;
  private etag: string | null;
  private takesCandidates = true;
  /** The server refused our ETag, and will refuse candidates until an ICE restart brings a new one. */
  private stale = false;
  private takesRestarts = true;
  /** The problem of the last PATCH that was refused. */
  refusal: Problem | undefined;

  private constructor(url: string | undefined, token: string | undefined, etag: string | null) {
    this.url = url;
    this.token = token;
    this.etag = etag;
  }

  /**
   * Posts an offer. The browser follows redirects, and `Location` is resolved against the final URL. Throws an
   * HttpFailure for an unsuccessful response, and whatever fetch throws.
   */
  static async open(endpoint: Endpoint, offer: string, signal?: AbortSignal): Promise<Opened> {
    const limit = deadline(postBudget, signal);
    const post = (url: string) =>
      fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/sdp', Accept: 'application/sdp', ...bearer(endpoint.token) },
        body: offer,
        cache: 'no-store',
        signal: limit.signal,
      });
    try {
      let response = await post(endpoint.url);
      // Browsers leave the token out where a redirect leads to another origin. WHIP sends it with every request.
      if (response.status === 401 && response.redirected && endpoint.token !== undefined)
        response = await post(response.url);
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

  /** Sends new candidates. They apply only to the ICE session that the ETag names. */
  async trickle(fragment: string): Promise<PatchOutcome> {
    const { etag } = this;
    const outcome = await this.patch(fragment, etag);
    if (outcome.kind === 'unsupported') this.takesCandidates = false;
    // Unless an ICE restart has replaced the tag in the meantime.
    if (outcome.kind === 'stale' && etag === this.etag) this.stale = true;
    return outcome;
  }

  /** Starts a new ICE session, whatever the current one is. */
  async restart(fragment: string): Promise<PatchOutcome> {
    const outcome = await this.patch(fragment, '*');
    if (outcome.kind === 'unsupported' || outcome.kind === 'stale') this.takesRestarts = false;
    return outcome;
  }

  /** Deletes the session if its URL is known. With `keepalive`, the request outlives the page. */
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
      if (!response.ok) {
        this.refusal = (await HttpFailure.of(response)).problem;
        return { kind: this.meaningOf(response.status) };
      }
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

  // 412: the ETag names another ICE session. 428: the server requires an ETag that it did not send us.
  private meaningOf(status: number): 'unsupported' | 'stale' | 'gone' | 'failed' {
    if (status === 404 || status === 410) return 'gone';
    if (status === 412) return 'stale';
    if (status === 501 || (status >= 400 && status < 500 && status !== 429)) return 'unsupported';
    return 'failed';
  }
}
