// Times in the formats of the two providers: Unix seconds, ISO 8601 with three, six or nine decimals.

import { randomInt } from 'node:crypto';

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export function unixSeconds(ms: number = now()): number {
  return Math.floor(ms / 1000);
}

/** `2026-09-20T10:52:04.856545Z`. */
export function isoMicros(ms: number = now()): string {
  const micros = Math.floor((ms % 1) * 1000);
  return new Date(ms).toISOString().replace('Z', `${String(micros).padStart(3, '0')}Z`);
}

/** `2026-09-20T11:00:01.855717910Z`: more digits than JavaScript can keep. */
export function isoNanos(ms: number = now()): string {
  return isoMicros(ms).replace('Z', `${String(randomInt(1000)).padStart(3, '0')}Z`);
}

/** `2026-09-21T14:20:24.000000Z`: whole seconds written with microseconds, as Mux dates its events. */
export function isoWholeSecond(ms: number = now()): string {
  return new Date(unixSeconds(ms) * 1000).toISOString().replace('.000Z', '.000000Z');
}
