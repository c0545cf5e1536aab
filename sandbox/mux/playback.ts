// Playback at https://stream.mux.com and https://image.mux.com: HLS of an active live stream, HLS and MP4 of its
// recordings, and their thumbnails, all by playback id (Mux documentation, play your videos). The paths of renditions
// and segments are this stand-in's own.

import { join } from 'node:path';
import {
  fileAnswer,
  masterAnswer,
  notThere,
  openAnswer,
  playlistAnswer,
  segmentAnswer,
  latestThumbnailAnswer,
  thumbnailAnswer,
} from '../media/answers.ts';
import type { Recording } from '../media/recording.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { captionAnswer, subtitlesOf } from './captions.ts';
import { playbackRefusal } from './signing-keys.ts';
import { mediaOf } from './world.ts';
import type { Asset, PlaybackId, World } from './world.ts';

/** A live stream's playback id cannot rewind. */
const windowSeconds = 30;

const notActive = openAnswer(412, 'The live stream is not active.');

interface Found {
  asset: Asset;
  recording: Recording;
  isLiveStream: boolean;
}

/** Includes the last recording, so that viewers see the end. */
function assetOfLiveStream(world: World, playbackId: string): { asset?: Asset; policy: PlaybackId } | null {
  for (const stream of world.liveStreams.values()) {
    const policy = stream.playback_ids.find(({ id }) => id === playbackId);
    const asset = world.assets.get(stream.active_asset_id ?? stream.recent_asset_ids.at(-1) ?? '');
    if (policy) return { asset, policy };
  }
  return null;
}

function assetOf(world: World, playbackId: string): { asset: Asset; policy: PlaybackId } | null {
  for (const asset of world.assets.values()) {
    const policy = asset.playback_ids.find(({ id }) => id === playbackId);
    if (policy) return { asset, policy };
  }
  return null;
}

/** Looks up a playback id; returns an error response if there is nothing to play. */
function find(world: World, call: Call, audience: 'v' | 't' = 'v'): Found | Answer {
  const id = call.params.playbackId ?? '';
  const live = assetOfLiveStream(world, id);
  const found = live ?? assetOf(world, id);
  if (!found) return notThere;
  const refusal = playbackRefusal(world, found.policy, call.query.get('token'), audience);
  if (refusal !== null) return openAnswer(403, refusal);
  const recording = found.asset && mediaOf(world, found.asset);
  if (!found.asset || !recording?.picture)
    return live ? notActive : openAnswer(412, 'The asset is not ready.');
  return { asset: found.asset, recording, isLiveStream: live !== null };
}

/** An idle live stream is not played, except for the end of the broadcast being watched. */
function isOver({ asset, isLiveStream }: Found): boolean {
  return isLiveStream && !asset.is_live;
}

/** The token is added to all nested URLs. */
const query = ({ query: given }: Call): string => (given.size > 0 ? `?${given}` : '');

function rendition({ asset, recording, isLiveStream }: Found, call: Call): Answer {
  const prefix = `segments/${asset.id}/`;
  return playlistAnswer(recording, {
    prefix,
    suffix: query(call),
    windowSeconds: isLiveStream ? windowSeconds : undefined,
  });
}

function segment(world: World, call: Call): Answer {
  const found = find(world, call);
  if ('status' in found) return found;
  const { asset: assetId = '', file = '' } = call.params;
  const asset = world.assets.get(assetId);
  const recording = asset && mediaOf(world, asset);
  if (!recording || asset.live_stream_id !== found.asset.live_stream_id) return notThere;
  return segmentAnswer(recording, file);
}

function rendered(world: World, call: Call, ext: 'mp4' | 'm4a'): Answer {
  const found = find(world, call);
  if ('status' in found) return found;
  const file = found.asset.static_renditions?.files.find(({ name }) => name === `${call.params.name}.${ext}`);
  if (found.isLiveStream || file?.status !== 'ready') return notThere;
  return fileAnswer(call, join(found.recording.folder, file.name), ext === 'm4a' ? 'audio/mp4' : 'video/mp4');
}

/** Parameters of a signed image are claims of its token. */
function asksForLatest(world: World, call: Call): boolean {
  const token = call.query.get('token');
  if (token === null) return call.query.get('latest') === 'true';
  const claims = world.signingKeys.read(token);
  return typeof claims !== 'string' && claims.latest === 'true';
}

function thumbnail(world: World, call: Call): Answer | Promise<Answer> {
  const found = find(world, call, 't');
  if ('status' in found) return found;
  if (!asksForLatest(world, call)) return thumbnailAnswer(found.recording);
  const isActive = found.isLiveStream && !isOver(found);
  return isActive ? latestThumbnailAnswer(found.recording) : openAnswer(400, 'latest is for live streams.');
}

export function playbackRoutes(world: World): Routes {
  return {
    'GET /:playbackId.m3u8': (call) => {
      const found = find(world, call);
      if ('status' in found) return found;
      const media = `${call.params.playbackId}/rendition.m3u8${query(call)}`;
      if (isOver(found)) return notActive;
      const texts = subtitlesOf(found.asset, call.params.playbackId ?? '', query(call));
      return masterAnswer(found.recording, media, texts);
    },
    'GET /:playbackId/text/:track.m3u8': (call) => {
      const found = find(world, call);
      return 'status' in found ? found : captionAnswer(found.asset, call, true);
    },
    'GET /:playbackId/text/:track.vtt': (call) => {
      const found = find(world, call);
      return 'status' in found ? found : captionAnswer(found.asset, call, false);
    },
    'GET /:playbackId/rendition.m3u8': (call) => {
      const found = find(world, call);
      return 'status' in found ? found : rendition(found, call);
    },
    'GET /:playbackId/segments/:asset/:file': (call) => segment(world, call),
    'GET /:playbackId/thumbnail.jpg': (call) => thumbnail(world, call),
    'GET /:playbackId/:name.mp4': (call) => rendered(world, call, 'mp4'),
    'GET /:playbackId/:name.m4a': (call) => rendered(world, call, 'm4a'),
  };
}
