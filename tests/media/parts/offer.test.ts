// Cloudflare accepts H.264 only as constrained baseline.

import { expect, it } from 'vitest';
import { withoutOtherProfiles } from '../../../sandbox/media/webrtc-peer.ts';

const offer = [
  'v=0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'a=rtpmap:111 opus/48000/2',
  'm=video 9 UDP/TLS/RTP/SAVPF 96 102 103 104 108',
  'a=rtpmap:96 VP8/90000',
  'a=rtpmap:102 H264/90000',
  'a=rtcp-fb:102 nack pli',
  'a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f',
  'a=rtpmap:103 rtx/90000',
  'a=fmtp:103 apt=102',
  'a=rtpmap:104 H264/90000',
  'a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f',
  'a=rtpmap:108 H264/90000',
  'a=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42E01F',
  '',
].join('\r\n');

it('keeps the one H.264 format that is decoded, and everything other than H.264', () => {
  const left = withoutOtherProfiles(offer);
  expect(left).toContain('m=video 9 UDP/TLS/RTP/SAVPF 96 103 108\r\n');
  expect(left).not.toMatch(/:10[24] /);
  expect(left).toContain('a=rtpmap:111 opus/48000/2');
  expect(left).toContain('a=fmtp:108 ');
});
