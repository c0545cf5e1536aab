// What the host application is told: a receiver on this machine verifies it with the package `standardwebhooks`.

import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import { invite } from './inviting.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { ringAll, ringingEntry } from './ringing-entry.ts';
import { broadcast } from './watching.ts';

interface Message {
  type: string;
  timestamp: string;
  data: Record<string, unknown>;
}

interface Listed {
  id: string;
  type: string;
  state: string;
  code: string | null;
  source: string | null;
  attempts: { at: string; status: number | null; error: string | null }[];
  nextAttemptAt: string | null;
}

const secretOf = (): string => `whsec_${randomBytes(32).toString('base64')}`;
const [current, retired] = [secretOf(), secretOf()];

let server: Server;
let status = 200;
let received: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
let providers: Providers;
let worker: StartedWorker;
let owner: Client;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, body });
      response.writeHead(status, { location: '/elsewhere' }).end('An answer that nobody reads.');
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  providers = await startProviders({
    settings: {
      EVENTS_URL: `http://127.0.0.1:${port}/events?of=tests`,
      EVENTS_SECRETS: `${current}, ${retired}`,
    },
  });
  worker = await startWorker({ bindings: providers.settings, entry: ringingEntry });
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker, { sub: 'erik' });
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
  server?.close();
});

const fields = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** Throws unless the signature is right. */
const verified = ({ headers, body }: (typeof received)[number], secret = current): Message =>
  new Webhook(secret).verify(body, fields(headers)) as Message;

const about = (id: string) => received.filter(({ body }) => body.includes(id));
const types = (id: string) =>
  about(id)
    .map((each) => verified(each).type)
    .sort();

async function eventsOf(user: Client, id: string): Promise<Listed[]> {
  const answer = await user.send(`/api/streams/${id}/events`);
  expect(answer.status).toBe(200);
  return (answer.body as unknown as { events: Listed[] }).events;
}

const redeliver = (user: Client, id: string, event: string) =>
  user.send(`/api/streams/${id}/events/${event}/redeliver`, { method: 'POST' });

const whole = ['recording.ready', 'recording.ready', 'stream.ended', 'stream.live'];

async function makeBroadcast(): Promise<string> {
  const stream = streamOf(await owner.create({ title: 'In memory of Ada', memorialId: 'memorial-7' }));
  await broadcast(providers, stream, { seconds: 1.2 });
  return stream.id;
}

describe('a receiver', () => {
  it('hears of a broadcast and of both recordings, once each, and verifies it with either secret', async () => {
    status = 200;
    const id = await makeBroadcast();
    await expect.poll(() => types(id), { timeout: 20_000 }).toEqual(whole);
    for (const each of about(id)) {
      expect(each.path).toBe('/events?of=tests');
      expect(each.headers['content-type']).toBe('application/json');
      expect(verified(each, retired)).toEqual(verified(each));
      expect(() => verified(each, secretOf())).toThrow();
      expect(() => verified({ ...each, body: `${each.body} ` })).toThrow();
      const { timestamp, data } = verified(each);
      expect(new Date(timestamp).toISOString()).toBe(timestamp);
      expect(data).toMatchObject({ streamId: id, memorialId: 'memorial-7', title: 'In memory of Ada' });
    }
    const data = Object.fromEntries(about(id).map((each) => [verified(each).type, verified(each).data]));
    expect(data['stream.live']).toHaveProperty('startedAt');
    expect(data['stream.ended']).toHaveProperty('endedAt');
    expect(data['recording.ready']).toMatchObject({ origin: 'live' });
    const listed = await eventsOf(owner, id);
    expect(new Set(listed.map((each) => each.id))).toEqual(
      new Set(about(id).map(({ headers }) => headers['webhook-id'])),
    );
    for (const each of listed) {
      expect(each).toMatchObject({ state: 'delivered', nextAttemptAt: null });
      expect(each.attempts).toMatchObject([{ status: 200, error: null }]);
    }
  }, 60_000);

  it('is not followed to another address, and hears again by hand, with the same id', async () => {
    status = 302;
    const id = await makeBroadcast();
    await expect.poll(() => types(id), { timeout: 20_000 }).toEqual(whole);
    expect(about(id).every(({ path }) => path === '/events?of=tests')).toBe(true);
    const [event] = await eventsOf(owner, id);
    expect(event).toMatchObject({ state: 'pending', attempts: [{ status: 302 }] });
    expect(Date.parse(event?.nextAttemptAt ?? '')).toBeGreaterThan(Date.now());
    status = 204;
    const answer = await redeliver(owner, id, event?.id ?? '');
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ id: event?.id, state: 'delivered', nextAttemptAt: null });
    expect(received.at(-1)?.headers['webhook-id']).toBe(event?.id);
    expect((await eventsOf(owner, id)).map((each) => each.state).sort()).toEqual([
      'delivered',
      'pending',
      'pending',
      'pending',
    ]);
  }, 60_000);

  it('hears nothing twice from alarms while nothing is due', async () => {
    status = 200;
    const id = await makeBroadcast();
    await expect.poll(() => types(id), { timeout: 20_000 }).toEqual(whole);
    await ringAll(worker);
    expect(types(id)).toEqual(whole);
  }, 60_000);
});

describe('events', () => {
  it('are for those who manage the stream only', async () => {
    const { id } = streamOf(await owner.create({ enableMuxBackup: false }));
    const path = `/api/streams/${id}/events`;
    const stranger = await Client.of(worker, { sub: 'stranger' });
    expect(await stranger.send(path)).toMatchObject({ status: 404 });
    expect(await redeliver(stranger, id, 'evt_0')).toMatchObject({ status: 404 });
    expect((await worker.fetch(path)).status).toBe(401);
    const { token } = await invite(owner, id);
    const headers = { authorization: `Bearer ${token}` };
    expect((await worker.fetch(path, { headers })).status).toBe(401);
    const unknown = await redeliver(owner, id, 'evt_0');
    expect(unknown).toMatchObject({ status: 404, body: { type: 'urn:whip-mux:problem:no-such-event' } });
  });

  it('and their secrets are in no log and not in KV', async () => {
    const texts = [...worker.logs(), ...(await worker.kv()).flatMap(({ key, value }) => [key, value])];
    for (const secret of [current, retired]) {
      const key = Buffer.from(secret.slice(6), 'base64');
      for (const form of [secret.slice(6), key.toString('hex'), key.toString('base64url')])
        expect(texts.filter((text) => text.includes(form))).toEqual([]);
    }
  });
});

describe('without a receiver', () => {
  it('nothing is listed, and nothing can be delivered', async () => {
    await using bare = await startProviders();
    await using quiet = await startWorker({ bindings: bare.settings });
    const user = await Client.of(quiet);
    const { id } = streamOf(await user.create({ enableMuxBackup: false }));
    const answer = await user.send(`/api/streams/${id}/events`);
    expect(answer.body).toEqual({ enabled: false, events: [] });
    const refused = await redeliver(user, id, 'evt_0');
    expect(refused).toMatchObject({ status: 503, body: { type: 'urn:whip-mux:problem:not-configured' } });
  }, 60_000);

  it.each([
    'http://host.example/events',
    'https://10.0.0.1/events',
    'https://169.254.169.254/latest',
    'https://[::1]/events',
    'https://receiver.internal/',
    'https://name:word@host.example/',
  ])(
    '%s is refused, and /readyz names the setting',
    async (url) => {
      await using bare = await startProviders({ settings: { EVENTS_URL: url, EVENTS_SECRETS: current } });
      await using quiet = await startWorker({ bindings: bare.settings });
      const answer = await quiet.fetch('/readyz');
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({
        missing: ['EVENTS_URL'],
        events: 'off: EVENTS_URL or EVENTS_SECRETS is not set',
      });
    },
    60_000,
  );
});
