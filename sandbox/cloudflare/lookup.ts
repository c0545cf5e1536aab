// Looks up the objects in a path. A missing one is a 404 with code 10003.

import type { Call } from '../shared/http.ts';
import { notFound } from './envelope.ts';
import type { LiveInput, Output, Video, World } from './world.ts';

export function liveInputOf(world: World, call: Call): LiveInput {
  const input = world.liveInputs.get(call.params.uid ?? '');
  if (!input) throw notFound();
  return input;
}

export function outputOf(input: LiveInput, call: Call): Output {
  const output = input.outputs.get(call.params.outputUid ?? '');
  if (!output) throw notFound();
  return output;
}

export function videoOf(world: World, call: Call): Video {
  const video = world.videos.get(call.params.uid ?? '');
  if (!video) throw notFound();
  return video;
}
