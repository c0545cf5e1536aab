// Mux's rate limits under /video: one token bucket for POST and one for everything else (Mux documentation, make API
// requests). The figures were published until March 2026.

import { now } from '../shared/time.ts';

export interface RateLimit {
  /** The largest burst of calls. */
  burst: number;
  postPerSecond: number;
  otherPerSecond: number;
}

export const documentedRateLimit: RateLimit = { burst: 60, postPerSecond: 1, otherPerSecond: 5 };

class Bucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt = now();

  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
  }

  take(): boolean {
    const at = now();
    this.#tokens = Math.min(this.#burst, this.#tokens + ((at - this.#filledAt) / 1000) * this.#perSecond);
    this.#filledAt = at;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }

  get remaining(): number {
    return Math.floor(this.#tokens);
  }
}

export class RateLimiter {
  readonly #limit: RateLimit | false;
  #post = new Bucket(0, 0);
  #other = new Bucket(0, 0);
  #last = this.#post;

  constructor(limit: RateLimit | false) {
    this.#limit = limit;
    this.reset();
  }

  reset(): void {
    if (!this.#limit) return;
    this.#post = new Bucket(this.#limit.burst, this.#limit.postPerSecond);
    this.#other = new Bucket(this.#limit.burst, this.#limit.otherPerSecond);
    this.#last = this.#other;
  }

  /** Whether to let the call pass. */
  take(method: string): boolean {
    if (!this.#limit) return true;
    this.#last = method === 'POST' ? this.#post : this.#other;
    return this.#last.take();
  }

  /** Headers for the response to the last counted call. */
  headers(): Record<string, string> {
    if (!this.#limit) return {};
    return {
      'x-ratelimit-limit': String(this.#limit.burst),
      'x-ratelimit-remaining': String(this.#last.remaining),
    };
  }
}
