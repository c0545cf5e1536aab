// "End stream" ends it for everybody, on every plan.

import { expect, test } from 'vitest';
import { encode } from '../media/support.ts';
import { deploy } from './deployment.ts';
import { endOn, lengthsOf, plans } from './ending.ts';
import type { PlanName } from './ending.ts';

test.each(Object.keys(plans) as PlanName[])('a stream of the plan %s ends for everybody', async (plan) => {
  const deployment = await deploy();
  const { stream, said, encoder } = await endOn(plan, deployment);
  expect(Object.keys(said)).toEqual([encoder ? 'encoder' : 'phone', 'viewer', 'card']);

  // What is recorded is whole: Mux is not cut before Cloudflare.
  const lengths = await lengthsOf(deployment, stream);
  expect(Object.keys(lengths).sort()).toEqual([...stream.plan.recordedAt].sort());
  const [longest = 0, shortest = longest] = Object.values(lengths).sort((a, b) => b - a);
  expect(longest - shortest).toBeLessThan(2);
  for (const each of Object.values(lengths)) expect(each).toBeGreaterThan(1);

  if (!encoder) return;
  const { body } = await deployment.ask(`/api/streams/${stream.id}/credentials`);
  const { rtmpUrl, streamKey } = body as unknown as { rtmpUrl: string; streamKey: string };
  expect(await encode(`${rtmpUrl}${streamKey}`, { seconds: 5 }).done).not.toBe(0);
});
