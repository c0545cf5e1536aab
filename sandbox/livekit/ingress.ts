// livekit.Ingress (LiveKit server API, ingress): the addresses at which phones publish.

import { flag, oneOf, text } from '../shared/check.ts';
import type { Fields } from '../shared/check.ts';
import type { Routes } from '../shared/http.ts';
import { alphanumeric } from '../shared/ids.ts';
import { method, refusal } from './twirp.ts';
import type { Ingress, World } from './world.ts';

export function ingressInfo(world: World, ingress: Ingress): object {
  const { phone, status, ...info } = ingress;
  return {
    ...info,
    url: `${world.url}/w`,
    inputType: 'WHIP_INPUT',
    reusable: true,
    state: {
      status,
      error: '',
      roomId: '',
      resourceId: phone?.resource ?? '',
      ...(phone?.picture && { video: { mimeType: 'video/H264', averageBitrate: 0, ...phone.picture } }),
    },
  };
}

function create(world: World, fields: Fields): object {
  if (fields.inputType !== 'WHIP_INPUT') throw refusal('invalid_argument', 'unsupported input type');
  if (!fields.participantIdentity)
    throw refusal('invalid_argument', 'invalid ingress: no participant identity');
  const ingress: Ingress = {
    ingressId: `IN_${alphanumeric(12)}`,
    name: String(fields.name ?? ''),
    streamKey: world.plant.take('streamKey', () => alphanumeric(12)),
    roomName: String(fields.roomName ?? ''),
    participantIdentity: String(fields.participantIdentity),
    participantName: String(fields.participantName ?? ''),
    enableTranscoding: fields.enableTranscoding === true,
    enabled: fields.enabled !== false,
    status: 'ENDPOINT_INACTIVE',
    phone: null,
  };
  world.ingresses.set(ingress.ingressId, ingress);
  return ingressInfo(world, ingress);
}

export function ingressRoutes(world: World): Routes {
  const find = ({ ingressId }: Fields): Ingress => {
    const found = world.ingresses.get(String(ingressId ?? ''));
    if (!found) throw refusal('not_found', 'ingress does not exist');
    return found;
  };
  const texts = { name: text(), roomName: text(), participantIdentity: text(), participantName: text() };
  const service = 'POST /twirp/livekit.Ingress';
  return {
    [`${service}/CreateIngress`]: method(
      {
        ...texts,
        inputType: oneOf('RTMP_INPUT', 'WHIP_INPUT', 'URL_INPUT'),
        enableTranscoding: flag,
        enabled: flag,
      },
      (fields) => create(world, fields),
    ),
    [`${service}/UpdateIngress`]: method({ ...texts, ingressId: text(), enabled: flag }, (fields) => {
      const ingress = find(fields);
      if (typeof fields.enabled === 'boolean') ingress.enabled = fields.enabled;
      if (fields.name) ingress.name = String(fields.name);
      return ingressInfo(world, ingress);
    }),
    // In no order that means anything.
    [`${service}/ListIngress`]: method({ roomName: text(), ingressId: text() }, (fields) => {
      const all = fields.ingressId ? [find(fields)] : [...world.ingresses.values()];
      const items = all.filter(({ roomName }) => !fields.roomName || roomName === fields.roomName);
      return { items: items.map((each) => ingressInfo(world, each)) };
    }),
    [`${service}/DeleteIngress`]: method({ ingressId: text() }, (fields) => {
      const ingress = find(fields);
      world.ingresses.delete(ingress.ingressId);
      ingress.phone?.close();
      return ingressInfo(world, { ...ingress, status: 'ENDPOINT_INACTIVE' });
    }),
  };
}
