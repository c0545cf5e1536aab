// "End stream" ends it for everybody, on every plan. "Stop this phone" and a cancelled invitation end the broadcast.

import { expect, test } from 'vitest';
import { encode } from '../media/support.ts';
import type { Stream } from '../worker/api/client.ts';
import { deploy } from './deployment.ts';
import type { Deployment } from './deployment.ts';
import { endOn, lengthsOf, orders, plans } from './ending.ts';
import type { OrderName, PlanName } from './ending.ts';

/** What is recorded is whole: Mux is not cut before Cloudflare. */
async function isWhole(deployment: Deployment, stream: Stream): Promise<void> {
  const lengths = await lengthsOf(deployment, stream);
  expect(Object.keys(lengths).sort()).toEqual([...stream.plan.recordedAt].sort());
  const [longest = 0, shortest = longest] = Object.values(lengths).sort((a, b) => b - a);
  expect(longest - shortest).toBeLessThan(2);
  for (const each of Object.values(lengths)) expect(each).toBeGreaterThan(1);
}

test.each(Object.keys(plans) as PlanName[])('a stream of the plan %s ends for everybody', async (plan) => {
  const deployment = await deploy();
  const { stream, said, encoder } = await endOn(plan, deployment);
  expect(Object.keys(said)).toEqual([encoder ? 'encoder' : 'phone', 'viewer', 'card']);
  await isWhole(deployment, stream);

  if (!encoder) return;
  const { body } = await deployment.ask(`/api/streams/${stream.id}/credentials`);
  const { rtmpUrl, streamKey } = body as unknown as { rtmpUrl: string; streamKey: string };
  expect(await encode(`${rtmpUrl}${streamKey}`, { seconds: 5 }).done).not.toBe(0);
});

const phones: [OrderName, PlanName][] = [
  ['stop', 'relay'],
  ['stop', 'cloudflare'],
  ['cancel', 'relay'],
  ['cancel', 'cloudflare'],
];
test.each(phones)('the order to %s ends the broadcast of a phone on the plan %s', async (order, plan) => {
  const deployment = await deploy();
  const { stream, said } = await endOn(plan, deployment, orders[order]);
  expect(Object.keys(said)).toEqual(['phone', 'viewer', 'card']);
  await isWhole(deployment, stream);
});
