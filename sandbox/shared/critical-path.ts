// The longest chain of calls in which each began after the one before it ended: how many provider round trips
// somebody had to wait for, however many ran side by side.

export interface Interval {
  startedAt: number;
  endedAt: number | null;
}

/**
 * Choosing again and again the call that ends first among those that begin late enough gives a longest chain.
 * Calls that have not ended are left out: nothing can have waited for them.
 */
export function criticalPath<Call extends Interval>(calls: readonly Call[]): Call[] {
  const ended = calls.filter((call): call is Call & { endedAt: number } => call.endedAt !== null);
  const chain: (Call & { endedAt: number })[] = [];
  for (const call of ended.sort((a, b) => a.endedAt - b.endedAt)) {
    if (call.startedAt >= (chain.at(-1)?.endedAt ?? -Infinity)) chain.push(call);
  }
  return chain;
}
