// /stream/live_inputs/{uid}/outputs: a live input's outputs (Cloudflare API reference, Stream outputs). They can be
// added, switched and removed while the input is live.

import { flag, object, text, url } from '../shared/check.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { hexId } from '../shared/ids.ts';
import { badRequest, decodedBody, success } from './envelope.ts';
import { startOutput, stopOutput } from './ingest.ts';
import { liveInputOf, outputOf } from './lookup.ts';
import type { Output, World } from './world.ts';

const maxOutputs = 50;

const createFields = object(
  { url: url('rtmp', 'rtmps', 'srt'), streamKey: text(), enabled: flag },
  { required: ['url', 'streamKey'], open: true },
);
const updateFields = object({ enabled: flag }, { required: ['enabled'], open: true });

async function create(world: World, call: Call): Promise<Answer> {
  const input = liveInputOf(world, call);
  const body = decodedBody(call, createFields);
  if (input.outputs.size >= maxOutputs) throw badRequest(`a live input has at most ${maxOutputs} outputs`);
  const output: Output = {
    uid: hexId(),
    url: String(body.url),
    streamKey: String(body.streamKey),
    enabled: body.enabled !== false,
  };
  input.outputs.set(output.uid, output);
  await startOutput(world, input, output);
  return success(output);
}

/** Only `enabled` can change; other fields are ignored. */
async function update(world: World, call: Call): Promise<Answer> {
  const input = liveInputOf(world, call);
  const output = outputOf(input, call);
  output.enabled = decodedBody(call, updateFields).enabled === true;
  await (output.enabled ? startOutput(world, input, output) : stopOutput(world, input, output));
  return success(output);
}

async function remove(world: World, call: Call): Promise<Answer> {
  const input = liveInputOf(world, call);
  const output = outputOf(input, call);
  input.outputs.delete(output.uid);
  await stopOutput(world, input, output);
  return success('');
}

export function outputRoutes(world: World, base: string): Routes {
  const path = `${base}/live_inputs/:uid/outputs`;
  return {
    [`POST ${path}`]: (call) => create(world, call),
    [`GET ${path}`]: (call) => success([...liveInputOf(world, call).outputs.values()]),
    [`PUT ${path}/:outputUid`]: (call) => update(world, call),
    [`DELETE ${path}/:outputUid`]: (call) => remove(world, call),
  };
}
