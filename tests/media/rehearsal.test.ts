// npm run doctor -- --broadcast: what it reports of the real Worker and of stand-ins with real media.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { plansOf, rehearse } from '../../deploy/broadcast.ts';
import type { Plan, Rehearsal } from '../../deploy/broadcast.ts';
import { Worker } from '../../deploy/worker.ts';
import { certificateFile } from '../../sandbox/media/certificate.ts';
import { Client, tokenFor } from '../worker/api/client.ts';
import type { Providers } from '../worker/api/providers.ts';
import type { StartedWorker } from '../worker/start-worker.ts';
import { startWorkerWithMedia } from './support.ts';

let providers: Providers;
let worker: StartedWorker;
let rehearsal: Rehearsal;

beforeEach(async () => {
  const started = await startWorkerWithMedia();
  const { folder } = started;
  ({ providers, worker } = started);
  rehearsal = {
    worker: new Worker(worker.url),
    token: await tokenFor({ sub: 'doctor' }),
    seconds: 4,
    patienceSeconds: 100,
    trusted: readFileSync(join(folder, certificateFile), 'utf8'),
  };
}, 60_000);

const [toCloudflare, toMux, byPhone] = plansOf({ mux: {} as never, values: {} }) as [Plan, Plan, Plan];

/** Nothing is left of the test at the providers. */
async function expectNothing(): Promise<void> {
  expect(await providers.liveInputs()).toEqual([]);
  expect(await providers.liveStreams()).toEqual([]);
  const owner = await Client.of(worker, { sub: 'doctor' });
  expect((await owner.list()).body.streams ?? []).toEqual([]);
}

it('an encoder to Cloudflare is recorded twice', async () => {
  const findings = await rehearse(rehearsal, toCloudflare);
  expect(findings).toMatchObject([
    { state: 'ok', detail: expect.stringMatching(/^known to be live after \d+ s$/) as string },
    {
      state: 'ok',
      detail: expect.stringMatching(/^recorded at cloudflare: [\d.]+ s, known \d+ s after/) as string,
    },
    { state: 'ok', detail: expect.stringMatching(/^recorded at mux: [\d.]+ s, known \d+ s after/) as string },
    { state: 'ok', detail: expect.stringMatching(/^heard of /) as string },
  ]);
  for (const what of ['cloudflare live', 'mux live', 'cloudflare recording_ready'])
    expect(findings[3]?.detail).toMatch(new RegExp(`${what} after \\d+ s`));
  await expectNothing();
});

it('an encoder to Mux is recorded there', async () => {
  const findings = await rehearse(rehearsal, toMux);
  expect(findings.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  expect(findings[1]?.detail).toMatch(/^recorded at mux/);
  expect(findings[2]?.detail).toMatch(/^heard of mux live after \d+ s/);
  await expectNothing();
});

it('a phone straight to Cloudflare is live, and not recorded', async () => {
  const findings = await rehearse(rehearsal, byPhone);
  expect(findings).toMatchObject([
    { state: 'ok', detail: expect.stringMatching(/^known to be live/) as string },
    { state: 'warning', detail: 'not recorded, as expected' },
    { state: 'ok', detail: expect.stringMatching(/^heard of cloudflare live after/) as string },
  ]);
  await expectNothing();
});

it('a broadcast that is refused is named, and its stream is deleted all the same', async () => {
  await providers.cloudflare.post('ingest/stop');
  const findings = await rehearse({ ...rehearsal, patienceSeconds: 5 }, toCloudflare);
  expect(findings[0]).toMatchObject({
    state: 'fault',
    detail: expect.stringContaining('the broadcast') as string,
  });
  await expectNothing();
});
