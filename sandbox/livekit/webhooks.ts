// Webhooks (LiveKit documentation, webhooks): protobuf's JSON in camel case, signed by a token in `Authorization`.

import { alphanumeric } from '../shared/ids.ts';
import { unixSeconds } from '../shared/time.ts';
import { webhookToken } from './tokens.ts';
import type { World } from './world.ts';

export function notify(world: World, event: string, room: string, about: object): void {
  world.journal.write(room, event);
  if (!world.webhookUrl) return;
  const id = `EV_${alphanumeric(12)}`;
  // 64-bit numbers are texts.
  const body = JSON.stringify({ event, ...about, id, createdAt: String(unixSeconds()) });
  world.courier.send({
    to: world.webhookUrl,
    event,
    id,
    seal: () => ({
      body,
      contentType: 'application/webhook+json',
      signatureHeader: 'Authorization',
      signature: webhookToken(body, world.keys),
    }),
  });
}
