// How long to wait before another try: at once, then longer and longer up to a bound, with jitter, and never shorter
// than the server has asked for.

const first = 500;
const longest = 5_000;

/** Milliseconds before try number `attempt`, the first being 0. `random` is in [0, 1). */
export function backoff(attempt: number, retryAfter: number | undefined, random = Math.random()): number {
  const ceiling = attempt === 0 ? 0 : Math.min(longest, first * 2 ** (attempt - 1));
  const own = ceiling / 2 + (ceiling / 2) * random;
  return Math.max(own, (retryAfter ?? 0) * 1000);
}
