// Shared by the media tests: both stand-ins with real media, an encoder, and checks of recordings.

import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { CloudflareOptions } from '../../sandbox/cloudflare/server.ts';
import type { MuxOptions } from '../../sandbox/mux/server.ts';
import { account, afterwards, receiveWebhooks, runCloudflare, runMux } from '../sandbox/support.ts';
import type { StartedCloudflare } from '../sandbox/support.ts';
import { startProviders, withoutRelay } from '../worker/api/providers.ts';
import type { Providers, Settings } from '../worker/api/providers.ts';
import { startWorker } from '../worker/start-worker.ts';
import type { StartedWorker } from '../worker/start-worker.ts';

const run = promisify(execFile);

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whip-mux-media-'));
  afterwards(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** The Worker with both stand-ins, which take real media and keep it in `folder`. */
export async function startWorkerWithMedia(
  settings: Settings = {},
  given?: string,
): Promise<{
  providers: Providers;
  worker: StartedWorker;
  folder: string;
}> {
  const folder = given ?? (await temporaryFolder());
  const providers = await startProviders({
    settings: { RECORDING_CHECK_SECONDS: '2', ...withoutRelay, ...settings },
    mux: { media: { folder, rtmpPort: 0, rtmpsPort: 0 } },
    cloudflare: { media: { folder, rtmpsPort: 0 } },
  });
  afterwards(() => providers.close());
  const worker = await startWorker({ bindings: providers.settings });
  afterwards(() => worker.stop());
  await providers.sendWebhooksTo(worker.url);
  return { providers, worker, folder };
}

export interface Encoder {
  process: ChildProcess;
  /** Resolves with the exit code; 0 if everything was sent. */
  done: Promise<number>;
  /** Seconds of media sent so far. */
  sent(): number;
  /** Stops as a user would; the last bytes are still sent. */
  stop(): Promise<void>;
}

export interface Look {
  seconds?: number;
  size?: string;
  video?: string[];
  audio?: string[];
}

const h264 = ['libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '30'];

/** Publishes a test picture and a tone in real time. */
export function encode(url: string, look: Look = {}): Encoder {
  const { seconds = 60, size = '640x360', video = h264, audio = ['aac', '-ar', '44100'] } = look;
  const picture = ['-re', '-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=30`];
  const tone = ['-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100'];
  const codecs = ['-c:v', ...video, '-c:a', ...audio];
  const out = ['-t', String(seconds), '-f', 'flv', url];
  const quiet = ['-loglevel', 'error', '-nostats', '-progress', 'pipe:1', '-stats_period', '0.1'];
  const child = spawn('ffmpeg', [...quiet, ...picture, ...tone, ...codecs, ...out], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  let sent = 0;
  child.stdout?.setEncoding('utf8').on('data', (report: string) => {
    for (const [, microseconds] of report.matchAll(/^out_time_us=(\d+)$/gm))
      sent = Number(microseconds) / 1e6;
  });
  const done = once(child, 'close').then(([code]) => Number(code));
  const stop = async (): Promise<void> => {
    child.stdin?.write('q');
    await done;
  };
  afterwards(async () => {
    child.kill('SIGKILL');
    await done;
  });
  return { process: child, done, sent: () => sent, stop };
}

export interface Probed {
  codecs: string[];
  size: string;
  seconds: number;
}

export async function probe(address: string): Promise<Probed> {
  const entries = 'stream=codec_name,width,height:format=duration';
  const args = ['-v', 'error', '-show_entries', entries, '-of', 'json', address];
  const { stdout } = await run('ffprobe', args);
  const { streams, format } = JSON.parse(stdout) as {
    streams: { codec_name: string; width?: number; height?: number }[];
    format: { duration: string };
  };
  const picture = streams.find(({ width }) => width !== undefined);
  return {
    codecs: [...new Set(streams.map(({ codec_name: name }) => name))].sort(),
    size: `${picture?.width}x${picture?.height}`,
    seconds: Number(format.duration),
  };
}

/** The presentation time of each packet, in seconds. */
export async function packetTimes(address: string, kind: 'video' | 'audio'): Promise<number[]> {
  const args = ['-v', 'error', '-select_streams', kind[0] ?? '', '-show_entries', 'packet=pts_time'];
  const { stdout } = await run('ffprobe', [...args, '-of', 'csv=p=0', address], { maxBuffer: 1 << 26 });
  return stdout.split('\n').filter(Boolean).map(Number.parseFloat);
}

/** The longest time from one to the next. */
export const longestGap = (times: number[]): number =>
  Math.max(...times.slice(1).map((time, index) => time - (times[index] ?? NaN)));

/**
 * A recording is as long as the media sent, within two seconds. For a browser only a range is known, because its start
 * time depends on the machine's load.
 */
export function expectSeconds(recorded: number, atLeast: number, atMost = atLeast): void {
  expect(recorded).toBeGreaterThan(atLeast - 2);
  expect(recorded).toBeLessThan(atMost + 2);
}

/** Retries until `look` returns something. */
export async function eventually<T>(
  look: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  seconds = 60,
): Promise<T> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`it did not happen within ${seconds} s: ${String(look)}`);
    await sleep(50);
  }
}

export interface Journalled {
  subject: string;
  words: string;
}

export async function journal({ control }: Pick<StartedCloudflare, 'control'>): Promise<string[]> {
  return (await control.get<Journalled[]>('events')).map(({ words }) => words);
}

/** Both stand-ins with real media, a live input with one output to a live stream, and all three webhooks. */
export async function runBothWithMedia(
  options: {
    cloudflare?: Partial<CloudflareOptions>;
    mux?: Partial<MuxOptions>;
    timeoutSeconds?: number;
  } = {},
) {
  const folder = await temporaryFolder();
  const [muxHook, videoHook, liveHook] = [
    await receiveWebhooks(),
    await receiveWebhooks(),
    await receiveWebhooks(),
  ];
  const mux = await runMux({
    webhooks: [{ url: muxHook.url, secret: 'mux-secret' }],
    media: { folder, rtmpPort: 0, rtmpsPort: 0 },
    ...options.mux,
  });
  const cloudflare = await runCloudflare({
    muxControl: mux.url,
    videoWebhook: { url: videoHook.url, secret: 'video-secret' },
    notifications: [{ url: liveHook.url, secret: 'live-secret' }],
    media: { folder, rtmpsPort: 0 },
    ...options.cloudflare,
  });
  const liveStream = await mux.mux.video.liveStreams.create({
    playback_policies: ['public'],
    new_asset_settings: { playback_policies: ['public'], static_renditions: [{ resolution: 'highest' }] },
    reconnect_window: 1,
  });
  const input = await cloudflare.stream.liveInputs.create({
    account_id: account,
    meta: { name: 'Court 3' },
    recording: { mode: 'automatic', timeoutSeconds: options.timeoutSeconds ?? 1 },
  });
  const inputId = input.uid ?? '';
  const output = await cloudflare.stream.liveInputs.outputs.create(inputId, {
    account_id: account,
    url: mux.rtmpsUrl ?? '',
    streamKey: liveStream.stream_key,
  });
  const publishUrl = `${input.rtmps?.url}${input.rtmps?.streamKey}`;
  return {
    folder,
    mux,
    cloudflare,
    liveStream,
    input,
    inputId,
    outputId: output.uid ?? '',
    publishUrl,
    muxHook,
    videoHook,
    liveHook,
  };
}
