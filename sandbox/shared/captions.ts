// Captions that the stand-ins make on request. Nobody listens: the text says which recording and language it is for.

import type { Answer } from './http.ts';

/** What both stand-ins keep of the captions of one language. */
export interface MadeCaptions {
  language: string;
  /** For people: the language's name. */
  name: string;
  state: 'making' | 'ready' | 'failed';
}

/** The name of a language in itself. */
export function languageName(language: string): string {
  const name = new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1);
}

const clock = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(11, 23);

export function vttOf({ name }: MadeCaptions, durationSeconds: number): string {
  return `WEBVTT\n\n${clock(0)} --> ${clock(Math.max(1, durationSeconds))}\nCaptions: ${name}\n`;
}

/** The playlist of one WebVTT file. */
export function captionsPlaylist(file: string, durationSeconds: number): string {
  const seconds = Math.max(1, durationSeconds);
  return [
    '#EXTM3U',
    `#EXT-X-TARGETDURATION:${Math.ceil(seconds)}`,
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXTINF:${seconds.toFixed(3)},`,
    file,
    '#EXT-X-ENDLIST',
    '',
  ].join('\n');
}

export function textAnswer(type: string, body: string): Answer {
  return { status: 200, headers: { 'access-control-allow-origin': '*', 'content-type': type }, body };
}
