// Cloudflare's global rate limit: a number of calls per window; a caller that exceeds it is refused for another window
// (Cloudflare documentation, API limits).

import { now } from '../shared/time.ts';

export interface RateLimit {
  requests: number;
  windowSeconds: number;
}

export const documentedRateLimit: RateLimit = { requests: 1200, windowSeconds: 300 };

export class RateLimiter {
  readonly #limit: RateLimit | false;
  #used = 0;
  #endsAt = 0;

  constructor(limit: RateLimit | false) {
    this.#limit = limit;
  }

  reset(): void {
    this.#used = 0;
    this.#endsAt = 0;
  }

  /** Counts a call; returns the seconds to wait if it exceeds the limit. */
  take(): number | null {
    if (!this.#limit) return null;
    const at = now();
    if (at >= this.#endsAt) {
      this.#used = 0;
      this.#endsAt = at + this.#limit.windowSeconds * 1000;
    }
    this.#used += 1;
    if (this.#used <= this.#limit.requests) return null;
    if (this.#used === this.#limit.requests + 1) this.#endsAt = at + this.#limit.windowSeconds * 1000;
    return this.#secondsLeft(at);
  }

  headers(): Record<string, string> {
    if (!this.#limit) return {};
    const { requests, windowSeconds } = this.#limit;
    const left = Math.max(0, requests - this.#used);
    return {
      ratelimit: `"default";r=${left};t=${this.#secondsLeft(now())}`,
      'ratelimit-policy': `"burst";q=${requests};w=${windowSeconds}`,
    };
  }

  #secondsLeft(at: number): number {
    return Math.max(0, Math.ceil((this.#endsAt - at) / 1000));
  }
}
