// Several relays: each stream has its own, sessions stay where they began, and one that is down gets no new session.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, read, streamOf } from './client.ts';
import type { Answer } from './client.ts';
import { startProviders } from './providers.ts';
import type { Providers } from './providers.ts';
import { Viewer } from './watching.ts';
import { answer, candidates, offer } from './whip-endpoint.ts';

interface Relay extends AsyncDisposable {
  url: string;
  /** The status of /healthz. */
  health: number;
  /** Methods and paths, except for /healthz. */
  received: string[];
}

async function startRelay(): Promise<Relay> {
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    if (url === '/healthz') return void response.writeHead(relay.health).end();
    relay.received.push(`${method} ${url}`);
    request.resume();
    if (method !== 'POST') return void response.writeHead(method === 'PATCH' ? 204 : 200).end();
    response.writeHead(201, { 'content-type': 'application/sdp', location: `${url}/session` }).end(answer);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    health: 200,
    received: [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return relay;
}

let relays: Relay[];
let providers: Providers;
let worker: StartedWorker;
let owner: Client;

beforeAll(async () => {
  relays = [await startRelay(), await startRelay()];
  const RELAY_URLS = relays.map(({ url }) => url).join(',');
  providers = await startProviders({ settings: { RELAY_URL: '', RELAY_URLS, MAX_OPEN_STREAMS: '300' } });
  worker = await startWorker({ bindings: providers.settings });
  owner = await Client.of(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
  for (const each of relays ?? []) await each[Symbol.asyncDispose]();
});

beforeEach(() => {
  for (const each of relays) {
    each.health = 200;
    each.received.length = 0;
  }
});

const sdp = { 'content-type': 'application/sdp' };

/** A stream, the relay that it has, and the other one. */
async function make(): Promise<{ id: string; own: Relay; other: Relay }> {
  const { id, whipUrl } = streamOf(await owner.create({ enableMuxBackup: false }));
  const own = relays.find(({ url }) => whipUrl === `${url}/whip/${id}`);
  const other = relays.find((each) => each !== own);
  if (!own || !other) throw new Error(`${whipUrl} is at neither relay`);
  return { id, own, other };
}

/** Begins a session, or goes on with the one at `path`, and gives its address at the Worker. */
async function publish(path: string): Promise<string> {
  const begun = await owner.send(path, { method: 'POST', headers: sdp, body: offer });
  if (begun.status !== 201) throw new Error(`no session: ${begun.status} ${begun.text}`);
  return begun.headers.get('location') ?? '';
}

const begin = (id: string): Promise<string> => publish(`/api/streams/${id}/whip`);
const remove = (path: string): Promise<Answer> => owner.send(path, { method: 'DELETE' });
const whepOf = async (id: string): Promise<string | null | undefined> =>
  (await new Viewer(worker).playback(id)).body.live?.whep;

it('/readyz names each relay', async () => {
  const ready = await read(await worker.fetch('/readyz'));
  expect(ready.body).toMatchObject({ relay: 'on', relays: relays.map(({ url }) => url) });
});

it('a stream has the same relay for every session and for its viewers', async () => {
  const { id, own, other } = await make();
  for (let sessions = 0; sessions < 2; ++sessions) {
    const session = await begin(id);
    expect(await whepOf(id)).toBe(`${own.url}/whep/${id}`);
    await remove(session);
  }
  const twice = [`POST /whip/${id}`, `DELETE /whip/${id}/session`];
  expect(own.received).toEqual([...twice, ...twice]);
  expect(other.received).toEqual([]);
});

it('both relays get streams', async () => {
  const used = new Set<Relay>();
  // Two hundred of one and none of the other would be as likely as 2^-199.
  for (let made = 0; used.size < 2 && made < 200; ++made) used.add((await make()).own);
  expect(used.size).toBe(2);
});

it('a session begins elsewhere while its relay is down, and stays there', async () => {
  const { id, own, other } = await make();
  own.health = 503;
  const session = await begin(id);
  expect(await whepOf(id)).toBe(`${other.url}/whep/${id}`);
  own.health = 200;
  const fragment = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' };
  const patched = await owner.send(session, { method: 'PATCH', headers: fragment, body: candidates });
  expect(patched.status).toBe(204);
  const again = await publish(session);
  // A page that was loaded anew knows no session.
  const anew = await begin(id);
  expect(await whepOf(id)).toBe(`${other.url}/whep/${id}`);
  expect((await remove(again)).status).toBe(200);
  expect((await remove(anew)).status).toBe(200);
  expect(own.received).toEqual([]);
  expect(other.received).toEqual([
    `POST /whip/${id}`,
    `PATCH /whip/${id}/session`,
    `POST /whip/${id}`,
    `POST /whip/${id}`,
    `DELETE /whip/${id}/session`,
    `DELETE /whip/${id}/session`,
  ]);
  await begin(id);
  expect(own.received).toEqual([`POST /whip/${id}`]);
});

it('a phone without a connection moves on when the relay of its session is down', async () => {
  const { id, own, other } = await make();
  const session = await begin(id);
  own.health = 503;
  await publish(session);
  expect(other.received).toEqual([`POST /whip/${id}`]);
  expect(await whepOf(id)).toBe(`${other.url}/whep/${id}`);
});

it('credentials name a relay that answers', async () => {
  const { id, own, other } = await make();
  const addressed = async (): Promise<unknown> => (await owner.send(`/api/streams/${id}/credentials`)).body;
  expect(await addressed()).toMatchObject({ whipUrl: `${own.url}/whip/${id}` });
  own.health = 500;
  expect(await addressed()).toMatchObject({ whipUrl: `${other.url}/whip/${id}` });
});

it('the order to close goes to all, first to where the session is', async () => {
  const { id, own, other } = await make();
  own.health = 503;
  await begin(id);
  own.received.length = other.received.length = 0;
  expect((await remove(`/api/streams/${id}/whip`)).status).toBe(204);
  expect(other.received).toEqual([`DELETE /whip/${id}`]);
  expect(own.received).toEqual([`DELETE /whip/${id}`]);
});
