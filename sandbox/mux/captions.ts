// Captions that Mux makes of an asset's sound (Mux documentation, add auto-generated captions). What a second request for
// the same language gets is not documented; here it is refused unless the first one failed.

import { captionsPlaylist, languageName, textAnswer, vttOf } from '../shared/captions.ts';
import { listOf, object, oneOf, text } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { muxId } from '../shared/ids.ts';
import { notThere } from '../media/answers.ts';
import { checkedBody, invalid, notFound } from './errors.ts';
import { emit } from './events.ts';
import { assetOf } from './lookup.ts';
import type { Asset, World } from './world.ts';

const languages = 'en es it pt de fr pl ru nl ca tr sv uk no fi sk el cs hr da ro bg auto'.split(' ');
const fields = object(
  {
    generated_subtitles: listOf(
      object({ language_code: oneOf(...languages), name: text(), passthrough: text(255) }),
      1,
    ),
  },
  { required: ['generated_subtitles'] },
);

interface TextTrack extends Record<string, unknown> {
  id: string;
  type: 'text';
  language_code: string;
  name: string;
  status: 'preparing' | 'ready' | 'errored';
}

const textTracks = ({ tracks = [] }: Asset): TextTrack[] =>
  tracks.filter((track): track is TextTrack => track.type === 'text');

function tell(world: World, asset: Asset, track: TextTrack, event: string): void {
  const object = { type: 'track', id: track.id };
  const data = { ...track, asset_id: asset.id };
  const subject = asset.live_stream_id ?? asset.id;
  emit(world, { type: `video.asset.track.${event}`, object, data, subject });
}

function generate(world: World, call: Call): Answer {
  const asset = assetOf(world, call);
  const { generated_subtitles } = checkedBody(call, fields) as {
    generated_subtitles: { language_code?: string; name?: string; passthrough?: string }[];
  };
  const [wanted = {}] = generated_subtitles;
  if (asset.status !== 'ready' || asset.is_live) throw invalid('Asset must be ready to generate subtitles');
  if (!asset.tracks?.some(({ id, type }) => id === call.params.track && type === 'audio')) throw notFound();
  const language = wanted.language_code ?? 'en';
  const before = textTracks(asset).find(({ language_code: code }) => code === language);
  if (before && before.status !== 'errored') throw invalid('Subtitles exist in this language');
  const track: TextTrack = {
    id: muxId(),
    type: 'text',
    text_type: 'subtitles',
    text_source: 'generated_vod',
    language_code: language,
    name: wanted.name ?? languageName(language),
    passthrough: wanted.passthrough,
    status: 'preparing',
  };
  asset.tracks = [...asset.tracks.filter((each) => each !== before), track];
  const body = { data: [structuredClone(track)] };
  tell(world, asset, track, 'created');
  setImmediate(() => {
    track.status = 'ready';
    tell(world, asset, track, 'ready');
  });
  return { status: 201, body };
}

/** The tracks for the asset's playlist. */
export const subtitlesOf = (asset: Asset, playbackId: string, query: string) =>
  textTracks(asset)
    .filter(({ status }) => status === 'ready')
    .map(({ id, language_code: language, name }) => ({
      language,
      name,
      playlist: `${playbackId}/text/${id}.m3u8${query}`,
    }));

export function captionRoutes(world: World): Routes {
  return {
    'POST /video/v1/assets/:id/tracks/:track/generate-subtitles': (call) => generate(world, call),
  };
}

/** The files of a track, for anyone who may play the asset. */
export function captionAnswer(asset: Asset, call: Call, isPlaylist: boolean): Answer {
  const track = textTracks(asset).find(({ id, status }) => id === call.params.track && status === 'ready');
  if (!track) return notThere;
  const { language_code: language, name } = track;
  const seconds = asset.duration ?? 0;
  const file = `${track.id}.vtt${call.query.size > 0 ? `?${call.query}` : ''}`;
  return isPlaylist
    ? textAnswer('application/vnd.apple.mpegurl', captionsPlaylist(file, seconds))
    : textAnswer('text/vtt', vttOf({ language, name, state: 'ready' }, seconds));
}
