// The longest chain of sequential calls: the number of provider round trips that a caller waited for, no matter how
// many ran in parallel.

export interface Interval {
  startedAt: number;
  endedAt: number | null;
}

/**
 * Repeatedly choosing the call that ends first among those that start late enough yields a longest chain. Unfinished
 * calls are skipped, because nothing can have waited for them.
 */
export function criticalPath<Call extends Interval>(calls: readonly Call[]): Call[] {
  const ended = calls.filter((call): call is Call & { endedAt: number } => call.endedAt !== null);
  const chain: (Call & { endedAt: number })[] = [];
  for (const call of ended.sort((a, b) => a.endedAt - b.endedAt)) {
    if (call.startedAt >= (chain.at(-1)?.endedAt ?? -Infinity)) chain.push(call);
  }
  return chain;
}
