// What a publisher's arrival and departure do to the live input, its recording and its outputs (Cloudflare Stream
// documentation, start a live stream and webhooks; field measurements of the dropout window). The control endpoints and
// the real ingest call `connectPublisher` and `disconnectPublisher`.

import { join } from 'node:path';
import { Recording } from '../media/recording.ts';
import { RtmpPush } from '../media/rtmp-push.ts';
import { isoMicros, now } from '../shared/time.ts';
import { notify } from './notifications.ts';
import type { Departure } from './restream.ts';
import { beginVideo, endVideo, malformed } from './videos.ts';
import type { Broadcast, InputState, LiveInput, Output, Protocol, Publisher, World } from './world.ts';

/** Measured: a dropped publisher may return within timeoutSeconds plus about this much. */
const extraDropoutSeconds = 3;

export type Refused = { refused: 'unknown' | 'disabled' | 'busy' | 'not connected' };

/** Cloudflare documents that it neither records nor restreams WHIP broadcasts. */
export function isCarried(world: World, protocol: Protocol): boolean {
  return protocol !== 'webrtc' || world.whip === 'recorded';
}

const reasons = { connected: null, disconnected: 'clientDisconnect', errored: 'badRequest' } as const;

export function enterState(
  input: LiveInput,
  protocol: Protocol,
  state: InputState['state'],
  reason: string | null = reasons[state],
): void {
  const at = isoMicros();
  const current = {
    ingestProtocol: protocol === 'rtmps' ? ('rtmp' as const) : protocol,
    state,
    reason,
    statusEnteredAt: at,
    statusLastSeen: at,
  };
  input.status = { current, history: input.status ? [input.status.current, ...input.status.history] : [] };
}

export async function connectPublisher(
  world: World,
  inputId: string,
  protocol: Protocol,
  publisher: Publisher | null = null,
): Promise<{ broadcast: Broadcast } | Refused> {
  const input = world.liveInputs.get(inputId);
  if (!input) return { refused: 'unknown' };
  if (!input.enabled) return { refused: 'disabled' };
  const before = world.broadcasts.get(inputId);
  if (before?.connected) return { refused: 'busy' };

  const resumes = before?.protocol === protocol;
  if (before && !resumes) endWindow(world, inputId, before);
  enterState(input, protocol, 'connected');
  notify(world, 'live_input.connected', inputId);
  const broadcast = resumes ? resume(world, inputId, before) : begin(world, input, protocol);
  broadcast.publisher = publisher;
  record(world, broadcast);
  for (const output of input.outputs.values()) await startOutput(world, input, output);
  return { broadcast };
}

/** A different protocol starts a new broadcast. */
function endWindow(world: World, inputId: string, broadcast: Broadcast): void {
  world.windows.end(inputId);
  void finish(world, inputId, broadcast, false);
}

function resume(world: World, inputId: string, broadcast: Broadcast): Broadcast {
  world.windows.end(inputId);
  broadcast.connected = true;
  broadcast.startedAt = now();
  world.journal.write(inputId, 'the publisher is back: the same recording continues');
  return broadcast;
}

function begin(world: World, input: LiveInput, protocol: Protocol): Broadcast {
  const recorded = isCarried(world, protocol) && input.recording.mode === 'automatic';
  const { promise: over, resolve: finish } = Promise.withResolvers<void>();
  const broadcast: Broadcast = {
    connected: true,
    protocol,
    videoUid: recorded ? beginVideo(world, input).uid : null,
    startedAt: now(),
    recordedMs: 0,
    carrying: new Set(),
    publisher: null,
    pushes: new Map(),
    over,
    finish,
  };
  world.broadcasts.set(input.uid, broadcast);
  if (!recorded) world.journal.write(input.uid, 'nothing is recorded');
  return broadcast;
}

function record(world: World, { videoUid, publisher }: Broadcast): void {
  if (!world.media || !publisher?.feed || videoUid === null) return;
  const { recordings, folder } = world.media;
  const recording = recordings.get(videoUid) ?? new Recording(join(folder, videoUid));
  recordings.set(videoUid, recording);
  recording.follow(publisher.feed);
}

export async function startOutput(world: World, input: LiveInput, output: Output): Promise<void> {
  const broadcast = world.broadcasts.get(input.uid);
  if (!broadcast?.connected || !output.enabled || broadcast.carrying.has(output.uid)) return;
  if (!isCarried(world, broadcast.protocol)) {
    return world.journal.write(input.uid, `output ${output.uid} sends nothing: WHIP is not restreamed`);
  }
  broadcast.carrying.add(output.uid);
  if (broadcast.publisher) return push(world, input, broadcast, output);
  const { taken, words } = await world.restream.start(output, broadcast.protocol);
  if (!taken) broadcast.carrying.delete(output.uid);
  world.journal.write(input.uid, `output ${output.uid} ${words}`);
}

function push(world: World, input: LiveInput, { publisher, pushes }: Broadcast, output: Output): void {
  if (!publisher?.feed) return;
  const tell = (words: string): void => world.journal.write(input.uid, `output ${output.uid} ${words}`);
  pushes.set(output.uid, new RtmpPush(publisher.feed, output, { trusted: world.media?.trusted, tell }));
}

export async function stopOutput(
  world: World,
  input: LiveInput,
  output: Output,
  departure: Departure = {},
): Promise<void> {
  const broadcast = world.broadcasts.get(input.uid);
  if (!broadcast?.carrying.delete(output.uid)) return;
  const push = broadcast.pushes.get(output.uid);
  if (push) {
    broadcast.pushes.delete(output.uid);
    push.stop();
    world.journal.write(input.uid, `output ${output.uid} has ended`);
    await push.over;
    // Only Mux's stand-in can be told how long to wait.
    if (departure.reconnectSeconds !== undefined) await world.restream.stop(output, departure);
    return;
  }
  const { words } = await world.restream.stop(output, departure);
  world.journal.write(input.uid, `output ${output.uid} ${words}`);
}

export interface Leaving {
  /** Overrides the reconnect windows of both providers. */
  reconnectSeconds?: number;
  failRecording?: 'cloudflare' | 'mux' | 'both';
  /** Whether `left` waits until the broadcast is over everywhere. */
  wait?: boolean;
}

export function disconnectPublisher(
  world: World,
  inputId: string,
  leaving: Leaving,
): { broadcast: Broadcast; left: Promise<unknown> } | Refused {
  const input = world.liveInputs.get(inputId);
  if (!input) return { refused: 'unknown' };
  const broadcast = world.broadcasts.get(inputId);
  if (!broadcast?.connected) return { refused: 'not connected' };

  leave(world, input, broadcast);
  const { reconnectSeconds, wait, failRecording } = leaving;
  const atMux = {
    reconnectSeconds,
    wait,
    failRecording: failRecording === 'mux' || failRecording === 'both',
  };
  const stops = [...input.outputs.values()].map((output) => stopOutput(world, input, output, atMux));
  const seconds = reconnectSeconds ?? (input.recording.timeoutSeconds ?? 0) + extraDropoutSeconds;
  const fails = failRecording === 'cloudflare' || failRecording === 'both';
  void dropoutWindow(world, inputId, broadcast, seconds, fails);
  return { broadcast, left: Promise.all(wait ? [...stops, broadcast.over] : stops) };
}

function leave(world: World, input: LiveInput, broadcast: Broadcast): void {
  broadcast.connected = false;
  broadcast.recordedMs += now() - broadcast.startedAt;
  broadcast.publisher?.drop();
  enterState(input, broadcast.protocol, 'disconnected');
  notify(world, 'live_input.disconnected', input.uid);
}

async function dropoutWindow(
  world: World,
  inputId: string,
  broadcast: Broadcast,
  seconds: number,
  fails: boolean,
): Promise<void> {
  if (await world.windows.wait(inputId, seconds)) await finish(world, inputId, broadcast, fails);
}

async function finish(world: World, inputId: string, broadcast: Broadcast, fails: boolean): Promise<void> {
  world.broadcasts.delete(inputId);
  const video = broadcast.videoUid === null ? undefined : world.videos.get(broadcast.videoUid);
  const recording = video && world.media?.recordings.get(video.uid);
  if (recording) {
    const recorded = await recording.finish();
    if (world.videos.get(video.uid) !== video) return;
    if (recorded) video.picture = recorded.picture;
    const input = world.liveInputs.get(inputId);
    if (input) input.lastBroadcast = { videoUid: video.uid, endedAt: now() };
    endVideo(
      world,
      video,
      (recorded?.durationSeconds ?? 0) * 1000,
      fails || !recorded ? malformed : undefined,
    );
  } else if (video) endVideo(world, video, broadcast.recordedMs, fails ? malformed : undefined);
  broadcast.finish();
}

/** Disabling, deleting and rotating keys end a broadcast at once; to receivers of the outputs, the sender just drops. */
export function cutOff(world: World, input: LiveInput): void {
  const broadcast = world.broadcasts.get(input.uid);
  if (!broadcast) return;
  world.windows.end(input.uid);
  if (broadcast.connected) leave(world, input, broadcast);
  for (const output of input.outputs.values()) void stopOutput(world, input, output);
  void finish(world, input.uid, broadcast, false);
}
