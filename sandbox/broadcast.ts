// Plays a broadcast to a live input of the Cloudflare Stream stand-in and prints each step at either stand-in. A
// stand-in that takes real media gets a test picture over RTMPS; any other plays a script.

import { setTimeout as sleep } from 'node:timers/promises';
import { RtmpPush } from './media/rtmp-push.ts';
import { testPicture } from './media/test-picture.ts';
import { fail, flags, number } from './shared/command-line.ts';
import { control } from './shared/control-client.ts';
import type { Control } from './shared/control-client.ts';
import type { JournalEntry } from './shared/journal.ts';

const usage = `Usage: node sandbox/broadcast.ts --input UID [--protocol rtmps|srt|webrtc] [--seconds 5]
       [--reconnect-seconds 1.5] [--control http://127.0.0.1:8789] [--mux-control http://127.0.0.1:8788]

Plays a broadcast to a live input of the sandbox. Ctrl-C ends it early.

  --input              the live input's uid
  --protocol           the publisher's protocol; webrtc is WHIP. Anything but rtmps is always scripted
  --seconds            how long the broadcast lasts
  --reconnect-seconds  how long the providers then wait for a reconnect
  --control            URL of the Cloudflare Stream stand-in; or set CLOUDFLARE_CONTROL_URL
  --mux-control        URL of the Mux stand-in, to print its events too; or set MUX_CONTROL_URL`;

const inWords: Record<string, string> = {
  'live_input.connected': 'the publisher is connected',
  'live_input.disconnected': 'the publisher is gone',
  'video.live_stream.connected': 'an encoder is connected',
  'video.asset.created': 'a recording starts',
  'video.live_stream.recording': 'media arrives and is recorded',
  'video.asset.ready': 'the recording is playable and continues',
  'video.live_stream.active': 'the live stream is live',
  'video.live_stream.disconnected': 'the encoder is gone; it may return',
  'video.live_stream.idle': 'the broadcast is over',
  'video.asset.live_stream_completed': 'the recording is complete',
  'video.asset.errored': 'the recording has failed',
  'video.asset.static_rendition.ready': 'an MP4 of the recording is ready',
};

interface CloudflareState {
  liveInputs: { uid: string; outputs: { streamKey: string }[]; credentials: { rtmpsStreamKey: string } }[];
  media: { rtmpsUrl: string; certificate: string } | null;
}

interface MuxState {
  liveStreams: { id: string; stream_key: string }[];
}

interface Line {
  at: number;
  text: string;
}

/** Follows a stand-in's journal for some subjects. */
class Follower {
  readonly #name: string;
  readonly #control: Control;
  readonly #subjects: ReadonlySet<string>;
  #seen = 0;

  constructor(name: string, control: Control, subjects: Iterable<string>) {
    this.#name = name;
    this.#control = control;
    this.#subjects = new Set(subjects);
  }

  async news(): Promise<Line[]> {
    const entries = await this.#control.get<JournalEntry[]>(`events?after=${this.#seen}`);
    this.#seen = entries.at(-1)?.seq ?? this.#seen;
    return entries
      .filter(({ subject }) => this.#subjects.has(subject))
      .map(({ at, words }) => ({ at, text: `${this.#name.padEnd(10)}  ${inWords[words] ?? words}` }));
  }
}

async function tell(followers: Follower[]): Promise<void> {
  const news = await Promise.all(followers.map((follower) => follower.news()));
  for (const { at, text } of news.flat().sort((a, b) => a.at - b.at)) {
    console.log(`${new Date(at).toISOString().slice(11, 23)}  ${text}`);
  }
}

/** Returns null if the Mux stand-in does not run; the outputs then report that themselves. */
async function muxLiveStreams(mux: Control, streamKeys: string[]): Promise<string[] | null> {
  const state = await mux.get<MuxState>('state').catch(() => null);
  if (!state) return null;
  return state.liveStreams.filter((stream) => streamKeys.includes(stream.stream_key)).map(({ id }) => id);
}

async function followBoth(cloudflare: Control, mux: Control, inputId: string): Promise<Follower[]> {
  const { liveInputs } = await cloudflare.get<CloudflareState>('state');
  const input = liveInputs.find(({ uid }) => uid === inputId);
  if (!input) {
    const known = liveInputs.map(({ uid }) => `\n  ${uid}`).join('');
    throw new Error(
      `There is no live input ${inputId}. ${known ? `These exist:${known}` : 'Create a stream first.'}`,
    );
  }
  const streams = await muxLiveStreams(
    mux,
    input.outputs.map(({ streamKey }) => streamKey),
  );
  const all = [new Follower('Cloudflare', cloudflare, [inputId])];
  if (streams) all.push(new Follower('Mux', mux, streams));
  for (const follower of all) await follower.news();
  return all;
}

interface Broadcast {
  /** From now on the stand-in may hang up. */
  ends(): void;
  stop(): void;
}

/** The test picture does not reconnect. */
const never = 24 * 3600_000;

/** Sends a test picture. The URL comes from the stand-in, so that no key appears on a command line. */
async function sendPicture(cloudflare: Control, inputId: string): Promise<Broadcast> {
  const { liveInputs, media } = await cloudflare.get<CloudflareState>('state');
  const streamKey = liveInputs.find(({ uid }) => uid === inputId)?.credentials.rtmpsStreamKey ?? '';
  const picture = testPicture();
  let ending = false;
  const tell = (words: string): void => {
    if (words !== 'sends' && !ending) fail(`The broadcast ${words}`);
  };
  const push = new RtmpPush(
    picture.feed,
    { url: media?.rtmpsUrl ?? '', streamKey },
    { trusted: media?.certificate, tell, firstGapMs: never },
  );
  return {
    ends: () => void (ending = true),
    stop() {
      push.stop();
      picture.stop();
    },
  };
}

/** Starts the broadcast, with media if the stand-in takes them. */
async function begin(cloudflare: Control, inputId: string, protocol: string): Promise<Broadcast> {
  const { media } = await cloudflare.get<CloudflareState>('state');
  if (media && protocol === 'rtmps') return sendPicture(cloudflare, inputId);
  await cloudflare.post('connect', { inputId, protocol });
  return { ends: () => undefined, stop: () => undefined };
}

async function main(): Promise<void> {
  const given = flags(usage, ['input', 'protocol', 'seconds', 'reconnect-seconds', 'control', 'mux-control']);
  const inputId = given.input ?? fail(`Give the live input with --input.\n\n${usage}`);
  const protocol = given.protocol ?? 'rtmps';
  const seconds = number('seconds', given.seconds, 5);
  const reconnectSeconds = number('reconnect-seconds', given['reconnect-seconds'], 1.5);
  const address = given.control ?? process.env.CLOUDFLARE_CONTROL_URL ?? 'http://127.0.0.1:8789';
  const cloudflare = control(address);
  const mux = control(given['mux-control'] ?? process.env.MUX_CONTROL_URL ?? 'http://127.0.0.1:8788');

  const followers = await followBoth(cloudflare, mux, inputId).catch((error: unknown) => {
    if (error instanceof TypeError)
      fail(`No answer from ${address}. Start the sandbox first, or give --control.`);
    throw error;
  });
  const stopped = new AbortController();
  process.once('SIGINT', () => stopped.abort());

  const broadcast = await begin(cloudflare, inputId, protocol);
  await tellFor(seconds, followers, stopped.signal);
  broadcast.ends();
  const over = cloudflare.post('disconnect', { inputId, reconnectSeconds, wait: true });
  await Promise.all([over, tellFor(reconnectSeconds, followers)]);
  broadcast.stop();
  await tell(followers);
}

async function tellFor(seconds: number, followers: Follower[], stopped?: AbortSignal): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end && !stopped?.aborted) {
    await tell(followers);
    await sleep(Math.min(200, Math.max(0, end - performance.now())));
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
