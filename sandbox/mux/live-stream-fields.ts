// The fields for creating and updating a live stream (Mux API reference, create and update a live stream). The
// documentation does not say how Mux treats unknown parameters; here they are refused.

import { anyObject, flag, integer, listOf, object, oneOf, text, url } from '../shared/check.ts';
import type { Check } from '../shared/check.ts';

const policy = oneOf('public', 'signed', 'drm');
const advancedPolicy = object({ policy, drm_configuration_id: text() }, { required: ['policy'] });
const passthrough = text(255);
const latencyMode = oneOf('standard', 'reduced', 'low');
// 60 is often quoted as the lower bound but not documented; 12 hours is the documented cap.
const continuousDuration = integer(60, 43200);
const reconnectWindow = integer(0, 1800);
const meta = object({ title: text(512) });
const assetMeta = object({ title: text(512), creator_id: text(128), external_id: text(128) });
const masterAccess = oneOf('none', 'temporary');
const mp4Support = oneOf('none', 'standard', 'capped-1080p', 'audio-only', 'audio-only,capped-1080p');
export const resolution = oneOf(
  'highest',
  'audio-only',
  '2160p',
  '1440p',
  '1080p',
  '720p',
  '540p',
  '480p',
  '360p',
  '270p',
);
// Live recordings support only these two.
const videoQuality = oneOf('plus', 'premium');

export const maxSimulcastTargets = 6;

export const simulcastTargetFields: Check = object(
  { url: url('rtmp', 'rtmps', 'srt'), stream_key: text(), passthrough },
  { required: ['url'] },
);

export const newAssetShape = {
  playback_policies: listOf(policy),
  playback_policy: listOf(policy),
  advanced_playback_policies: listOf(advancedPolicy),
  passthrough,
  meta: assetMeta,
  static_renditions: listOf(object({ resolution, passthrough }, { required: ['resolution'] })),
  master_access: masterAccess,
  mp4_support: mp4Support,
  max_resolution_tier: oneOf('1080p', '1440p', '2160p'),
  video_quality: videoQuality,
  generated_subtitles: listOf(anyObject),
  test: flag,
};
const newAssetFields: Check = object(newAssetShape);

const newAssetSettings: Check = (value, name) => {
  const wrong = newAssetFields(value, name);
  if (wrong.length > 0) return wrong;
  const { static_renditions: renditions, mp4_support: mp4 } = value as Record<string, unknown>;
  const both = renditions !== undefined && mp4 !== undefined && mp4 !== 'none';
  return both ? [`${name}.static_renditions cannot be used with mp4_support`] : [];
};

export const createFields: Check = object({
  playback_policies: listOf(policy),
  playback_policy: listOf(policy),
  advanced_playback_policies: listOf(advancedPolicy),
  new_asset_settings: newAssetSettings,
  latency_mode: latencyMode,
  low_latency: flag,
  reduced_latency: flag,
  reconnect_window: reconnectWindow,
  use_slate_for_standard_latency: flag,
  reconnect_slate_url: url('http', 'https'),
  max_continuous_duration: continuousDuration,
  passthrough,
  meta,
  audio_only: flag,
  simulcast_targets: listOf(simulcastTargetFields, maxSimulcastTargets),
  embedded_subtitles: listOf(anyObject),
  generated_subtitles: listOf(anyObject),
  test: flag,
});

/** The playback policies of future recordings cannot be changed. */
export const updateFields: Check = object({
  latency_mode: latencyMode,
  max_continuous_duration: continuousDuration,
  meta,
  passthrough,
  reconnect_window: reconnectWindow,
  reconnect_slate_url: url('http', 'https'),
  use_slate_for_standard_latency: flag,
  new_asset_settings: object({
    master_access: masterAccess,
    mp4_support: mp4Support,
    video_quality: videoQuality,
    meta: assetMeta,
  }),
});

export const playbackIdFields: Check = object(
  { policy, drm_configuration_id: text() },
  { required: ['policy'] },
);
