// Sends webhooks as a provider does: to each address in order, with a timeout, with retries and backoff if the provider
// retries, and with the faults that a test requested.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import { now } from './time.ts';

export interface Sealed {
  body: string;
  /** Default: application/json. */
  contentType?: string;
  signatureHeader: string;
  signature: string;
}

export interface Reply {
  at: number;
  /** null if there was no response in time. */
  status: number | null;
  headers: Record<string, string>;
  body: string;
}

export interface Letter {
  to: string;
  event: string;
  id: string;
  /** Called for each attempt, because the time, earlier replies and therefore the signature differ. */
  seal(earlier: Reply[]): Sealed;
}

export interface Postage {
  timeoutMs: number;
  /** Attempts per webhook; 1 for a provider that does not retry. */
  maxAttempts: number;
  /** The gap before the second attempt; it then doubles each time. */
  firstGapMs: number;
}

export interface Delivery extends Reply {
  event: string;
  id: string;
  to: string;
  attempt: number;
  /** What the receiver got, so that a test can replay it. */
  sent: Sealed | null;
  /** The fault that was applied. */
  fault: string | null;
}

export class Courier {
  readonly #postage: Postage;
  readonly #faults: Faults;
  #deliveries: Delivery[] = [];
  #queues = new Map<string, Promise<void>>();
  #held: (() => void)[] | null = null;
  #gathered: (() => void)[] = [];
  #closing = new AbortController();
  #pending = 0;
  #hosts: Record<string, string> = {};

  constructor(postage: Postage, faults: Faults) {
    this.#postage = postage;
    this.#faults = faults;
  }

  list(): Delivery[] {
    return this.#deliveries;
  }

  /** Webhooks not yet delivered or given up, including held ones. */
  get pending(): number {
    return this.#pending;
  }

  send(letter: Letter): void {
    const fault = this.#faults.forWebhook(letter.event);
    this.#pending += fault?.kind === 'webhook-duplicate' ? 2 : 1;
    const go = (): void => this.#queue(letter, fault?.kind === 'webhook-corrupt');
    switch (fault?.kind) {
      case 'webhook-drop':
        return this.#lose(letter);
      case 'webhook-duplicate':
        go();
        return go();
      case 'webhook-delay':
        void this.#quietly(sleep(fault.ms, undefined, { signal: this.#closing.signal }).then(go));
        return;
      case 'webhook-reorder':
        this.#gathered.push(go);
        if (this.#gathered.length >= (fault.count ?? 2)) this.releaseGathered();
        return;
      default:
        return go();
    }
  }

  /** Sends a webhook at once, without faults, retries or a place in the queue. */
  async deliver(letter: Letter): Promise<Reply> {
    const sent = letter.seal([]);
    const reply = await this.#post(letter.to, sent, this.#closing.signal);
    const { event, id, to } = letter;
    this.#deliveries.push({ ...reply, event, id, to, attempt: 1, sent, fault: null });
    return reply;
  }

  /** Delivers what is for an origin to another one, as a test's name server would. */
  redirect(hosts: Record<string, string>): void {
    this.#hosts = { ...this.#hosts, ...hosts };
  }

  /** Sends the webhooks that a reorder fault has collected, last first, even if some are missing. */
  releaseGathered(): void {
    for (const go of this.#gathered.splice(0).reverse()) go();
  }

  /** Holds all webhooks until `release`. */
  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const go of held) go();
  }

  /** Clears everything, including waiting webhooks. */
  reset(): void {
    this.#closing.abort();
    this.#closing = new AbortController();
    this.#deliveries = [];
    this.#queues.clear();
    this.#held = null;
    this.#gathered = [];
    this.#pending = 0;
  }

  #queue(letter: Letter, corrupt: boolean): void {
    if (this.#held) {
      this.#held.push(() => this.#queue(letter, corrupt));
      return;
    }
    const { signal } = this.#closing;
    const before = this.#queues.get(letter.to) ?? Promise.resolve();
    const after = before.then(() => this.#attempt(letter, [], corrupt, signal));
    this.#queues.set(letter.to, after);
  }

  async #attempt(letter: Letter, earlier: Reply[], corrupt: boolean, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const sent = letter.seal(earlier);
    if (corrupt) sent.signature = spoil(sent.signature);
    const reply = await this.#post(letter.to, sent, signal);
    if (signal.aborted) return;
    const { event, id, to } = letter;
    const fault = corrupt ? 'corrupt' : null;
    this.#deliveries.push({ ...reply, event, id, to, attempt: earlier.length + 1, sent, fault });
    const replies = [...earlier, reply];
    const delivered = reply.status !== null && reply.status >= 200 && reply.status < 300;
    if (delivered || replies.length >= this.#postage.maxAttempts) this.#pending -= 1;
    else void this.#quietly(this.#again(letter, replies, signal));
  }

  /** Retries leave the queue, so a failing address does not block later events. */
  async #again(letter: Letter, earlier: Reply[], signal: AbortSignal): Promise<void> {
    await sleep(this.#postage.firstGapMs * 2 ** (earlier.length - 1), undefined, { signal });
    await this.#attempt(letter, earlier, false, signal);
  }

  async #post(to: string, sent: Sealed, closing: AbortSignal): Promise<Reply> {
    const at = now();
    const signal = AbortSignal.any([closing, AbortSignal.timeout(this.#postage.timeoutMs)]);
    const type = sent.contentType ?? 'application/json';
    const headers = { 'content-type': type, [sent.signatureHeader]: sent.signature };
    try {
      const { origin } = new URL(to);
      const response = await fetch(to.replace(origin, this.#hosts[origin] ?? origin), {
        method: 'POST',
        headers,
        body: sent.body,
        redirect: 'manual',
        signal,
      });
      const body = await response.text();
      return { at, status: response.status, headers: Object.fromEntries(response.headers), body };
    } catch (error) {
      return { at, status: null, headers: {}, body: error instanceof Error ? error.message : String(error) };
    }
  }

  #lose({ event, id, to }: Letter): void {
    this.#pending -= 1;
    const nothing = { at: now(), status: null, headers: {}, body: '', sent: null };
    this.#deliveries.push({ ...nothing, event, id, to, attempt: 0, fault: 'drop' });
  }

  /** A wait ended by `reset` is not an error. */
  async #quietly(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    }
  }
}

function spoil(signature: string): string {
  return signature.slice(0, -1) + (signature.endsWith('0') ? '1' : '0');
}
