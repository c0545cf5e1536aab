// Assets that come as files: an asset by URL, the temporary master of an asset, and static renditions on demand (Mux
// API reference, assets; Mux documentation, download for offline editing and enable static MP4 renditions).

import { writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesAnswer, fileAnswer, notThere } from '../media/answers.ts';
import { Recording } from '../media/recording.ts';
import { flag, listOf, number, object, oneOf, text, url } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { alphanumeric, muxId } from '../shared/ids.ts';
import { scriptedFile, scriptedSeconds } from '../shared/scripted-media.ts';
import { readSource } from '../shared/source-file.ts';
import { now, unixSeconds } from '../shared/time.ts';
import { clipOf, cut } from './clips.ts';
import type { Clip, ClipInput } from './clips.ts';
import { checkedBody, invalid, notFound } from './errors.ts';
import { emitAsset } from './events.ts';
import { newAssetShape, resolution } from './live-stream-fields.ts';
import { assetOf } from './lookup.ts';
import { playbackIds } from './playback-ids.ts';
import { describeAsset, emitRendition, makeRendition, rendition } from './recordings.ts';
import { mediaOf, view } from './world.ts';
import type { Asset, World } from './world.ts';

const masterLifeMs = 24 * 3_600_000;
const longestSeconds = 12 * 3600;

const input = object(
  {
    url: url('http', 'https', 'mux'),
    type: oneOf('video', 'audio', 'text'),
    start_time: number,
    end_time: number,
    name: text(),
    language_code: text(),
    passthrough: text(255),
  },
  { required: ['url'] },
);
const createFields = object(
  {
    ...newAssetShape,
    inputs: listOf(input),
    input: listOf(input),
    video_quality: oneOf('basic', 'plus', 'premium'),
    normalize_audio: flag,
  },
  {},
);
const masterFields = object({ master_access: oneOf('none', 'temporary') }, { required: ['master_access'] });
const renditionFields = object({ resolution, passthrough: text(255) }, { required: ['resolution'] });

function create(world: World, call: Call): Answer {
  const body = checkedBody(call, createFields);
  const [first] = (body.inputs ?? body.input ?? []) as ClipInput[];
  if (!first) throw invalid('inputs is required');
  const clip = clipOf(world, first);
  const settings = body as Partial<Asset> & { static_renditions?: { resolution: string }[] };
  const asset: Asset = {
    id: muxId(),
    created_at: unixSeconds(),
    status: 'preparing',
    progress: { state: 'ingesting', progress: 0 },
    ingest_type: clip ? 'on_demand_clip' : 'on_demand_url',
    source_asset_id: clip?.source.id,
    playback_ids: playbackIds(body),
    passthrough: settings.passthrough,
    meta: settings.meta,
    master_access: settings.master_access ?? 'none',
    video_quality: settings.video_quality ?? 'basic',
    encoding_tier: 'smart',
    max_resolution_tier: settings.max_resolution_tier ?? '1080p',
    mp4_support: 'none',
    test: settings.test,
    static_renditions: settings.static_renditions && { files: settings.static_renditions.map(rendition) },
  };
  world.assets.set(asset.id, asset);
  emitAsset(world, 'created', asset);
  void (clip ? ingestClip(world, asset, clip) : ingest(world, asset, first.url));
  return { status: 201, body: { data: view(asset) } };
}

function fail(world: World, asset: Asset, reason: string): void {
  asset.status = 'errored';
  asset.progress = { state: 'errored', progress: -1 };
  asset.errors = { type: 'invalid_input', messages: [reason] };
  emitAsset(world, 'errored', asset);
}

async function ingest(world: World, asset: Asset, source: string): Promise<void> {
  let file: Buffer;
  try {
    file = await readSource(source);
  } catch {
    return fail(world, asset, 'Failed to download the input file');
  }
  if (!world.assets.has(asset.id)) return;
  asset.progress = { state: 'transcoding', progress: 50 };
  let seconds = scriptedSeconds(file);
  if (world.media) {
    const folder = join(world.media.folder, asset.id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'source'), file);
    const recording = new Recording(folder, join(folder, 'source'));
    world.media.recordings.set(asset.id, recording);
    const recorded = await recording.finish();
    if (!recorded) return fail(world, asset, 'The input file is not a valid media file');
    seconds = recorded.durationSeconds;
  }
  if (seconds > longestSeconds) return fail(world, asset, 'The input file is longer than 12 hours');
  complete(world, asset, seconds);
}

async function ingestClip(world: World, asset: Asset, clip: Clip): Promise<void> {
  await Promise.resolve();
  asset.progress = { state: 'transcoding', progress: 50 };
  const seconds = await cut(world, asset, clip);
  if (seconds === undefined) fail(world, asset, 'The asset cannot be clipped');
  else complete(world, asset, seconds);
}

function complete(world: World, asset: Asset, seconds: number): void {
  if (!world.assets.has(asset.id)) return;
  asset.status = 'ready';
  asset.progress = { state: 'completed', progress: 100 };
  asset.duration = Number(seconds.toFixed(4));
  describeAsset(world, asset);
  emitAsset(world, 'ready', asset);
  for (const each of asset.static_renditions?.files ?? []) void makeRendition(world, asset, each);
}

/** Only a finished asset has a master. */
function setMasterAccess(world: World, call: Call): Answer {
  const asset = assetOf(world, call);
  const { master_access: access } = checkedBody(call, masterFields);
  if (asset.status !== 'ready' || asset.is_live) throw invalid('Asset must be ready to enable master access');
  asset.master_access = String(access);
  if (access === 'none') {
    delete asset.master;
    emitAsset(world, 'master.deleted', asset);
  } else if (asset.master?.status !== 'ready') {
    asset.master = { status: 'preparing' };
    emitAsset(world, 'master.preparing', asset);
    void makeMaster(world, asset);
  }
  return { status: 200, body: { data: view(asset) } };
}

async function makeMaster(world: World, asset: Asset): Promise<void> {
  const secret = alphanumeric(48);
  try {
    await mediaOf(world, asset)?.file('master.mp4', 'all');
    if (asset.master_access !== 'temporary') return;
    const address = `${world.url}/masters/${asset.id}/master.mp4?skid=default&signature=${secret}`;
    asset.master = { status: 'ready', url: address };
    world.masters.set(asset.id, { secret, until: now() + masterLifeMs });
    emitAsset(world, 'master.ready', asset);
  } catch {
    asset.master = { status: 'errored' };
    emitAsset(world, 'master.errored', asset);
  }
}

/** Stands in for mezzanine.mux.com. A parameter that is not known breaks the signature. */
function master(world: World, call: Call): Answer {
  const asset = world.assets.get(call.params.id ?? '');
  const made = world.masters.get(call.params.id ?? '');
  const known = [...call.query.keys()].every((name) => ['skid', 'signature', 'download'].includes(name));
  const isSigned = known && made?.secret === call.query.get('signature') && made.until > now();
  if (!asset || asset.master_access !== 'temporary' || !isSigned) return notThere;
  const recording = mediaOf(world, asset);
  return recording
    ? fileAnswer(call, join(recording.folder, 'master.mp4'), 'video/mp4')
    : bytesAnswer(call, scriptedFile(asset.duration ?? 0), 'video/mp4');
}

function addRendition(world: World, call: Call): Answer {
  const asset = assetOf(world, call);
  const wanted = checkedBody(call, renditionFields) as { resolution: string; passthrough?: string };
  const files = asset.static_renditions?.files ?? [];
  if (files.some((each) => each.resolution === wanted.resolution))
    throw invalid('Static rendition already exists');
  const made = rendition(wanted);
  asset.static_renditions = { files: [...files, made] };
  const answer = { ...made };
  emitRendition(world, asset, made, 'created');
  if (asset.status === 'ready' && !asset.is_live) void makeRendition(world, asset, made);
  return { status: 201, body: { data: answer } };
}

function removeRendition(world: World, call: Call): Answer {
  const asset = assetOf(world, call);
  const files = asset.static_renditions?.files ?? [];
  const gone = files.find(({ id }) => id === call.params.rendition);
  if (!gone) throw notFound();
  asset.static_renditions = { files: files.filter((each) => each !== gone) };
  emitRendition(world, asset, gone, 'deleted');
  return { status: 204 };
}

export function fileRoutes(world: World): Routes {
  const path = '/video/v1/assets/:id';
  return {
    'POST /video/v1/assets': (call) => create(world, call),
    [`PUT ${path}/master-access`]: (call) => setMasterAccess(world, call),
    [`POST ${path}/static-renditions`]: (call) => addRendition(world, call),
    [`DELETE ${path}/static-renditions/:rendition`]: (call) => removeRendition(world, call),
  };
}

export function masterRoutes(world: World): Routes {
  return { 'GET /masters/:id/master.mp4': (call) => master(world, call) };
}
