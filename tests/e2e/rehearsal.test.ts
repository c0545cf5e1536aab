// npm run doctor -- --broadcast through the real relay.

import { expect, test } from 'vitest';
import { plansOf, rehearse } from '../../deploy/broadcast.ts';
import { Worker } from '../../deploy/worker.ts';
import { deploy } from './deployment.ts';

test('doctor publishes to the relay as a phone does, and finds two recordings', async () => {
  const { origin, token, relay } = await deploy();
  const plan = plansOf({ mux: undefined, values: { RELAY_URL: relay.url } }).at(-1)!;
  expect(plan).toMatchObject({ name: 'phone to the relay', ingest: 'relay' });
  const rehearsal = { worker: new Worker(origin), token, seconds: 10, patienceSeconds: 150 };
  const findings = await rehearse(rehearsal, plan);
  expect(findings.map(({ state, detail }) => `${state}: ${detail.split(' ').slice(0, 3).join(' ')}`)).toEqual(
    ['ok: known to be', 'ok: recorded at cloudflare:', 'ok: recorded at mux:', 'ok: heard of cloudflare'],
  );
});
