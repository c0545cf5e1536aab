// The SDP that WHIP and WHEP require clients to read and write (RFC 8840, RFC 9725).

const linesOf = (sdp: string): string[] => sdp.split(/\r?\n/).filter((line) => line !== '');
const textOf = (lines: readonly string[]): string => lines.join('\r\n') + '\r\n';

/** The session-level lines, then the lines of each media section. */
function sectionsOf(sdp: string): [session: string[], ...media: string[][]] {
  const sections: [string[], ...string[][]] = [[]];
  for (const line of linesOf(sdp)) {
    if (line.startsWith('m=')) sections.push([]);
    sections[sections.length - 1]?.push(line);
  }
  return sections;
}

const valueIn = (lines: readonly string[], attribute: string): string | undefined =>
  lines.find((line) => line.startsWith(`a=${attribute}:`))?.slice(attribute.length + 3);

/** Removes an RTP header extension. */
export function withoutExtension(sdp: string, uri: string): string {
  return textOf(linesOf(sdp).filter((line) => !(line.startsWith('a=extmap:') && line.includes(` ${uri}`))));
}

export type MediaKind = 'audio' | 'video';

/** The media kinds that an answer rejects: port 0, inactive, or a direction other than the expected ones. */
export function refusedMedia(answer: string, willing: readonly ('recvonly' | 'sendonly')[]): MediaKind[] {
  const [session, ...media] = sectionsOf(answer);
  const directions = ['sendrecv', 'inactive', 'sendonly', 'recvonly'];
  const directionIn = (lines: readonly string[]) =>
    directions.find((direction) => lines.includes(`a=${direction}`));
  return media
    .filter((lines) => {
      const direction = directionIn(lines) ?? directionIn(session) ?? 'sendrecv';
      const refused = /^m=\w+ 0 /.test(lines[0] ?? '') && !lines.includes('a=bundle-only');
      return refused || !(direction === 'sendrecv' || (willing as readonly string[]).includes(direction));
    })
    .map((lines) => (lines[0] ?? '').slice(2).split(' ')[0])
    .filter((kind): kind is MediaKind => kind === 'audio' || kind === 'video');
}

/** An `application/trickle-ice-sdpfrag` body for PATCH: the first section's credentials and new candidates. */
export function iceFragment(local: string, candidates: readonly string[], complete: boolean): string {
  const [session, first = []] = sectionsOf(local);
  const attribute = (name: string) => {
    const value = valueIn(first, name) ?? valueIn(session, name);
    return value === undefined ? [] : [`a=${name}:${value}`];
  };
  const bundle = valueIn(session, 'group');
  return textOf([
    ...(bundle === undefined ? [] : [`a=group:${bundle}`]),
    ...attribute('ice-options'),
    (first[0] ?? '').replace(/^(m=\w+) \d+/, '$1 9'),
    ...attribute('mid'),
    ...attribute('ice-ufrag'),
    ...attribute('ice-pwd'),
    ...candidates.map((candidate) => `a=${candidate}`),
    ...(complete ? ['a=end-of-candidates'] : []),
  ]);
}

/** The answer after an ICE restart: the previous one with the server's new credentials and candidates. */
export function withIceOf(fragment: string, answer: string): string | undefined {
  const lines = linesOf(fragment);
  const ufrag = valueIn(lines, 'ice-ufrag');
  const password = valueIn(lines, 'ice-pwd');
  if (ufrag === undefined || password === undefined) return undefined;
  const stale = /^a=(ice-ufrag|ice-pwd|candidate|end-of-candidates)\b/;
  const [session, ...media] = sectionsOf(answer).map((each) => each.filter((line) => !stale.test(line)));
  const fresh = lines.filter((line) => /^a=(candidate:|end-of-candidates)/.test(line));
  return textOf([
    ...(session ?? []),
    ...media.flatMap((section, index) => [
      ...section,
      `a=ice-ufrag:${ufrag}`,
      `a=ice-pwd:${password}`,
      ...(index === 0 ? fresh : []),
    ]),
  ]);
}
