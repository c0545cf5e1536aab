// A part of an asset as an asset of its own (Mux documentation, create clips from your videos). The input names the asset
// and two times in seconds, of which the end may be left out. What Mux answers to times that make no sense is not
// documented; here they are refused.

import { join } from 'node:path';
import { invalid } from './errors.ts';
import { mediaOf } from './world.ts';
import type { Asset, World } from './world.ts';

const shortestSeconds = 0.5;

export interface ClipInput {
  url: string;
  start_time?: number;
  end_time?: number;
}

export interface Clip {
  source: Asset;
  from: number;
  to: number;
}

/** Null for an input that is no asset. */
export function clipOf(world: World, input: ClipInput): Clip | null {
  const [, id] = /^mux:\/\/assets\/(\w+)$/.exec(input.url) ?? [];
  if (id === undefined) {
    if (input.start_time !== undefined || input.end_time !== undefined)
      throw invalid('start_time and end_time need an input of the form mux://assets/{asset_id}');
    return null;
  }
  const source = world.assets.get(id);
  if (!source) throw invalid('The asset to clip does not exist');
  if (source.status !== 'ready' || source.is_live) throw invalid('The asset to clip is not ready');
  const whole = source.duration ?? 0;
  const from = input.start_time ?? 0;
  const to = input.end_time ?? whole;
  if (to > whole) throw invalid('end_time is after the end of the asset');
  if (to - from < shortestSeconds) throw invalid('The clip must have at least 500 milliseconds');
  return { source, from, to };
}

/** The duration of the clip in seconds; undefined if its media cannot be used. */
export async function cut(
  world: World,
  asset: Asset,
  { source, from, to }: Clip,
): Promise<number | undefined> {
  const original = mediaOf(world, source);
  if (!world.media || !original) return to - from;
  const made = await original.clip(join(world.media.folder, asset.id), { from, to }).catch(() => null);
  if (made) world.media.recordings.set(asset.id, made.recording);
  return made?.recorded.durationSeconds;
}
