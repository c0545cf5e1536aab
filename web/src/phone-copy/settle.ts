// Decides, once and before anything is uploaded, whether pieces of a copy are joined. Whatever goes wrong leaves the
// pieces as they are, and so does a browser that is killed: the index always names files that are complete.

import { newKey } from '../api.ts';
import type { Copy, Piece } from './copy.ts';
import { leastSpace } from './recorder.ts';
import { freeSpace } from './shelf.ts';
import type { Shelf } from './shelf.ts';

type Joiner = typeof import('./join.ts');

/** Without a network, the library cannot be loaded and nothing can be uploaded. */
function online(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      removeEventListener('online', go);
      signal.removeEventListener('abort', go);
      resolve();
    };
    addEventListener('online', go);
    signal.addEventListener('abort', go);
    if (navigator.onLine || signal.aborted) go();
  });
}

/** Loads the library. The page can do without it, so it is not loaded again if that fails. */
async function load(): Promise<Joiner> {
  const { dataset } = document.documentElement;
  dataset['optional'] = 'join';
  try {
    return await import('./join.ts');
  } finally {
    delete dataset['optional'];
  }
}

/** Groups neighbours that fit. */
async function groupsOf(joiner: Joiner, shelf: Shelf, pieces: Piece[]): Promise<Piece[][]> {
  const groups: Piece[][] = [];
  let before: string | undefined;
  for (const piece of pieces) {
    const encoding = await joiner.encodingOf(shelf, piece).catch(() => undefined);
    if (encoding !== undefined && encoding === before) groups[groups.length - 1]?.push(piece);
    else groups.push([piece]);
    before = encoding;
  }
  return groups;
}

/** Removes files that are no pieces. */
async function sweep(shelf: Shelf, copy: Copy): Promise<void> {
  for (const stored of copy.unneeded ?? []) await shelf.empty(stored);
  delete copy.unneeded;
  await shelf.keep(copy);
}

/** Replaces neighbours by one file. */
async function replace(joiner: Joiner, shelf: Shelf, copy: Copy, group: Piece[], signal: AbortSignal) {
  const [first] = group;
  if (!first) return;
  const sum = (of: (piece: Piece) => number) => group.reduce((total, piece) => total + of(piece), 0);
  const free = await freeSpace();
  if (free !== undefined && free < sum(({ bytes }) => bytes) + leastSpace) return;
  const name = newKey();
  const joined = { ...first, name, place: await shelf.begin(name), key: newKey(), bytes: 0 };
  joined.seconds = sum(({ seconds }) => seconds);
  copy.unneeded = [joined];
  await shelf.keep(copy);
  try {
    await joiner.join(shelf, group, async (bytes) => {
      if (signal.aborted) throw new Error('aborted');
      joined.bytes += bytes.byteLength;
      await shelf.append(joined, bytes);
    });
    await shelf.close(joined);
    if ((await shelf.size(joined)) !== joined.bytes) throw new Error('the joined file is incomplete');
    const at = copy.pieces.indexOf(first);
    const pieces = [...copy.pieces.slice(0, at), joined, ...copy.pieces.slice(at + group.length)];
    await shelf.keep({ ...copy, pieces, unneeded: group });
    // Only now is the joined file the piece, and may the others go.
    Object.assign(copy, { pieces, unneeded: group });
  } finally {
    await shelf.close(joined);
    await sweep(shelf, copy);
  }
}

async function joinAll(shelf: Shelf, copy: Copy, signal: AbortSignal): Promise<void> {
  await online(signal);
  if (signal.aborted) return;
  const joiner = await load();
  for (const group of await groupsOf(joiner, shelf, copy.pieces))
    if (group.length > 1) await replace(joiner, shelf, copy, group, signal);
}

/** Joins the pieces that fit, if that has not been decided yet. */
export async function settle(shelf: Shelf, copy: Copy, signal: AbortSignal): Promise<void> {
  if (copy.unneeded) await sweep(shelf, copy).catch(() => undefined);
  if (copy.settled || copy.pieces.length < 2) return;
  const begun = copy.pieces.some(({ address, safe }) => address !== undefined || safe === true);
  // What fails is uploaded as parts.
  if (!begun) await joinAll(shelf, copy, signal).catch(() => undefined);
  if (signal.aborted) return;
  copy.settled = true;
  await shelf.keep(copy);
}
