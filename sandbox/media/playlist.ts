// HLS playlists (RFC 8216): reads the one that ffmpeg writes, and produces the ones that viewers get.

export interface Segment {
  file: string;
  seconds: number;
}

export interface Playlist {
  segments: Segment[];
  /** Whether the recording is over. */
  ended: boolean;
}

export function parsePlaylist(text: string): Playlist {
  const segments: Segment[] = [];
  let seconds = 0;
  for (const line of text.split('\n')) {
    if (line.startsWith('#EXTINF:')) seconds = Number.parseFloat(line.slice('#EXTINF:'.length));
    else if (line !== '' && !line.startsWith('#')) segments.push({ file: line.trim(), seconds });
  }
  return { segments, ended: text.includes('#EXT-X-ENDLIST') };
}

export function durationOf({ segments }: Playlist): number {
  return segments.reduce((sum, { seconds }) => sum + seconds, 0);
}

export interface Shown {
  /** The prefix of segment names. */
  prefix: string;
  /** The suffix of segment names, such as a query. */
  suffix?: string;
  /** How much of a running broadcast to show; everything if omitted. */
  windowSeconds?: number;
}

/** The segments of the last seconds, at least three. */
function lastOf(segments: Segment[], seconds: number): Segment[] {
  let first = segments.length;
  for (let sum = 0; first > 0 && (sum < seconds || segments.length - first < 3); first -= 1) {
    sum += segments[first - 1]?.seconds ?? 0;
  }
  return segments.slice(first);
}

export function mediaPlaylist({ segments, ended }: Playlist, shown: Shown): string {
  const sliding = shown.windowSeconds !== undefined && !ended;
  const visible = sliding ? lastOf(segments, shown.windowSeconds ?? 0) : segments;
  const longest = Math.ceil(Math.max(1, ...segments.map(({ seconds }) => seconds)));
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:3',
    `#EXT-X-TARGETDURATION:${longest}`,
    `#EXT-X-MEDIA-SEQUENCE:${segments.length - visible.length}`,
    ...(sliding ? [] : [`#EXT-X-PLAYLIST-TYPE:${ended ? 'VOD' : 'EVENT'}`]),
    '#EXT-X-INDEPENDENT-SEGMENTS',
    ...visible.flatMap(({ file, seconds }) => [
      `#EXTINF:${seconds.toFixed(6)},`,
      `${shown.prefix}${file}${shown.suffix ?? ''}`,
    ]),
    ...(ended ? ['#EXT-X-ENDLIST'] : []),
    '',
  ].join('\n');
}

export interface Subtitles {
  name: string;
  language: string;
  playlist: string;
}

/** One rendition, because nothing is transcoded. */
export function masterPlaylist(
  media: string,
  { width, height }: { width: number; height: number },
  subtitles: Subtitles[] = [],
): string {
  const resolution = width > 0 ? `,RESOLUTION=${width}x${height}` : '';
  const group = subtitles.length > 0 ? ',SUBTITLES="subs"' : '';
  const tracks = subtitles.map(
    ({ name, language, playlist }) =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="${name}",LANGUAGE="${language}",URI="${playlist}"\n`,
  );
  return `#EXTM3U\n#EXT-X-VERSION:3\n${tracks.join('')}#EXT-X-STREAM-INF:BANDWIDTH=3000000${resolution}${group}\n${media}\n`;
}
