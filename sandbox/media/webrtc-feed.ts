// Converts a WHIP publisher's media for RTMP, so that it can be recorded and restreamed: copies H.264, transcodes other
// video to it, and transcodes Opus to AAC.

import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RtpPacket } from 'werift';
import { Feed } from './feed.ts';
import { startFfmpeg } from './ffmpeg.ts';
import type { Running } from './ffmpeg.ts';
import { flvTags } from './flv.ts';
import type { WebRtcPublisher } from './webrtc-publisher.ts';

const keyFrameGapMs = 250;
const payloadTypes = { video: 96, audio: 97 } as const;
type Kind = keyof typeof payloadTypes;

/** RTCP BYE from no particular source (RFC 3550, section 6.6). Without a reason it would be too short for ffmpeg. */
const goodbye = Buffer.from([0x81, 203, 0, 2, 0, 0, 0, 0, 3, ...Buffer.from('bye')]);

/** Finds a port for RTP whose successor, for RTCP, is free too. */
async function freePort(): Promise<number> {
  for (;;) {
    const sockets = [createSocket('udp4'), createSocket('udp4')] as const;
    try {
      sockets[0].bind(0, '127.0.0.1');
      await once(sockets[0], 'listening');
      const { port } = sockets[0].address();
      if (port % 2 !== 0) continue;
      sockets[1].bind(port + 1, '127.0.0.1');
      await once(sockets[1], 'listening');
      return port;
    } catch {
      continue;
    } finally {
      for (const socket of sockets) socket.close();
    }
  }
}

function description({ codec }: WebRtcPublisher, ports: Partial<Record<Kind, number>>): string {
  const mode = codec === 'H264' ? [`a=fmtp:${payloadTypes.video} packetization-mode=1`] : [];
  const video = [
    `m=video ${ports.video} RTP/AVP ${payloadTypes.video}`,
    `a=rtpmap:${payloadTypes.video} ${codec}/90000`,
    ...mode,
  ];
  const audio = [
    `m=audio ${ports.audio} RTP/AVP ${payloadTypes.audio}`,
    `a=rtpmap:${payloadTypes.audio} opus/48000/2`,
  ];
  const session = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  return [...session, ...(ports.video ? video : []), ...(ports.audio ? audio : []), ''].join('\r\n');
}

function transcoder({ codec }: WebRtcPublisher): Running {
  const input = ['-protocol_whitelist', 'pipe,udp,rtp', '-analyzeduration', '3M', '-probesize', '2M'];
  const encoder = ['libx264', '-preset', 'veryfast', '-tune', 'zerolatency', '-g', '60'];
  const picture = ['-c:v', ...(codec === 'H264' ? ['copy'] : encoder)];
  const sound = ['-c:a', 'aac', '-ar', '44100', '-af', 'aresample=async=1'];
  const args = [...input, '-f', 'sdp', '-i', 'pipe:0', ...picture, ...sound, '-f', 'flv', 'pipe:1'];
  return startFfmpeg(args, { dies: true });
}

function send(socket: Socket, port: number, kind: Kind, packet: RtpPacket): void {
  const copy = packet.clone();
  copy.header.payloadType = payloadTypes[kind];
  socket.send(copy.serialize(), port, '127.0.0.1');
}

/** A feed that runs until the publisher leaves. */
export async function feedOf(publisher: WebRtcPublisher): Promise<Feed> {
  const feed = new Feed();
  const ports: Partial<Record<Kind, number>> = {};
  if (publisher.hasVideo) ports.video = await freePort();
  if (publisher.hasAudio) ports.audio = await freePort();
  const ffmpeg = transcoder(publisher);
  ffmpeg.process.stdin?.end(description(publisher, ports));
  const socket = createSocket('udp4');
  const unsubscribe = publisher.subscribe((kind, packet) => {
    const port = ports[kind];
    if (port !== undefined) send(socket, port, kind, packet);
  });
  void publisher.peer.closed.then(() => {
    unsubscribe();
    // A UDP socket has no end of stream; BYE ends the RTP stream.
    const goodbyes = Object.values(ports).map(
      (port) => new Promise((sent) => socket.send(goodbye, port, '127.0.0.1', sent)),
    );
    void Promise.all(goodbyes).then(() => socket.close());
  });
  void pass(ffmpeg, feed);
  void askForKeyFrames(publisher, feed);
  return feed;
}

/** Key frames sent while ffmpeg opens its ports are lost, so keep asking. */
async function askForKeyFrames(publisher: WebRtcPublisher, feed: Feed): Promise<void> {
  let begun = false;
  const unsubscribe = feed.subscribe(() => {
    begun = true;
    unsubscribe();
  });
  while (!begun && !publisher.peer.isClosed) {
    publisher.requestKeyFrame();
    await sleep(keyFrameGapMs);
  }
}

async function pass(ffmpeg: Running, feed: Feed): Promise<void> {
  const { stdout } = ffmpeg.process;
  if (stdout) for await (const message of flvTags(stdout)) feed.push(message);
  feed.end();
}
