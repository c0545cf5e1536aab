// A readable log of a stand-in's events, one sentence each; the broadcast command prints it live.

import { now } from './time.ts';

export interface JournalEntry {
  seq: number;
  at: number;
  /** The live input or live stream that it is about. */
  subject: string;
  words: string;
}

export class Journal {
  #entries: JournalEntry[] = [];
  #seq = 0;

  write(subject: string, words: string): void {
    this.#entries.push({ seq: ++this.#seq, at: now(), subject, words });
  }

  after(seq: number): JournalEntry[] {
    return this.#entries.filter((entry) => entry.seq > seq);
  }

  /** Numbers keep increasing after a clear, so a reader that remembers the last one misses nothing. */
  clear(): void {
    this.#entries = [];
  }
}
