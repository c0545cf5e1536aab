// Which video codec to offer first. Cloudflare records H.264 Constrained Baseline, and a relay copies it unchanged. VP8
// is for devices whose H.264 is missing, goes black or crashes the page.

import { keep, recall } from '../storage.ts';

export type CodecChoice = 'h264' | 'vp8';

type Codec = Pick<RTCRtpCodec, 'mimeType' | 'sdpFmtpLine'>;

/** Lower ranks are offered first. Retransmission and redundancy formats come after the real codecs. */
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
 * Orders the capabilities for the offer. With `vp8`, H.264 is left out, because a server that prefers H.264 would pick
 * it regardless of the order. Empty only if `codecs` is empty.
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

/** Publishing H.264 crashes the page on iOS 15.0 and 15.1 (WebKit 232006). */
export function h264Crashes(userAgent: string): boolean {
  return /\b(iPhone|iPad|iPod)\b.*\bOS 15_[01](_|\b)/.test(userAgent);
}

const remembered = 'whip-mux.codec';
const publishing = 'whip-mux.publishing';

/** The codec for this device: what worked before, otherwise what is known about the device. */
export function chooseCodec(userAgent = navigator.userAgent): CodecChoice {
  const crashed = recall('tab', publishing) === 'h264';
  if (crashed) keep('device', remembered, 'vp8');
  if (recall('device', remembered) === 'vp8' || h264Crashes(userAgent)) return 'vp8';
  return 'h264';
}

/** Remembers for later visits that H.264 did not work here. */
export function rememberVp8(): void {
  keep('device', remembered, 'vp8');
}

/** A page that starts between these two calls has crashed while publishing. */
export function beginPublishing(choice: CodecChoice): void {
  keep('tab', publishing, choice);
}

export function endPublishing(): void {
  keep('tab', publishing, undefined);
}
