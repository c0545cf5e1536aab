// A 1280x720 camera at 30 frames a second and a microphone, as RTP: H.264 at 2.5 Mb/s and Opus, encoded once for all
// publishers.

import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { picture, tone } from '../sandbox/media/test-picture.ts';
import { atEnd, start } from '../tests/relay/processes.ts';

export type Kind = 'video' | 'audio';
export type Sink = (kind: Kind, packet: Buffer) => void;

const profile = '-c:v libx264 -preset ultrafast -profile:v baseline -pix_fmt yuv420p -g 60';
const rate = '-b:v 2500k -maxrate 2500k -bufsize 2500k -x264-params nal-hrd=cbr';
const h264 = `${profile} ${rate}`.split(' ');
const opus = '-c:a libopus -ac 2 -b:a 64k'.split(' ');

async function receive(): Promise<{ socket: Socket; url: string }> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  atEnd(() => void socket.close());
  return { socket, url: `rtp://127.0.0.1:${socket.address().port}?pkt_size=1200` };
}

export async function startSource(sinks: Set<Sink>): Promise<void> {
  const [video, audio] = [await receive(), await receive()];
  for (const [kind, { socket }] of [['video', video] as const, ['audio', audio] as const])
    socket.on('message', (packet) => sinks.forEach((sink) => sink(kind, packet)));
  start('ffmpeg', [
    ...['-loglevel', 'error', ...picture, ...tone],
    ...['-map', '0:v', ...h264, '-payload_type', '96', '-f', 'rtp', video.url],
    ...['-map', '1:a', ...opus, '-payload_type', '97', '-f', 'rtp', audio.url],
  ]);
}
