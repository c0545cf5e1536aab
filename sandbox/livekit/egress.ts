// livekit.Egress (LiveKit server API, egress): sends a participant of a room on to RTMP servers. The real one always
// transcodes; this one passes H.264 on. Without real media it only begins and ends.

import type { Feed } from '../media/feed.ts';
import { RtmpPush } from '../media/rtmp-push.ts';
import { flag, integer, listOf, number, object, oneOf, text } from '../shared/check.ts';
import type { Fields } from '../shared/check.ts';
import type { Routes } from '../shared/http.ts';
import { alphanumeric } from '../shared/ids.ts';
import { unixSeconds } from '../shared/time.ts';
import { method, refusal } from './twirp.ts';
import { notify } from './webhooks.ts';
import { participantIn } from './world.ts';
import type { Egress, EgressStatus, Ingress, Picture, World } from './world.ts';

/** How long an egress waits for its participant. */
const participantMs = 5000;

function redacted(url: string): string {
  const end = url.lastIndexOf('/') + 1;
  return `${url.slice(0, end)}{${url.slice(end, end + 1)}...${url.slice(-1)}}`;
}

const nanoseconds = (seconds: number): string => `${seconds}000000000`;

export function egressInfo({ stop, urls, identity, picture, startedAt, endedAt, ...info }: Egress): object {
  const streamOutputs = [{ protocol: 'RTMP', urls: urls.map(redacted) }];
  return {
    ...info,
    startedAt: nanoseconds(startedAt),
    endedAt: nanoseconds(endedAt),
    participant: { roomName: info.roomName, identity, streamOutputs },
    streamResults: urls.map((url) => ({
      url: redacted(url),
      status: info.status === 'EGRESS_FAILED' ? 'FAILED' : 'ACTIVE',
    })),
  };
}

const isOver = ({ status }: Egress): boolean => status === 'EGRESS_COMPLETE' || status === 'EGRESS_FAILED';

function enter(world: World, egress: Egress, status: EgressStatus, error = ''): void {
  if (isOver(egress) || !world.egresses.has(egress.egressId)) return;
  egress.status = status;
  egress.error = error;
  if (isOver(egress)) egress.endedAt = unixSeconds();
  const event = isOver(egress)
    ? 'egress_ended'
    : status === 'EGRESS_STARTING'
      ? 'egress_started'
      : 'egress_updated';
  notify(world, event, egress.roomName, { egressInfo: egressInfo(egress) });
}

/** What LiveKit still holds is sent on first. The egress counts as active until then. */
function end(world: World, egress: Egress): void {
  if (isOver(egress) || egress.status === 'EGRESS_ENDING') return;
  enter(world, egress, 'EGRESS_ENDING');
  setTimeout(() => enter(world, egress, 'EGRESS_COMPLETE'), world.endingMs).unref();
}

function push(world: World, egress: Egress, feed: Feed, url: string): RtmpPush {
  const end = url.lastIndexOf('/');
  const to = { url: url.slice(0, end), streamKey: url.slice(end + 1) };
  const tell = (words: string): void => {
    world.journal.write(egress.roomName, `egress ${egress.egressId} ${words}`);
    if (words === 'sends') enter(world, egress, 'EGRESS_ACTIVE');
    // A server that refuses the key ends the egress at once; a connection that breaks is tried again.
    else if (egress.status === 'EGRESS_STARTING') egress.stop();
  };
  return new RtmpPush(feed, to, { trusted: world.media?.trusted, tell });
}

async function participant(world: World, { roomName, identity }: Egress): Promise<Ingress | undefined> {
  for (const until = performance.now() + participantMs; performance.now() < until;) {
    const found = participantIn(world, roomName, identity);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return undefined;
}

async function run(world: World, egress: Egress): Promise<void> {
  const found = await participant(world, egress);
  if (!found?.phone) return enter(world, egress, 'EGRESS_FAILED', 'participant not found');
  const { publisher, closed } = found.phone;
  if (!publisher) {
    egress.stop = (): void => end(world, egress);
    enter(world, egress, 'EGRESS_ACTIVE');
    return closed.then(() => egress.stop());
  }
  // Loaded on demand: only real media needs these packages.
  const { feedOf } = await import('../media/webrtc-feed.ts');
  const feed = await feedOf(publisher);
  const pushes: RtmpPush[] = [];
  egress.stop = (): void => {
    for (const each of pushes) each.stop();
    if (egress.status === 'EGRESS_STARTING') enter(world, egress, 'EGRESS_FAILED', 'could not connect');
    else end(world, egress);
  };
  for (const url of egress.urls) pushes.push(push(world, egress, feed, url));
  // What is still in ffmpeg belongs to the broadcast.
  await feed.ended;
  egress.stop();
}

const presets: Record<string, Picture> = {
  H264_720P_30: { width: 1280, height: 720 },
  PORTRAIT_H264_720P_30: { width: 720, height: 1280 },
};

/** 1920x1080 where the request says nothing. */
function pictureOf({ preset, advanced }: Fields): Picture {
  if (preset !== undefined && advanced !== undefined)
    throw refusal('malformed', 'the json request could not be decoded');
  if (preset !== undefined) return presets[String(preset)] ?? { width: 1920, height: 1080 };
  const given = (advanced ?? {}) as Partial<Picture>;
  const measured = (name: 'width' | 'height', usual: number): number => {
    const pixels = given[name] || usual;
    if (pixels < 16 || pixels % 2 === 1)
      throw refusal('invalid_argument', `request has missing or invalid field: ${name}`);
    return pixels;
  };
  return { width: measured('width', 1920), height: measured('height', 1080) };
}

function start(world: World, fields: Fields): object {
  const picture = pictureOf(fields);
  const { roomName, identity, streamOutputs } = fields;
  const hasRoom = [...world.ingresses.values()].some(
    (each) => each.roomName === roomName && each.status === 'ENDPOINT_PUBLISHING',
  );
  if (!hasRoom) throw refusal('not_found', 'requested room does not exist');
  if (!identity) throw refusal('invalid_argument', 'request missing required field: identity');
  const outputs = (streamOutputs ?? []) as { urls?: string[] }[];
  const urls = outputs.flatMap((each) => each.urls ?? []);
  if (urls.length === 0) throw refusal('invalid_argument', 'request missing required field: output');
  if (!urls.every((url) => /^rtmps?:\/\/[^/]+\/[^/]+\/./.test(url)))
    throw refusal('invalid_argument', 'stream url is invalid');
  const egress: Egress = {
    egressId: `EG_${alphanumeric(12)}`,
    roomName: String(roomName),
    identity: String(identity),
    urls,
    picture,
    status: 'EGRESS_STARTING',
    error: '',
    startedAt: unixSeconds(),
    endedAt: 0,
    stop: () => undefined,
  };
  world.egresses.set(egress.egressId, egress);
  notify(world, 'egress_started', egress.roomName, { egressInfo: egressInfo(egress) });
  void run(world, egress);
  return egressInfo(egress);
}

export function egressRoutes(world: World): Routes {
  const service = 'POST /twirp/livekit.Egress';
  const output = object(
    { protocol: oneOf('DEFAULT_PROTOCOL', 'RTMP', 'SRT'), urls: listOf(text()) },
    { open: true },
  );
  const count = integer(0, 2 ** 31 - 1);
  const counts = ['width', 'height', 'framerate', 'videoBitrate', 'audioBitrate', 'audioFrequency'];
  const advanced = object(
    {
      ...Object.fromEntries(counts.map((name) => [name, count])),
      keyFrameInterval: number,
      videoCodec: oneOf('DEFAULT_VC', 'H264_BASELINE', 'H264_MAIN', 'H264_HIGH'),
      audioCodec: oneOf('DEFAULT_AC', 'OPUS', 'AAC', 'AC_MP3'),
    },
    { open: true },
  );
  const preset = oneOf(...Object.keys(presets), 'H264_1080P_30', 'PORTRAIT_H264_1080P_30');
  return {
    [`${service}/StartParticipantEgress`]: method(
      { roomName: text(), identity: text(), streamOutputs: listOf(output), preset, advanced },
      (fields) => start(world, fields),
    ),
    [`${service}/ListEgress`]: method({ roomName: text(), egressId: text(), active: flag }, (fields) => {
      const items = [...world.egresses.values()].filter(
        (each) =>
          (!fields.roomName || each.roomName === fields.roomName) &&
          (!fields.egressId || each.egressId === fields.egressId) &&
          (fields.active !== true || !isOver(each)),
      );
      return { items: items.map(egressInfo) };
    }),
    [`${service}/StopEgress`]: method({ egressId: text() }, ({ egressId }) => {
      const egress = world.egresses.get(String(egressId ?? ''));
      if (!egress) throw refusal('not_found', 'egress does not exist');
      if (isOver(egress))
        throw refusal('failed_precondition', `egress with status ${egress.status} cannot be stopped`);
      egress.stop();
      return egressInfo(egress);
    }),
  };
}
