import { expect, test } from 'vitest';
import { iceFragment, refusedMedia, withIceOf, withoutExtension } from '../../../web/src/webrtc/sdp.ts';

const lines = (...each: string[]) => each.map((line) => `${line}\r\n`).join('');

const sdp = lines(
  'v=0',
  'o=- 1 2 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0 1',
  'm=audio 53211 UDP/TLS/RTP/SAVPF 111',
  'a=candidate:1 1 udp 2 192.0.2.1 53211 typ host',
  'a=ice-ufrag:old',
  'a=ice-pwd:oldoldoldoldoldoldoldold',
  'a=mid:0',
  'a=recvonly',
  'm=video 9 UDP/TLS/RTP/SAVPF 96',
  'a=ice-ufrag:old',
  'a=ice-pwd:oldoldoldoldoldoldoldold',
  'a=extmap:3 urn:3gpp:video-orientation',
  'a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid',
  'a=mid:1',
  'a=recvonly',
);

test('removes the video orientation extension and no other', () => {
  const without = withoutExtension(sdp, 'urn:3gpp:video-orientation');
  expect(without).toBe(sdp.replace('a=extmap:3 urn:3gpp:video-orientation\r\n', ''));
});

test('writes a fragment with the first section’s credentials, the candidates and their end', () => {
  expect(iceFragment(sdp, ['candidate:7 1 udp 3 198.51.100.1 9 typ host'], true)).toBe(
    lines(
      'a=group:BUNDLE 0 1',
      'm=audio 9 UDP/TLS/RTP/SAVPF 111',
      'a=mid:0',
      'a=ice-ufrag:old',
      'a=ice-pwd:oldoldoldoldoldoldoldold',
      'a=candidate:7 1 udp 3 198.51.100.1 9 typ host',
      'a=end-of-candidates',
    ),
  );
});

test('puts the new credentials into every section and keeps only the new candidates after a restart', () => {
  const fragment = lines(
    'm=audio 9 UDP/TLS/RTP/SAVPF 111',
    'a=mid:0',
    'a=ice-ufrag:new',
    'a=ice-pwd:newnewnewnewnewnewnewnew',
    'a=candidate:2 1 udp 2 203.0.113.1 5 typ host',
  );
  const restarted = withIceOf(fragment, sdp) ?? '';
  expect(restarted.match(/^a=ice-ufrag:new\r$/gm)).toHaveLength(2);
  expect(restarted.match(/^a=ice-pwd:newnewnewnewnewnewnewnew\r$/gm)).toHaveLength(2);
  expect(restarted).not.toContain('old');
  expect(restarted.match(/^a=candidate:.*$/gm)).toEqual(['a=candidate:2 1 udp 2 203.0.113.1 5 typ host']);
  expect(restarted).toContain('a=extmap:4');
});

test('ignores a restart fragment without credentials', () => {
  expect(withIceOf('a=end-of-candidates\r\n', sdp)).toBeUndefined();
});

test.each([
  ['valid', sdp, []],
  ['port 0', sdp.replace('m=video 9', 'm=video 0'), ['video']],
  ['inactive', sdp.replace(/a=recvonly\r\n$/, 'a=inactive\r\n'), ['video']],
  ['the wrong direction', sdp.replace('a=recvonly', 'a=sendonly'), ['audio']],
  ['no direction: both ways', sdp.replace(/a=recvonly\r\n/g, ''), []],
  ['inactive for the whole session', lines('v=0', 'a=inactive', 'm=video 9 X 96', 'a=mid:0'), ['video']],
])('finds the media that an answer refuses: %s', (_, answer, refused) => {
  expect(refusedMedia(answer, ['recvonly'])).toEqual(refused);
});
