// Delay before a retry: none at first, then growing up to a limit, with jitter, and never shorter than Retry-After.

const first = 500;
const longest = 5_000;

/** Milliseconds to wait before retry number `attempt`, starting at 0. `random` is in [0, 1). */
export function backoff(attempt: number, retryAfter: number | undefined, random = Math.random()): number {
  const ceiling = attempt === 0 ? 0 : Math.min(longest, first * 2 ** (attempt - 1));
  const own = ceiling / 2 + (ceiling / 2) * random;
  return Math.max(own, (retryAfter ?? 0) * 1000);
}
