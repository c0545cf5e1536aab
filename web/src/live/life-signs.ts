// Detects that the other side has gone silent, well before the browser reports the connection lost (7 to 17 seconds).

import { eachStat } from '../webrtc/stats.ts';

const shortest = 3_000;
const longest = 6_000;
// After sleep (a locked phone), the page needs this long to hear from the server again.
const slept = 2_000;

/** Counters that only the other side can advance: its reports, its connectivity check responses, its bytes. */
export function signsIn(stats: RTCStatsReport): string {
  const signs: string[] = [];
  eachStat(stats, (each) => {
    if (each.type === 'remote-inbound-rtp') signs.push(`${each.kind}:${each.timestamp}`);
    if (each.type === 'candidate-pair' && each.nominated === true)
      signs.push(`${each.responsesReceived}:${each.requestsReceived}:${each.bytesReceived}`);
  });
  return signs.join();
}

export class LifeSigns {
  private last = '';
  private heardAt: number;
  private lookedAt: number;
  private usualGap = 0;

  constructor(now: number) {
    this.heardAt = now;
    this.lookedAt = now;
  }

  /** Call at least once a second. Returns by how many milliseconds the next life sign is overdue. */
  look(signs: string, now: number): number {
    if (now - this.lookedAt > slept) this.heardAt = now;
    this.lookedAt = now;
    if (signs !== this.last) {
      if (this.last !== '') this.usualGap = Math.max(this.usualGap * 0.9, now - this.heardAt);
      this.last = signs;
      this.heardAt = now;
    }
    const patience = Math.min(longest, Math.max(shortest, 2 * this.usualGap));
    return Math.max(0, now - this.heardAt - patience);
  }
}
