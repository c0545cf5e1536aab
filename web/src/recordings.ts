// The recordings that play, and the addresses to try for one of them.

import type { Broadcast, Recording, Rung } from './api-schema.ts';

/** The recordings of a broadcast that play, in the order in which to try them. */
export const playable = ({ recordings }: Broadcast): Recording[] =>
  recordings.filter(({ state, playbackUrl }) => state === 'ready' && playbackUrl !== null);

/** The MP4 of the first one that viewers may download. */
export const downloadOf = (recordings: readonly (Recording | null)[]): string | undefined =>
  recordings.find((each) => each?.downloadUrl)?.downloadUrl ?? undefined;

/** The addresses of a broadcast's recordings, and last the provider's player. */
export function ladderOf(broadcast: Broadcast): Rung[] {
  const all = playable(broadcast);
  const rungs = (kind: Rung['kind'], url: (recording: Recording) => string | null): Rung[] =>
    all.flatMap((each) => {
      const address = url(each);
      return address === null ? [] : [{ kind, source: each.source, url: address }];
    });
  return [...rungs('recording', (each) => each.playbackUrl), ...rungs('iframe', (each) => each.iframeUrl)];
}
