// Which video codec to offer first. H.264 Constrained Baseline is what Cloudflare records and what a relay copies
// through; VP8 is for devices whose H.264 is absent, goes black or brings the page down.

import { keep, recall } from '../storage.ts';

export type CodecChoice = 'h264' | 'vp8';

type Codec = Pick<RTCRtpCodec, 'mimeType' | 'sdpFmtpLine'>;

/** The lower, the earlier in the offer. Retransmission and redundancy keep their place behind the real codecs. */
function rank({ mimeType, sdpFmtpLine = '' }: Codec, choice: CodecChoice): number {
  const type = mimeType.toLowerCase();
  const packetized = sdpFmtpLine.includes('packetization-mode=1');
  if (type === 'video/vp8') return choice === 'vp8' ? 0 : 3;
  if (type === 'video/h264' && packetized && /profile-level-id=42e0/i.test(sdpFmtpLine)) return 1;
  if (type === 'video/h264' && packetized && /profile-level-id=42/i.test(sdpFmtpLine)) return 2;
  if (/^video\/(rtx|red|ulpfec|flexfec.*)$/.test(type)) return 5;
  return 4;
}

/**
 * The capabilities in the order to offer them. With `vp8`, H.264 is left out: a server that prefers it would choose it
 * whatever stands first. Never empty unless `codecs` is.
 */
export function codecOrder<Each extends Codec>(codecs: readonly Each[], choice: CodecChoice): Each[] {
  const isH264 = (each: Each) => each.mimeType.toLowerCase() === 'video/h264';
  const hasVp8 = codecs.some((each) => each.mimeType.toLowerCase() === 'video/vp8');
  return codecs
    .filter((each) => !(choice === 'vp8' && hasVp8 && isH264(each)))
    .map((each, index) => ({ each, index, rank: rank(each, choice) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ each }) => each);
}

/** Publishing H.264 from iOS 15.0 and 15.1 brings the page down (WebKit 232006). */
export function h264Crashes(userAgent: string): boolean {
  return /\b(iPhone|iPad|iPod)\b.*\bOS 15_[01](_|\b)/.test(userAgent);
}

const remembered = 'whip-mux.codec';
const publishing = 'whip-mux.publishing';

/** What to offer on this device: what worked before, and otherwise what is known of it. */
export function chooseCodec(userAgent = navigator.userAgent): CodecChoice {
  const crashed = recall('tab', publishing) === 'h264';
  if (crashed) keep('device', remembered, 'vp8');
  if (recall('device', remembered) === 'vp8' || h264Crashes(userAgent)) return 'vp8';
  return 'h264';
}

/** For later visits: H.264 did not work here. */
export function rememberVp8(): void {
  keep('device', remembered, 'vp8');
}

/** Between these two a page that comes up anew was brought down while it published. */
export function beginPublishing(choice: CodecChoice): void {
  keep('tab', publishing, choice);
}

export function endPublishing(): void {
  keep('tab', publishing, undefined);
}
