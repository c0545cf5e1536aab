// Cloudflare's events by a queue of the runtime: facts as from webhooks, retries while the store fails, and the
// dead-letter queue for what can never be read.

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { consumerOf, queueNames } from '../../../deploy/events.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { deliver, videoDoor } from './webhook.ts';

const names = queueNames('whip-mux');

/** Sends to the queue, lets the store fail as often as told, and shows what came to the dead-letter queue. */
const entry = `
import shipped from './shipped.js';
const unread = [];
let failures = 0;
let attempts = [];
const failing = (store) => ({
  get: (...given) => store.get(...given),
  list: (...given) => store.list(...given),
  delete: (...given) => store.delete(...given),
  put(...given) {
    if (!given[0].startsWith('fact/') || failures <= 0) return store.put(...given);
    failures -= 1;
    throw new Error('the store fails');
  },
});
export default {
  ...shipped,
  async fetch(request, env, context) {
    const { pathname } = new URL(request.url);
    if (pathname === '/_test/unread') return Response.json(unread);
    if (pathname === '/_test/attempts') return Response.json(attempts);
    if (pathname === '/_test/fail') return Response.json((failures = Number(await request.text())));
    if (pathname !== '/_test/send') return shipped.fetch(request, env, context);
    attempts = [];
    const { body, contentType } = await request.json();
    await env.EVENTS.send(body, { contentType });
    return new Response();
  },
  async queue(batch, env, context) {
    if (batch.queue === '${names.unread}') return void unread.push(...batch.messages.map(({ body }) => body));
    // Delays are too long for a test.
    const messages = batch.messages.map((message) => ({
      body: message.body,
      attempts: message.attempts,
      ack: () => message.ack(),
      retry({ delaySeconds } = {}) {
        attempts.push(delaySeconds ?? 0);
        message.retry();
      },
    }));
    await shipped.queue({ ...batch, messages }, { ...env, STREAMS: failing(env.STREAMS) }, context);
  },
};
`;

let providers: Providers;
let worker: StartedWorker;

beforeAll(async () => {
  providers = await startProviders();
  const queues = {
    producers: [{ binding: 'EVENTS', queue: names.events }],
    consumers: [
      { ...consumerOf(names), max_batch_timeout: 0 },
      { queue: names.unread, max_batch_timeout: 0 },
    ],
  };
  worker = await startWorker({ bindings: providers.settings, entry, queues });
}, 60_000);
afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

const send = (body: unknown, contentType = 'json') =>
  worker.fetch('/_test/send', { method: 'POST', body: JSON.stringify({ body, contentType }) });
const shown = async (path: string): Promise<unknown[]> =>
  (await (await worker.fetch(`/_test/${path}`)).json()) as unknown[];
/** Without the time of expiry, which follows the time of arrival. */
const factsOf = async (stream: string) =>
  (await worker.kv())
    .filter(({ key }) => key.startsWith(`fact/stream/${stream}/`))
    .map(({ expiration: _, ...fact }) => fact);

const inputEvent = (uid: string, state: string, at: string) => ({
  type: `cf.stream.liveInput.live_input.${state}`,
  source: { type: 'stream.liveInput', liveInputId: uid },
  payload: { uid, status: { current: { state, reason: null, statusEnteredAt: at, statusLastSeen: at } } },
  metadata: { accountId: 'f0e1', eventSubscriptionId: '1', eventSchemaVersion: 1, eventTimestamp: at },
});

async function newStream() {
  const user = await Client.of(worker);
  const { id, cloudflareInputId } = streamOf(await user.create());
  return { id, input: String(cloudflareInputId), status: async () => streamOf(await user.get(id)).status };
}

describe('an event', () => {
  it('about a live input makes its stream live', async () => {
    const { id, input, status } = await newStream();
    await send(inputEvent(input, 'connected', new Date().toISOString()));
    await expect.poll(status).toBe('live');
    expect(await factsOf(id)).toHaveLength(1);
  });

  it('counts once if it comes twice, and in its own order if it comes late', async () => {
    const { id, input, status } = await newStream();
    const [early, late] = [new Date(Date.now() - 5000).toISOString(), new Date().toISOString()];
    await send(inputEvent(input, 'connected', late));
    await send(inputEvent(input, 'connected', late));
    await send(inputEvent(input, 'disconnected', early));
    await expect.poll(() => factsOf(id)).toHaveLength(2);
    await expect.poll(status).toBe('live');
  });

  it('about a recording is the same fact as its webhook', async () => {
    const { id, input } = await newStream();
    const video = { ...(JSON.parse(videoDoor.body()) as { uid: string }), liveInput: input };
    await deliver(worker, videoDoor, JSON.stringify(video));
    await expect.poll(() => factsOf(id)).toHaveLength(1);
    const before = await factsOf(id);
    const { uid, liveInput, ...rest } = video;
    const payload = { ...rest, id: uid, liveInputId: liveInput };
    const events = { type: 'cf.stream.video_state.ready', payload };
    await send(events);
    // The last message shows that the one before is done.
    await send(inputEvent(input, 'connected', new Date().toISOString()));
    await expect.poll(() => factsOf(id)).toHaveLength(2);
    expect(await factsOf(id)).toEqual(expect.arrayContaining(before));
  });

  it('of another kind, or about what is not ours, is done with', async () => {
    const uid = randomUUID().replaceAll('-', '');
    await send({ type: 'cf.stream.something.new', payload: {} });
    await send({ type: 'cf.stream.video_state.updated', payload: { id: uid, status: { state: 'queued' } } });
    const { id, input } = await newStream();
    await send(inputEvent(input, 'connected', new Date().toISOString()));
    await expect.poll(() => factsOf(id)).toHaveLength(1);
    expect(await shown('attempts')).toEqual([]);
  });
});

describe('a message', () => {
  it('is tried again, after ever longer delays, until the store takes it', async () => {
    const { id, input, status } = await newStream();
    const attempts = async () => (await shown('attempts')) as number[];
    await worker.fetch('/_test/fail', { method: 'POST', body: '1000000' });
    await send(inputEvent(input, 'connected', new Date().toISOString()));
    await expect.poll(async () => (await attempts()).length, { timeout: 60_000 }).toBeGreaterThan(1);
    expect(await factsOf(id)).toEqual([]);
    await worker.fetch('/_test/fail', { method: 'POST', body: '0' });
    await expect.poll(status, { timeout: 60_000 }).toBe('live');
    expect(await factsOf(id)).toHaveLength(1);
    const delays = await attempts();
    expect(delays).toEqual(delays.map((_, index) => 5 * 2 ** (index + 1)));
  });

  const poison: [string, unknown, string?][] = [
    ['that is no event', { hello: 'there' }],
    ['of somebody else', { type: 'cf.r2.bucket.deleted', payload: {} }],
    ['without an id', { type: 'cf.stream.video_state.ready', payload: { status: { state: 'ready' } } }],
    ['of text', 'text', 'text'],
  ];
  it.each(poison)('%s ends in the dead-letter queue and holds up no other', async (_, body, contentType) => {
    await send(body, contentType);
    const { input, status } = await newStream();
    await send(inputEvent(input, 'connected', new Date().toISOString()));
    await expect.poll(status, { timeout: 30_000 }).toBe('live');
    await expect.poll(() => shown('unread'), { timeout: 60_000 }).toContainEqual(body);
    expect(worker.logs().join('\n')).toContain('unreadableWebhook');
  });
});

it('nobody outside can send one', async () => {
  const { id, input } = await newStream();
  const body = JSON.stringify(inputEvent(input, 'connected', new Date().toISOString()));
  const answer = await fetch(`${worker.url}/event`, { method: 'POST', body });
  expect(answer.status).not.toBe(200);
  expect(await factsOf(id)).toEqual([]);
});
