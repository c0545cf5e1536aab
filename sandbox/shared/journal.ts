// What happened at a stand-in, one sentence each, for people: the broadcast command prints it as it grows.

import { now } from './time.ts';

export interface JournalEntry {
  seq: number;
  at: number;
  /** The live input or live stream it happened to. */
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

  /** Numbers go on, so that a reader who remembers the last one misses nothing. */
  clear(): void {
    this.#entries = [];
  }
}
