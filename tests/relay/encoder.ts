// An encoder like OBS or ffmpeg that publishes by WHIP: x264's output as it is, with werift for WebRTC.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { MediaStreamTrack, RTCRtpCodecParameters } from 'werift';
import { startFfmpeg } from '../../sandbox/media/ffmpeg.ts';
import { atEnd } from './processes.ts';
import { offerByWhip } from './whip.ts';

/** Publishes a test picture without sound; `encoding` are x264's settings. */
export async function publishByEncoder(url: string, token: string, encoding: string[]): Promise<void> {
  const h264 = new RTCRtpCodecParameters({
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: 'packetization-mode=1;profile-level-id=4d401f',
  });
  const track = new MediaStreamTrack({ kind: 'video' });
  const peer = await offerByWhip(url, token, [{ codec: h264, track }]);
  await peer.connectionStateChange.watch((state) => state === 'connected', 20_000);

  const socket = createSocket('udp4').on('message', (packet) => track.writeRtp(packet));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30'];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '90', ...encoding];
  const out = ['-f', 'rtp', `rtp://127.0.0.1:${socket.address().port}?pkt_size=1200`];
  const { process } = startFfmpeg([...source, ...codec, ...out], { dies: true });
  atEnd(() => {
    process.kill('SIGKILL');
    socket.close();
  });
}
