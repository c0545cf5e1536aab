// Forwards a source's packets: over WHIP to a relay, or unchanged to ffmpeg.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MediaStreamTrack, RTCRtpCodecParameters } from 'werift';
import { freePort } from '../tests/relay/free-port.ts';
import { atEnd, start } from '../tests/relay/processes.ts';
import type { Program } from '../tests/relay/processes.ts';
import { offerByWhip } from '../tests/relay/whip.ts';
import type { Kind, Sink } from './source.ts';

const opus = new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48000, channels: 2 });
const h264 = new RTCRtpCodecParameters({
  mimeType: 'video/H264',
  clockRate: 90000,
  parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
});

/** Resolves with the sink for the packets once the relay has answered the offer. */
export async function publish(url: string, token: string): Promise<Sink> {
  const tracks = {
    audio: new MediaStreamTrack({ kind: 'audio' }),
    video: new MediaStreamTrack({ kind: 'video' }),
  };
  await offerByWhip(url, token, [
    { codec: opus, track: tracks.audio },
    { codec: h264, track: tracks.video },
  ]);
  return (kind, packet) => tracks[kind].writeRtp(packet);
}

const description = (port: Record<Kind, number>): string =>
  [
    ...['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'],
    ...[`m=video ${port.video} RTP/AVP 96`, 'a=rtpmap:96 H264/90000', 'a=fmtp:96 packetization-mode=1'],
    ...[`m=audio ${port.audio} RTP/AVP 97`, 'a=rtpmap:97 opus/48000/2', ''],
  ].join('\r\n');

/** Does the relay's work without WebRTC: copies H.264, transcodes Opus to AAC, sends RTMP. */
export async function copyWithFfmpeg(to: string): Promise<{ program: Program; sink: Sink }> {
  const folder = mkdtempSync(join(tmpdir(), 'whip-mux-bench-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const port = { video: await freePort(), audio: await freePort() };
  const file = join(folder, 'source.sdp');
  writeFileSync(file, description(port));
  const input = ['-protocol_whitelist', 'file,udp,rtp', '-i', file];
  const program = start('ffmpeg', [
    ...['-loglevel', 'error', ...input, '-c:v', 'copy', '-c:a', 'aac', '-f', 'flv', to],
  ]);
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  atEnd(() => void socket.close());
  return { program, sink: (kind, packet) => socket.send(packet, port[kind], '127.0.0.1') };
}
