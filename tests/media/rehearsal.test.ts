// npm run doctor -- --broadcast: what it reports of the real Worker and of stand-ins with real media.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { plansOf, rehearse } from '../../deploy/broadcast.ts';
import type { Plan, Rehearsal } from '../../deploy/broadcast.ts';
import { Worker } from '../../deploy/worker.ts';
import { startLiveKit } from '../../sandbox/livekit/server.ts';
import { certificateFile, certificateIn } from '../../sandbox/media/certificate.ts';
import { afterwards } from '../sandbox/support.ts';
import { Client, tokenFor } from '../worker/api/client.ts';
import type { Providers } from '../worker/api/providers.ts';
import type { StartedWorker } from '../worker/start-worker.ts';
import { startWorkerWithMedia, temporaryFolder } from './support.ts';

let providers: Providers;
let worker: StartedWorker;
let rehearsal: Rehearsal;

async function setStage(settings: Record<string, string> = {}, given?: string): Promise<void> {
  const started = await startWorkerWithMedia(settings, given);
  const { folder } = started;
  ({ providers, worker } = started);
  rehearsal = {
    worker: new Worker(worker.url),
    token: await tokenFor({ sub: 'doctor' }),
    seconds: 4,
    patienceSeconds: 100,
    trusted: readFileSync(join(folder, certificateFile), 'utf8'),
  };
}

const [toCloudflare, toMux, byPhone] = plansOf({ mux: {} as never, values: {} }) as [Plan, Plan, Plan];

/** Nothing is left of the test at the providers. */
async function expectNothing(): Promise<void> {
  expect(await providers.liveInputs()).toEqual([]);
  expect(await providers.liveStreams()).toEqual([]);
  const owner = await Client.of(worker, { sub: 'doctor' });
  expect((await owner.list()).body.streams ?? []).toEqual([]);
}

it('an encoder to Cloudflare is recorded twice', async () => {
  await setStage();
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
  await setStage();
  const findings = await rehearse(rehearsal, toMux);
  expect(findings.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  expect(findings[1]?.detail).toMatch(/^recorded at mux/);
  expect(findings[2]?.detail).toMatch(/^heard of mux live after \d+ s/);
  await expectNothing();
});

it('a phone straight to Cloudflare is live, and not recorded', async () => {
  await setStage();
  const findings = await rehearse(rehearsal, byPhone);
  expect(findings).toMatchObject([
    { state: 'ok', detail: expect.stringMatching(/^known to be live/) as string },
    { state: 'warning', detail: 'not recorded, as expected' },
    { state: 'ok', detail: expect.stringMatching(/^heard of cloudflare live after/) as string },
  ]);
  await expectNothing();
});

it('a phone through LiveKit is recorded twice', async () => {
  const folder = await temporaryFolder();
  const { cert: trusted } = await certificateIn(folder);
  const keys = { apiKey: 'APItests', apiSecret: 'a-secret-of-livekit-and-worker-of-32-bytes' };
  const livekit = await startLiveKit({ port: 0, ...keys, media: { trusted } });
  afterwards(() => livekit.close());
  const settings = {
    LIVEKIT_URL: livekit.url,
    LIVEKIT_API_KEY: keys.apiKey,
    LIVEKIT_API_SECRET: keys.apiSecret,
  };
  await setStage(settings, folder);
  const plan = plansOf({ mux: undefined, values: settings }).at(-1)!;
  expect(plan).toMatchObject({ name: 'phone to LiveKit', ingest: 'livekit' });
  const findings = await rehearse({ ...rehearsal, seconds: 10 }, plan);
  expect(findings.map(({ state, detail }) => `${state}: ${detail.split(' ').slice(0, 3).join(' ')}`)).toEqual(
    ['ok: known to be', 'ok: recorded at cloudflare:', 'ok: recorded at mux:', 'ok: heard of cloudflare'],
  );
  await expectNothing();
});

it('a broadcast that is refused is named, and its stream is deleted all the same', async () => {
  await setStage();
  await providers.cloudflare.post('ingest/stop');
  const findings = await rehearse({ ...rehearsal, patienceSeconds: 5 }, toCloudflare);
  expect(findings[0]).toMatchObject({
    state: 'fault',
    detail: expect.stringContaining('the broadcast') as string,
  });
  await expectNothing();
});
