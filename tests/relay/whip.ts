// A WHIP client for encoders in Node, with werift for WebRTC.

import { RTCPeerConnection } from 'werift';
import type { MediaStreamTrack, RTCRtpCodecParameters } from 'werift';
import { atEnd } from './processes.ts';

interface Sent {
  codec: RTCRtpCodecParameters;
  track: MediaStreamTrack;
}

/** Offers the tracks, one section each, and resolves with the connection once the server has answered. */
export async function offerByWhip(url: string, token: string, sent: Sent[]): Promise<RTCPeerConnection> {
  const codecs = (kind: string) => sent.filter(({ track }) => track.kind === kind).map(({ codec }) => codec);
  const connection = new RTCPeerConnection({
    iceServers: [],
    iceUseIpv6: false,
    iceAdditionalHostAddresses: ['127.0.0.1'],
    bundlePolicy: 'max-bundle',
    codecs: { audio: codecs('audio'), video: codecs('video') },
  });
  atEnd(() => connection.close());
  for (const { track } of sent) connection.addTransceiver(track, { direction: 'sendonly' });
  await connection.setLocalDescription(await connection.createOffer());
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/sdp' },
    body: connection.localDescription?.sdp ?? '',
  });
  const sdp = await answer.text();
  if (answer.status !== 201) throw new Error(`the offer was answered with ${answer.status}: ${sdp}`);
  await connection.setRemoteDescription({ type: 'answer', sdp });
  return connection;
}
