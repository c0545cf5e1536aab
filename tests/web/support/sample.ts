// A few seconds of HLS made by ffmpeg for players, and a picture for the fake camera.

import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Site } from './site.ts';

const run = promisify(execFile);
const picture = (size: string) =>
  `gradients=s=${size}:r=30:speed=0.02:c0=#30210f:c1=#b0762f:c2=#283c50:c3=#10141b:n=4`;

let made: Promise<Map<string, Buffer>> | undefined;

async function make(): Promise<Map<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'whip-mux-hls-'));
  const sources = [
    '-f',
    'lavfi',
    '-i',
    picture('640x360'),
    '-f',
    'lavfi',
    '-i',
    'sine=frequency=330:sample_rate=48000',
  ];
  const codecs = '-c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 60 -c:a aac'.split(' ');
  const output = ['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', 'video.m3u8'];
  await run('ffmpeg', ['-v', 'error', ...sources, '-t', '8', ...codecs, ...output], { cwd: folder });
  const names = await readdir(folder);
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
}

/** Serves it as `/sample/video.m3u8`. */
export async function putSample(site: Site): Promise<string> {
  made ??= make();
  for (const [name, content] of await made) site.put(`/sample/${name}`, content);
  return `${site.origin}/sample/video.m3u8`;
}

const captionsIn = (language: string, name: string, standard: boolean) =>
  `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="text",NAME="${name}",LANGUAGE="${language}",` +
  `DEFAULT=${standard ? 'YES' : 'NO'},AUTOSELECT=YES,URI="${language}.m3u8"`;

/** The same with captions, as `/sample/master.m3u8`. Each caption names its language. */
export async function putCaptionedSample(site: Site, languages: Record<string, string>): Promise<string> {
  await putSample(site);
  const all = Object.entries(languages);
  for (const [language, name] of all) {
    const list = `#EXTM3U\n#EXT-X-TARGETDURATION:8\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXTINF:8,\n${language}.vtt\n#EXT-X-ENDLIST\n`;
    const text = `WEBVTT\n\n00:00.000 --> 00:08.000\n${name}: good evening, and welcome.\n`;
    site.put(`/sample/${language}.m3u8`, Buffer.from(list));
    site.put(`/sample/${language}.vtt`, Buffer.from(text));
  }
  const media = all.map(([language, name], index) => captionsIn(language, name, index === 0));
  const variant = '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,SUBTITLES="text"\nvideo.m3u8\n';
  site.put('/sample/master.m3u8', Buffer.from(['#EXTM3U', ...media, variant].join('\n')));
  return `${site.origin}/sample/master.m3u8`;
}

/** A file for Chromium's fake camera. */
export async function cameraFile(size: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whip-mux-camera-'));
  const file = join(folder, 'camera.y4m');
  const few = ['-r', '10', '-t', '2', '-pix_fmt', 'yuv420p'];
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', picture(size), ...few, file]);
  return file;
}
