// What ffprobe finds in a copy that a phone has recorded.

import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TusServer, Upload } from './tus-server.ts';

const run = promisify(execFile);
// Without it, ffmpeg fits the pictures into a regular pace, and complains when two share a place.
const asTheyAre = ['-fps_mode', 'passthrough', '-enc_time_base', '-1'];

export type Kind = 'audio' | 'video';
export const kinds: Kind[] = ['audio', 'video'];

export interface Found {
  /** The kinds of its streams, sorted. */
  kinds: string[];
  /** From the first picture to the last. */
  seconds: number;
  /** When each packet is shown, in seconds, in the order of the file. */
  times: Record<Kind, number[]>;
  /** What a decoder complains about. */
  faults: string;
}

/** Decodes a file. */
export async function recordingOf(bytes: Buffer): Promise<Found> {
  const file = join(await mkdtemp(join(tmpdir(), 'whip-mux-copy-')), 'copy');
  await writeFile(file, bytes);
  const entries = 'stream=codec_type:packet=codec_type,pts_time';
  const { stdout } = await run('ffprobe', ['-v', 'error', '-show_entries', entries, '-of', 'json', file], {
    maxBuffer: 64_000_000,
  });
  const { streams, packets } = JSON.parse(stdout) as {
    streams: { codec_type: string }[];
    packets: { codec_type: string; pts_time?: string }[];
  };
  const timesOf = (wanted: Kind) =>
    packets.filter(({ codec_type: kind }) => kind === wanted).map(({ pts_time: time }) => Number(time));
  const [audio, video] = [timesOf('audio'), timesOf('video')];
  const { stderr } = await run('ffmpeg', ['-v', 'error', '-i', file, ...asTheyAre, '-f', 'null', '-']);
  return {
    kinds: streams.map(({ codec_type: kind }) => kind).sort(),
    seconds: Math.max(...video) - Math.min(...video),
    times: { audio, video },
    faults: stderr,
  };
}

/** Decodes an upload, the first if none is given. */
export async function recordingIn(
  tus: TusServer,
  upload: Upload | undefined = tus.uploads[0],
): Promise<Found> {
  if (!upload) throw new Error('nothing was uploaded');
  return recordingOf(tus.bytesOf(upload));
}
