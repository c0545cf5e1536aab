// A log of every call to a stand-in, for tests that count provider round trips. Times are fractional milliseconds since
// the epoch, so the logs of two processes can be compared.

import { now } from './time.ts';
import type { Call } from './http.ts';

export interface CallEntry {
  method: string;
  /** Without the query, which may contain a stream key. */
  path: string;
  /** null while the call runs, and if its connection was cut. */
  status: number | null;
  startedAt: number;
  endedAt: number | null;
  /** Whether the call carried an `Idempotency-Key`. */
  idempotencyKey: boolean;
}

export class CallLog {
  #entries: CallEntry[] = [];

  begin(): CallEntry {
    return { method: '', path: '', status: null, startedAt: now(), endedAt: null, idempotencyKey: false };
  }

  describe(entry: CallEntry, call: Call): void {
    entry.method = call.method;
    entry.path = call.path;
    entry.idempotencyKey = call.headers['idempotency-key'] !== undefined;
    this.#entries.push(entry);
  }

  end(entry: CallEntry, status: number | null): void {
    entry.status = status;
    entry.endedAt = now();
  }

  list(): CallEntry[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}
