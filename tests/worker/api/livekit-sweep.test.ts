// What is left at LiveKit of streams that are over or gone: the schedule deletes it, and nothing else.

import { IngressClient, IngressInput } from 'livekit-server-sdk';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { startLiveKit } from '../../../sandbox/livekit/server.ts';
import { control } from '../../../sandbox/shared/control-client.ts';
import type { Control } from '../../../sandbox/shared/control-client.ts';
import type { Listener } from '../../../sandbox/shared/http.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import { startProviders, until } from './providers.ts';
import type { Providers } from './providers.ts';

const apiKey = 'APItests';
const apiSecret = 'a-secret-of-livekit-and-worker-of-32-bytes';
const graceMs = 1000;
const offer = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 102\r\n';

let livekit: Listener;
let desk: Control;
let library: IngressClient;
let providers: Providers;
let worker: StartedWorker;
let owner: Client;

beforeAll(async () => {
  livekit = await startLiveKit({ port: 0, apiKey, apiSecret });
  desk = control(livekit.url);
  library = new IngressClient(livekit.url, apiKey, apiSecret);
  providers = await startProviders({
    settings: {
      LIVEKIT_URL: livekit.url,
      LIVEKIT_API_KEY: apiKey,
      LIVEKIT_API_SECRET: apiSecret,
      RECONCILE_GRACE_SECONDS: `${graceMs / 1000}`,
    },
  });
  // Without rooms the schedule sweeps after each grace.
  worker = await startWorker({ bindings: providers.settings, rooms: false });
  owner = await Client.of(worker);
}, 60_000);

afterEach(() => desk.post('reset', {}));

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
  await livekit?.close();
});

interface Phone {
  id: string;
  /** Its live input at Cloudflare. */
  input: string;
  leave(): Promise<void>;
}

/** A new stream to which a phone publishes. */
async function begin(): Promise<Phone> {
  const fields = { title: 'The service', streamingMethod: 'whip_browser', ingest: 'livekit' };
  const { id, cloudflareInputId } = streamOf(await owner.post('/api/streams', fields));
  const headers = { 'content-type': 'application/sdp' };
  const begun = await owner.send(`/api/streams/${id}/whip`, { method: 'POST', headers, body: offer });
  expect(begun.status, begun.text).toBe(201);
  // Not by the Worker, which may not know it any more.
  const leave = async (): Promise<void> => {
    const { resourceId } = (await ingresses()).find((each) => each.of(id)) ?? {};
    await fetch(`${livekit.url}/w/any/${resourceId}`, { method: 'DELETE' });
    await until(async () => (await ingresses()).every((each) => !each.of(id) || !each.isPublishing));
  };
  return { id, input: cloudflareInputId ?? '', leave };
}

const ingresses = async () =>
  (await library.listIngress()).map(({ name, roomName, state }) => ({
    name,
    of: (id: string) => roomName.endsWith(`:${id}`),
    resourceId: state?.resourceId,
    isPublishing: (state?.toJson() as { status?: string } | undefined)?.status === 'ENDPOINT_PUBLISHING',
  }));
const has = async ({ id }: Phone): Promise<boolean> => (await ingresses()).some((each) => each.of(id));

/** As if KV had lost all of a stream. */
async function lose({ id }: Phone): Promise<void> {
  const names = (await worker.kv()).map(({ key }) => key).filter((key) => key.includes(id));
  expect(names).toContain(`stream/${id}`);
  for (const name of names) await worker.namespace.delete(name);
}

/** One sweep, of things that are all old enough. */
async function sweep(): Promise<void> {
  const then = Date.now() + graceMs;
  await until(async () => Date.now() > then);
  await worker.scheduled();
}

const make = (name: string) =>
  library.createIngress(IngressInput.WHIP_INPUT, { name, roomName: name, participantIdentity: 'phone' });

it('of a stream that KV has lost nothing is left, and other streams keep theirs', async () => {
  const [lost, kept] = [await begin(), await begin()];
  await lost.leave();
  await kept.leave();
  await lose(lost);
  await sweep();
  expect(await has(lost)).toBe(false);
  expect((await providers.liveInputs()).map(({ uid }) => uid)).not.toContain(lost.input);
  expect(await has(kept)).toBe(true);
});

it('a phone that publishes is left alone until it leaves, and its egress with it', async () => {
  const lost = await begin();
  await until(async () => (await ingresses()).some(({ isPublishing }) => isPublishing));
  await worker.scheduled();
  await lose(lost);
  await sweep();
  expect(await has(lost)).toBe(true);
  const egresses = async (): Promise<string[]> =>
    (await desk.get<{ egresses: { status: string }[] }>('state')).egresses.map(({ status }) => status);
  expect(await egresses()).toEqual(['EGRESS_ACTIVE']);
  await lost.leave();
  await until(async () => (await egresses()).join() === 'EGRESS_COMPLETE');
  await sweep();
  expect(await has(lost)).toBe(false);
});

it('of a stream that ended while LiveKit refused the key nothing is left', async () => {
  const ended = await begin();
  await desk.post('faults', [{ kind: 'status', path: '/twirp/', status: 401, times: 100 }]);
  await owner.post(`/api/streams/${ended.id}/end`, {});
  await sweep();
  await desk.remove('faults');
  expect(await has(ended)).toBe(true);
  await ended.leave();
  await sweep();
  expect(await has(ended)).toBe(false);
});

it('what another deployment with the same name made, and what has no tag, stays', async () => {
  const ours = await begin();
  const name = (await ingresses())[0]?.name ?? '';
  const [, deployment] = /^whip-mux:tests-([0-9a-f]{16}):/.exec(name) ?? [];
  expect(deployment).toBeDefined();
  const others = ['an ingress', `whip-mux:tests:${ours.id}`, `whip-mux:tests-${'0'.repeat(16)}:${ours.id}`];
  for (const other of others) await make(other);
  await ours.leave();
  await lose(ours);
  await sweep();
  expect((await ingresses()).map((each) => each.name).sort()).toEqual(others.sort());
});

it('one that is too young stays', async () => {
  const young = await begin();
  await young.leave();
  const name = (await ingresses())[0]?.name ?? '';
  // Ids count down: this one is made in the far future.
  const later = name.replace(/:[^:]{10}([^:]*)$/, ':0000000000$1');
  await make(later);
  await sweep();
  expect((await ingresses()).map((each) => each.name)).toContain(later);
});

it('a LiveKit that fails keeps nothing else from being swept', async () => {
  const lost = await begin();
  await lost.leave();
  await lose(lost);
  await desk.post('faults', [{ kind: 'status', path: '/twirp/', status: 503, times: 100 }]);
  await sweep();
  expect((await providers.liveInputs()).map(({ uid }) => uid)).not.toContain(lost.input);
  await desk.remove('faults');
  expect(await has(lost)).toBe(true);
  await sweep();
  expect(await has(lost)).toBe(false);
});
