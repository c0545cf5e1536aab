// What the deployed Worker answers. A signed ping shows whether a secret is the Worker's, without showing either.

import { createHash, createHmac } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export const paths = {
  mux: '/api/webhooks/mux',
  cloudflare: '/api/webhooks/stream-status',
  livekit: '/api/webhooks/livekit',
};

export interface Readiness {
  status: string;
  missing: string[];
  errors: string[];
  [part: string]: unknown;
}

export type Verdict = 'accepted' | 'refused' | `status ${number}` | 'no answer';

function hmac(secret: string, time: number, body: string): string {
  return createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
}

export class Worker {
  readonly url: string;
  /** Where to connect instead; for tests. */
  readonly #origin: string;

  constructor(url: string, connectTo?: string) {
    this.url = url;
    this.#origin = connectTo ?? url;
  }

  async fetch(path: string, init?: RequestInit): Promise<Response | undefined> {
    try {
      const signal = AbortSignal.timeout(15_000);
      return await fetch(this.at(path), { redirect: 'manual', signal, ...init });
    } catch {
      return undefined;
    }
  }

  /** The address to connect to. */
  at(path: string): string {
    return this.#origin + path;
  }

  /** Whether this Worker runs there. */
  async isUp(): Promise<boolean> {
    const response = await this.fetch('/healthz');
    const body: unknown = await response?.json().catch(() => undefined);
    return response?.status === 200 && (body as { status?: string } | undefined)?.status === 'ok';
  }

  async readiness(): Promise<Readiness | undefined> {
    const response = await this.fetch('/readyz');
    const body: unknown = await response?.json().catch(() => undefined);
    return Array.isArray((body as Readiness | undefined)?.missing) ? (body as Readiness) : undefined;
  }

  /** Until then a refusal may only mean that a new secret has not reached every location. */
  patientUntil = 0;

  async #ping(path: string, header: string, value: string, body: string): Promise<Verdict> {
    for (;;) {
      const verdict = await this.#pingOnce(path, header, value, body);
      if (verdict !== 'refused' || Date.now() > this.patientUntil) return verdict;
      await sleep(1000);
    }
  }

  async #pingOnce(path: string, header: string, value: string, body: string): Promise<Verdict> {
    const headers = { 'content-type': 'application/json', [header]: value };
    const response = await this.fetch(path, { method: 'POST', headers, body });
    if (!response) return 'no answer';
    if (response.status === 200) return 'accepted';
    return response.status === 401 ? 'refused' : `status ${response.status}`;
  }

  /** An event of a type that the Worker does not know, which it accepts and ignores. */
  pingAsMux(secret: string): Promise<Verdict> {
    const time = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({ type: 'doctor.ping' });
    return this.#ping(paths.mux, 'mux-signature', `t=${time},v1=${hmac(secret, time, body)}`, body);
  }

  /** About a video in a state of which the Worker wants to know nothing. */
  pingAsVideoWebhook(secret: string): Promise<Verdict> {
    const time = Math.floor(Date.now() / 1000);
    const body = JSON.stringify({ uid: '0'.repeat(32), status: { state: 'queued' } });
    const value = `time=${time},sig1=${hmac(secret, time, body)}`;
    return this.#ping(paths.cloudflare, 'webhook-signature', value, body);
  }

  /** `tokenOf` signs claims as LiveKit does. */
  pingAsLiveKit(tokenOf: (claims: object) => string): Promise<Verdict> {
    const body = JSON.stringify({ event: 'doctor_ping' });
    const sha256 = createHash('sha256').update(body).digest('base64');
    return this.#ping(paths.livekit, 'authorization', tokenOf({ sha256 }), body);
  }

  pingAsNotification(secret: string): Promise<Verdict> {
    return this.#ping(paths.cloudflare, 'cf-webhook-auth', secret, JSON.stringify({ text: 'doctor' }));
  }
}
