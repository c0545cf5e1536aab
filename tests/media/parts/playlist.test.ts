// Playlists of growing and finished recordings.

import { expect, it } from 'vitest';
import { durationOf, mediaPlaylist, parsePlaylist } from '../../../sandbox/media/playlist.ts';

const segments = Array.from({ length: 12 }, (_each, index) => ({
  file: `${String(index).padStart(5, '0')}.ts`,
  seconds: 2,
}));
const names = (text: string): string[] => parsePlaylist(text).segments.map(({ file }) => file);

it('a live input has a sliding window', () => {
  const text = mediaPlaylist({ segments, ended: false }, { prefix: '', windowSeconds: 7 });
  expect(names(text)).toEqual(['00008.ts', '00009.ts', '00010.ts', '00011.ts']);
  expect(text).toContain('#EXT-X-MEDIA-SEQUENCE:8\n');
  expect(text).not.toContain('PLAYLIST-TYPE');
  expect(text).not.toContain('ENDLIST');
});

it('a window never contains fewer than three segments', () => {
  expect(names(mediaPlaylist({ segments, ended: false }, { prefix: '', windowSeconds: 1 }))).toHaveLength(3);
});

it('a growing recording is an event playlist from the beginning', () => {
  const text = mediaPlaylist({ segments, ended: false }, { prefix: '../a/', suffix: '?token=t' });
  expect(text).toContain('#EXT-X-PLAYLIST-TYPE:EVENT');
  expect(names(text)[0]).toBe('../a/00000.ts?token=t');
  expect(names(text)).toHaveLength(12);
});

it('a finished recording is complete and says so', () => {
  const text = mediaPlaylist({ segments, ended: true }, { prefix: '', windowSeconds: 7 });
  expect(text).toMatch(/PLAYLIST-TYPE:VOD[^]*#EXT-X-ENDLIST\n$/);
  expect(durationOf(parsePlaylist(text))).toBe(24);
});
