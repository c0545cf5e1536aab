// How large the picture is that a phone sends, as LiveKit's ingress learns it: from the first parameter set of H.264.

import type { RtpPacket } from 'werift';
import type { WebRtcPublisher } from '../media/webrtc-publisher.ts';
import type { Picture } from './world.ts';

/** Of a parameter set of the baseline profile (ITU-T H.264, section 7.3.2.1.1), in whole macroblocks. */
function pictureOf(parameters: Buffer): Picture {
  const bits = [...parameters.subarray(4)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let at = 0;
  const number = (): number => {
    const zeros = bits.indexOf('1', at) - at;
    const value = Number.parseInt(bits.slice(at + zeros, at + 2 * zeros + 1), 2) - 1;
    at += 2 * zeros + 1;
    return value;
  };
  // The set's id, the frame numbers' length, how pictures are ordered, the reference frames and whether there are gaps.
  number();
  number();
  if (number() === 0) number();
  number();
  at += 1;
  return { width: 16 * (number() + 1), height: 16 * (number() + 1) };
}

/** The parameter set in a packet, alone or first among others (RFC 6184, sections 5.6 and 5.7.1). */
function parametersIn({ payload }: RtpPacket): Buffer | undefined {
  const isSet = (unit: Buffer): boolean => ((unit[0] ?? 0) & 0x1f) === 7;
  const isAggregated = ((payload[0] ?? 0) & 0x1f) === 24;
  return [isAggregated ? payload.subarray(3) : payload].find(isSet);
}

/** Calls back once. */
export function awaitPicture(publisher: WebRtcPublisher, found: (picture: Picture) => void): void {
  const stop = publisher.subscribe((kind, packet) => {
    const parameters = kind === 'video' ? parametersIn(packet) : undefined;
    if (!parameters) return;
    stop();
    found(pictureOf(parameters));
  });
}

/** What a phone without media says of its picture (RFC 6236); 1280x720 if it only says that it has one. */
export function pictureIn(offer: string): Picture | null {
  const [, width, height] = /^a=imageattr:\S+ send \[x=(\d+),y=(\d+)\]/m.exec(offer) ?? [];
  if (width && height) return { width: Number(width), height: Number(height) };
  return /^m=video /m.test(offer) ? { width: 1280, height: 720 } : null;
}
