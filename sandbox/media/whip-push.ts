// Publishes a test picture by WHIP (RFC 9725), as an encoder would: x264's output as it is, with werift for WebRTC.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import { startFfmpeg } from './ffmpeg.ts';

export interface Sent {
  codec: RTCRtpCodecParameters;
  track: MediaStreamTrack;
}

/** Offers the tracks, one section each, and resolves with the connection once the server has answered. */
export async function offerByWhip(
  url: string,
  token: string | undefined,
  sent: Sent[],
): Promise<{ connection: RTCPeerConnection; session: string | null }> {
  const codecs = (kind: string) => sent.filter(({ track }) => track.kind === kind).map(({ codec }) => codec);
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
    codecs: { audio: codecs('audio'), video: codecs('video') },
  });
  try {
    for (const { track } of sent) connection.addTransceiver(track, { direction: 'sendonly' });
    await connection.setLocalDescription(await connection.createOffer());
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        'content-type': 'application/sdp',
      },
      body: connection.localDescription?.sdp ?? '',
    });
    const sdp = await answer.text();
    if (answer.status !== 201) throw new Error(`the offer was answered with ${answer.status}: ${sdp}`);
    await connection.setRemoteDescription({ type: 'answer', sdp });
    const location = answer.headers.get('location');
    return { connection, session: location && new URL(location, url).href };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

/** `level` is the H.264 profile and level; `encoding` are more settings of x264. */
export async function publishByWhip(
  url: string,
  token: string | undefined,
  { level = '42e01f', encoding = ['-profile:v', 'baseline'] } = {},
): Promise<{ problem(): string | undefined; stop(): void }> {
  const codec = new RTCRtpCodecParameters({
    mimeType: 'video/H264',
    clockRate: 90_000,
    parameters: `packetization-mode=1;profile-level-id=${level}`,
  });
  const track = new MediaStreamTrack({ kind: 'video' });
  const { connection, session } = await offerByWhip(url, token, [{ codec, track }]);
  await connection.connectionStateChange.watch((state) => state === 'connected', 20_000);

  const socket = createSocket('udp4').on('message', (packet) => track.writeRtp(packet));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=30'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '90', ...encoding];
  const out = ['-f', 'rtp', `rtp://127.0.0.1:${socket.address().port}?pkt_size=1200`];
  const { process } = startFfmpeg([...source, ...coding, ...out]);
  // What ffmpeg says about the session would fill the pipe.
  process.stdout?.resume();
  let problem: string | undefined;
  connection.connectionStateChange.subscribe((state) => {
    if (state === 'failed' || state === 'closed') problem ??= `has ended: ${state}`;
  });
  return {
    problem: () => problem,
    stop() {
      problem ??= '';
      process.kill('SIGKILL');
      socket.close();
      const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
      if (session) void fetch(session, { method: 'DELETE', headers }).catch(() => undefined);
      void connection.close();
    },
  };
}
