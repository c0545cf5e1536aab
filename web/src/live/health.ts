// The quality of the connection: a grade and a bit rate.

import { eachStat } from '../webrtc/stats.ts';

export type HealthGrade = 'good' | 'weak' | 'poor';

export interface Health {
  grade: HealthGrade;
  /** Audio and video together. */
  kilobitsPerSecond: number;
  framesPerSecond: number;
  /** The encoder sends less than it was asked to because the network is too slow. */
  reduced: boolean;
  /** The device is too slow for the pictures it should encode. */
  strained: boolean;
}

/** Totals at one moment. */
export interface Sample {
  at: number;
  bytes: number;
  framesEncoded: number;
  loss: number;
  roundTripTime: number;
  reduced: boolean;
  /** The encoder lacks processor time. */
  slow: boolean;
}

// Of 30 that are captured.
const fewFrames = 15;

export function sampleOf(stats: RTCStatsReport, at: number): Sample {
  const sample: Sample = {
    at,
    bytes: 0,
    framesEncoded: 0,
    loss: 0,
    roundTripTime: 0,
    reduced: false,
    slow: false,
  };
  eachStat(stats, (each) => {
    if (each.type === 'outbound-rtp') {
      sample.bytes += each.bytesSent ?? 0;
      if (each.kind === 'video') sample.framesEncoded = each.framesEncoded ?? 0;
      if (each.qualityLimitationReason === 'bandwidth') sample.reduced = true;
      if (each.qualityLimitationReason === 'cpu') sample.slow = true;
    } else if (each.type === 'remote-inbound-rtp') {
      sample.loss = Math.max(sample.loss, each.fractionLost ?? 0);
      sample.roundTripTime = Math.max(sample.roundTripTime, each.roundTripTime ?? 0);
    }
  });
  return sample;
}

export function healthBetween(before: Sample, after: Sample): Health {
  const seconds = Math.max(0.001, (after.at - before.at) / 1000);
  const kilobitsPerSecond = Math.max(0, Math.round(((after.bytes - before.bytes) * 8) / 1000 / seconds));
  const { loss, roundTripTime, reduced } = after;
  const frozen = after.framesEncoded === before.framesEncoded && seconds > 0.5;
  let grade: HealthGrade = 'good';
  if (loss > 0.03 || roundTripTime > 0.5 || (reduced && kilobitsPerSecond < 800)) grade = 'weak';
  if (loss > 0.12 || roundTripTime > 1.5 || (reduced && kilobitsPerSecond < 250) || frozen) grade = 'poor';
  const framesPerSecond = Math.max(0, Math.round((after.framesEncoded - before.framesEncoded) / seconds));
  const strained = after.slow && framesPerSecond < fewFrames;
  return { grade, kilobitsPerSecond, framesPerSecond, reduced, strained };
}
