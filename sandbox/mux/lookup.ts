// Looks up the objects in a path. A missing one gets Mux's error (Mux API reference, errors).

import type { Call } from '../shared/http.ts';
import { invalid, notFound } from './errors.ts';
import type { Asset, LiveStream, World } from './world.ts';

/** Mux checks the format of an id before it looks for the object. */
export function parseId(id: string | undefined): string {
  if (!id || !/^[0-9A-Za-z]{30,64}$/.test(id)) throw invalid('Failed to parse ID');
  return id;
}

export function liveStreamOf(world: World, call: Call): LiveStream {
  const stream = world.liveStreams.get(parseId(call.params.id));
  if (!stream) throw notFound();
  return stream;
}

export function assetOf(world: World, call: Call): Asset {
  const asset = world.assets.get(parseId(call.params.id));
  if (!asset) throw notFound();
  return asset;
}
