// A test picture and a tone, as an encoder such as OBS would send them.

import { Feed } from './feed.ts';
import { startFfmpeg } from './ffmpeg.ts';
import { flvTags } from './flv.ts';

export const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30'];
export const tone = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'];
const video = [
  '-c:v',
  'libx264',
  '-preset',
  'ultrafast',
  '-tune',
  'zerolatency',
  '-pix_fmt',
  'yuv420p',
  '-g',
  '60',
];
const audio = ['-c:a', 'aac', '-ar', '44100'];

/** Starts at once and runs until `stop`. */
export function testPicture(): { feed: Feed; stop: () => void } {
  const feed = new Feed();
  const { process } = startFfmpeg([...picture, ...tone, ...video, ...audio, '-f', 'flv', 'pipe:1']);
  async function pass(): Promise<void> {
    if (process.stdout) for await (const message of flvTags(process.stdout)) feed.push(message);
    feed.end();
  }
  void pass();
  return { feed, stop: () => void process.stdin?.write('q') };
}
