// Measures how soon the phone or the encoder, a viewer's page and the owner's card say that the owner has ended the
// stream, with real media, on every plan.

import { test } from 'vitest';
import { deploy } from '../../tests/e2e/deployment.ts';
import { endOn, plans } from '../../tests/e2e/ending.ts';
import type { PlanName } from '../../tests/e2e/ending.ts';

test.each(Object.keys(plans) as PlanName[])('the plan %s', { timeout: 400_000 }, async (plan) => {
  const { said } = await endOn(plan, await deploy());
  const times = Object.entries(said).map(
    ([who, milliseconds]) => `${who} ${(milliseconds / 1000).toFixed(1)} s`,
  );
  console.log(`after the owner's tap, on the plan ${plan}: ${times.join(', ')}`);
});
