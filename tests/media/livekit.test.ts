// The plan livekit with real media: a phone in Chromium publishes through the Worker to LiveKit's stand-in, which pushes
// by RTMPS to Cloudflare's.

import { expect, it } from 'vitest';
import { certificateIn } from '../../sandbox/media/certificate.ts';
import { startLiveKit } from '../../sandbox/livekit/server.ts';
import { control } from '../../sandbox/shared/control-client.ts';
import { afterwards } from '../sandbox/support.ts';
import { startStage } from '../web/support/engine.ts';
import { Publisher } from '../web/support/publisher.ts';
import { Client, streamOf, tokenFor } from '../worker/api/client.ts';
import type { Recordings } from '../worker/api/watching.ts';
import { eventually, probe, startWorkerWithMedia, temporaryFolder } from './support.ts';

const keys = { apiKey: 'APItests', apiSecret: 'a-secret-of-livekit-and-worker-of-32-bytes' };

it('a phone goes live through LiveKit, comes back, and is recorded at both when it ends', async () => {
  const stage = await startStage();
  afterwards(async () => stage[Symbol.asyncDispose]());
  const page = await stage.page();
  const folder = await temporaryFolder();
  const { cert } = await certificateIn(folder);
  const livekit = await startLiveKit({ port: 0, ...keys, media: { trusted: cert } });
  afterwards(() => livekit.close());
  const desk = control(livekit.url);
  const { worker } = await startWorkerWithMedia(
    {
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: keys.apiKey,
      LIVEKIT_API_SECRET: keys.apiSecret,
      ALLOWED_ORIGINS: new URL(page.url()).origin,
    },
    folder,
  );
  await desk.put('webhooks', { url: `${worker.url}/api/webhooks/livekit` });
  const owner = await Client.of(worker, { sub: 'owner' });
  const fields = { title: 'The service', streamingMethod: 'whip_browser', ingest: 'livekit' };
  const { id } = streamOf(await owner.post('/api/streams', fields));
  const egresses = async (): Promise<string> =>
    (await desk.get<{ egresses: { status: string }[] }>('state')).egresses.map(({ status }) => status).join();
  const recordings = async () => {
    const { body } = await owner.send(`/api/streams/${id}/recordings`);
    return (body as unknown as Recordings).broadcasts.flatMap((each) => each.recordings);
  };

  const token = await tokenFor({ sub: 'owner' });
  const publisher = new Publisher(page);
  const whip = { url: `${worker.url}/api/streams/${id}/whip`, token };
  expect(await publisher.start(whip)).toMatchObject({ state: 'streaming' });
  await eventually(async () => (await egresses()) === 'EGRESS_ACTIVE');
  await eventually(async () => (await recordings()).length === 2);
  // LiveKit hangs up, and the phone comes back in another session.
  const { ingresses } = await desk.get<{ ingresses: { state: { resourceId: string } }[] }>('state');
  const address = `${livekit.url}/w/any/${ingresses[0]?.state.resourceId}`;
  expect((await fetch(address, { method: 'DELETE' })).status).toBe(200);
  await eventually(async () => (await egresses()) === 'EGRESS_COMPLETE,EGRESS_ACTIVE');
  const before = Date.now();
  await eventually(() => Date.now() > before + 3000);

  expect((await owner.post(`/api/streams/${id}/end`, {})).status).toBe(200);
  await eventually(async () => (await egresses()) === 'EGRESS_COMPLETE,EGRESS_COMPLETE');
  const ready = await eventually(async () => {
    const found = await recordings();
    const all = found.length >= 2 && found.every(({ state }) => state === 'ready');
    return all && new Set(found.map(({ source }) => source)).size === 2 && found;
  });
  for (const { playbackUrl } of ready)
    expect((await probe(playbackUrl ?? '')).codecs).toEqual(['aac', 'h264']);
  expect((await desk.get<{ ingresses: unknown[] }>('state')).ingresses).toEqual([]);
});
