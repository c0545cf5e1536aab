// Captions that Cloudflare makes by speech recognition (Cloudflare API reference, Stream captions; Stream documentation,
// "Add captions"). There is no webhook. What a second request for the same language gets is not documented; here it is
// refused unless the first one failed.

import { captionsPlaylist, languageName, textAnswer, vttOf } from '../shared/captions.ts';
import type { MadeCaptions } from '../shared/captions.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { badRequest, notFound, success } from './envelope.ts';
import { videoOf } from './lookup.ts';
import { admittedUid } from './signing-keys.ts';
import type { Video, World } from './world.ts';

const languages = ['cs', 'de', 'en', 'es', 'fr', 'it', 'ja', 'ko', 'nl', 'pl', 'pt', 'ru'];
const words = { making: 'inprogress', ready: 'ready', failed: 'error' } as const;

const view = ({ language, name, state }: MadeCaptions): object => ({
  language,
  label: name,
  generated: true,
  status: words[state],
});

function captionsOf(video: Video, call: Call): MadeCaptions {
  const found = video.captions?.find(({ language }) => language === call.params.language);
  if (!found) throw notFound();
  return found;
}

/** A scripted recording counts as one with sound. */
const hasSound = (world: World, { uid }: Video): boolean =>
  (world.media?.recordings.get(uid)?.picture?.audioChannels ?? 1) > 0;

function generate(world: World, call: Call): Answer {
  const video = videoOf(world, call);
  const language = call.params.language ?? '';
  if (!languages.includes(language)) throw badRequest(`captions cannot be generated in ${language}`);
  if (video.state !== 'ready') throw badRequest('the video is not ready');
  const before = video.captions?.find((each) => each.language === language);
  if (before && before.state !== 'failed') throw badRequest('captions exist in this language');
  const made: MadeCaptions = { language, name: languageName(language), state: 'making' };
  video.captions = [...(video.captions ?? []).filter((each) => each !== before), made];
  const answer = success(view(made));
  setImmediate(() => {
    made.state = hasSound(world, video) ? 'ready' : 'failed';
  });
  return answer;
}

/** The tracks for the video's playlist. */
export const subtitlesOf = (video: Video | undefined, query: string) =>
  (video?.captions ?? [])
    .filter(({ state }) => state === 'ready')
    .map(({ language, name }) => ({ language, name, playlist: `captions-${language}.m3u8${query}` }));

export function captionRoutes(world: World, base: string): Routes {
  const path = `${base}/:uid/captions`;
  return {
    [`GET ${path}`]: (call) => success((videoOf(world, call).captions ?? []).map(view)),
    [`GET ${path}/:language`]: (call) => success(view(captionsOf(videoOf(world, call), call))),
    [`POST ${path}/:language/generate`]: (call) => generate(world, call),
    [`DELETE ${path}/:language`]: (call) => {
      const video = videoOf(world, call);
      const gone = captionsOf(video, call);
      video.captions = video.captions?.filter((each) => each !== gone);
      return success('');
    },
  };
}

export function captionFileRoutes(world: World): Routes {
  const found = (call: Call): { video: Video; captions: MadeCaptions } | undefined => {
    const uid = admittedUid(world, call.params.uid ?? '');
    const video = world.videos.get(uid ?? '');
    const captions = video?.captions?.find(
      ({ language, state }) => language === call.params.language && state === 'ready',
    );
    return video && captions && { video, captions };
  };
  return {
    'GET /:uid/manifest/captions-:language.m3u8': (call) => {
      const at = found(call);
      const file = `captions-${call.params.language}.vtt${call.query.size > 0 ? `?${call.query}` : ''}`;
      return at
        ? textAnswer('application/vnd.apple.mpegurl', captionsPlaylist(file, at.video.duration))
        : notFound().answer;
    },
    'GET /:uid/manifest/captions-:language.vtt': (call) => {
      const at = found(call);
      return at ? textAnswer('text/vtt', vttOf(at.captions, at.video.duration)) : notFound().answer;
    },
  };
}
