// Notices that the other side has gone quiet, long before the browser calls the connection lost (7 and 17 seconds).

import { eachStat } from '../webrtc/stats.ts';

const shortest = 3_000;
const longest = 6_000;
// A page that slept (a locked phone) hears the first signs only after it has woken up.
const slept = 2_000;

/** What only the other side can have moved: its reports, its answers to connectivity checks, its bytes. */
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

  /** Takes a look, at least every second, and says for how many milliseconds the other side has been overdue. */
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
