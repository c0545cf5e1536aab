// Measures what a publisher of 1280x720 at 30 frames a second costs the relay, relative to ffmpeg, which forwards the
// same packets in the same run but takes plain RTP instead of WebRTC. RELAY_BUILD names the build to measure.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { atEnd, seconds, until } from '../tests/relay/processes.ts';
import { startRelay } from '../tests/relay/relay.ts';
import { startRtmpServer } from '../tests/relay/rtmp-server.ts';
import { startWorker, token } from '../tests/relay/worker.ts';
import { copyWithFfmpeg, publish } from './publisher.ts';
import { startSource } from './source.ts';
import type { Sink } from './source.ts';

const measured = 20;
const ticksPerSecond = 100;

/** A process's CPU time in seconds (proc_pid_stat(5)). */
function processorTime(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

const percent = (time: number): string => `${((100 * time) / measured).toFixed(1)} % of a core`;

test.each([1, 5])('%d at a time', async (count) => {
  const rtmp = await startRtmpServer();
  const worker = await startWorker();
  const relay = await startRelay(worker.url);
  const sinks = new Set<Sink>();
  await startSource(sinks);
  const peer = await copyWithFfmpeg(`${rtmp.url}peer`);
  sinks.add(peer.sink);
  for (let number = 1; number <= count; ++number) {
    const name = `stream-${number}`;
    worker.streams.set(name, { url: rtmp.url, streamKey: name });
    sinks.add(await publish(`${relay.url}/whip/${name}`, token(name)));
  }
  atEnd(() => sinks.clear());
  const all = ['peer', ...worker.streams.keys()];
  await until('every stream arrives', () => all.every((key) => rtmp.size(key) > 500_000), 60);

  const frames = () => relay.metric('relay_frames_total{kind="video"}');
  const look = async () => ({
    frames: await frames(),
    relay: processorTime(relay.process.pid),
    ffmpeg: processorTime(peer.program.process.pid),
  });
  const before = await look();
  await seconds(measured);
  const after = await look();

  const [own, other] = [after.relay - before.relay, after.ffmpeg - before.ffmpeg];
  const carried = (after.frames - before.frames) / measured / count;
  const memory = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${relay.process.pid}/status`, 'utf8'))?.[1];
  console.log(
    `${count} at ${carried.toFixed(1)} frames a second: the relay ${percent(own)}, ${percent(own / count)} each, ` +
      `${(Number(memory) / 1024).toFixed(0)} MB; ffmpeg ${percent(other)}; ` +
      `each is ${(own / count / other).toFixed(2)} times ffmpeg`,
  );
  expect(Math.round(carried)).toBe(30);
});
