// The room of a stream: WebSockets over which pages hear of changes, and the count of viewers.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { answerPatiently } from '../patient-entry.ts';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, read, streamOf, tokenFor, whenQuiet } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { invite, revoke } from './inviting.ts';
import { startProviders, withoutRelay } from './providers.ts';
import type { Providers, Settings } from './providers.ts';
import { Page, refusal, roomPath } from './room-page.ts';
import type { Message, Role } from './room-page.ts';
import { signing } from './signing.ts';
import { watchedEntry } from './watched-entry.ts';
import { Viewer } from './watching.ts';
import { deliver, notificationDoor } from './webhook.ts';
import { offer, startWhipEndpoint } from './whip-endpoint.ts';
import type { WhipEndpoint } from './whip-endpoint.ts';

/** Below `/_test/room/<stream>/` are the methods of its object, and `look`; `/_test/clock` changes its time. */
const entry = `
import shipped from './shipped.js';
import { Room as Shipped } from './shipped.js';
${answerPatiently}
const now = Date.now;
let ahead = 0;
Date.now = () => now() + ahead;

export class Room extends Shipped {
  #begun = Math.random();
  async look() {
    const { kv } = this.ctx.storage;
    return { due: Object.keys(kv.get('wakes')?.due ?? {}), stored: [...kv.list()].length };
  }
  check() {
    return this.alarm();
  }
  begun() {
    return this.#begun;
  }
  evict() {
    this.ctx.abort('evicted');
  }
  fill() {
    const { ctx } = this;
    const getWebSockets = (tag) => (tag === 'viewer' ? Array(20_000) : ctx.getWebSockets(tag));
    this.ctx = new Proxy(ctx, {
      get: (_, name) => (name === 'getWebSockets' ? getWebSockets : Reflect.get(ctx, name).bind?.(ctx) ?? ctx[name]),
    });
  }
}

export default {
  ...shipped,
  async fetch(request, env, context) {
    const [, test, what, room, method] = new URL(request.url).pathname.split('/');
    if (test !== '_test') return answerPatiently(request, env, context);
    const args = await request.json();
    if (what === 'clock') return new Response((ahead = args[0]));
    return Response.json((await env.ROOMS.getByName(room)[method](...args)) ?? null);
  },
};`;

const page = 'https://app.example';
const settings: Settings = {
  ...withoutRelay,
  AUTH_COOKIE: 'session',
  ALLOWED_ORIGINS: page,
  ...signing,
};

let endpoint: WhipEndpoint;
let providers: Providers;
let worker: StartedWorker;
let token: string;
let owner: Client;
let stream: Stream;

beforeAll(async () => {
  endpoint = await startWhipEndpoint();
  providers = await startProviders({ cloudflare: { publicUrl: endpoint.url }, settings });
  worker = await startWorker({ bindings: providers.settings, entry });
  token = await tokenFor({ sub: 'owner-of-rooms' });
  owner = await Client.of(worker, { sub: 'owner-of-rooms' });
}, 60_000);

beforeEach(async () => {
  stream = await make();
});

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
  await endpoint?.[Symbol.asyncDispose]();
});

const make = async (more: object = {}): Promise<Stream> =>
  streamOf(
    await owner.post('/api/streams', { title: 'The service', streamingMethod: 'whip_browser', ...more }),
  );

const enter = (role: Role, how: Parameters<typeof Page.enter>[3] = {}): Promise<Page> =>
  Page.enter(worker, stream.id, role, role === 'viewer' ? how : { token, ...how });

const change = (method: string, path = '', body?: object): Promise<Answer> => {
  const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  return owner.send(`/api/streams/${stream.id}${path}`, init);
};
async function rename(title: string): Promise<void> {
  expect(streamOf(await change('PATCH', '', { title })).title).toBe(title);
}

const connected = async (type = 'connected', at = Date.now()): Promise<void> => {
  const data = {
    input_id: stream.cloudflareInputId,
    event_type: `live_input.${type}`,
    updated_at: new Date(at).toISOString(),
  };
  expect((await deliver(worker, notificationDoor, JSON.stringify({ data }))).status).toBe(200);
};

/** Calls a method of the room's object. */
async function room(method: string, ...args: unknown[]): Promise<unknown> {
  const init = { method: 'POST', body: JSON.stringify(args) };
  return (await worker.fetch(`/_test/room/${stream.id}/${method}`, init)).json();
}
const look = () => room('look') as Promise<{ due: string[]; stored: number }>;
const setClock = (ahead: number) =>
  worker.fetch('/_test/clock', { method: 'POST', body: JSON.stringify([ahead]) });

const named = (title: string) => (message: Message) =>
  [message.playback?.title, message.status?.title, message.stream?.title].includes(title);
const counted = (viewers: number, peakViewers: number) => (message: Message) =>
  message.viewers === viewers && message.peakViewers === peakViewers;
const is = (status: string) => (message: Message) =>
  [message.playback, message.status, message.stream].some((told) => told?.status === status);

describe('a page that enters hears the present state first:', () => {
  it('a viewer, what /playback answers', async () => {
    await connected();
    await using viewer = await enter('viewer');
    await viewer.hears(() => true);
    const { body } = await new Viewer(worker).playback(stream.id);
    expect(viewer.messages).toEqual([{ playback: body }]);
    expect(viewer.protocol).toBe('whip-mux');
  });

  it('a publisher, what /status answers, and then the viewers', async () => {
    const { token } = await invite(owner, stream.id);
    await using publisher = await enter('publisher', { token });
    await publisher.hears(counted(0, 0));
    const { body } = await owner.get(`${stream.id}/status`);
    expect(publisher.messages).toEqual([{ status: body }, { viewers: 0, peakViewers: 0, owners: 0 }]);
  });

  it('an owner, the stream without credentials, and then the viewers', async () => {
    await using page = await enter('owner');
    await page.hears(counted(0, 0));
    const whole = streamOf(await owner.get(stream.id));
    expect(whole.whipUrl).not.toBeNull();
    expect(page.messages).toEqual([
      { stream: { ...whole, whipUrl: null } },
      { viewers: 0, peakViewers: 0, owners: 1 },
    ]);
  });
});

it('tells viewers neither warnings nor how many there are, and nobody a credential', async () => {
  const { whipUrl } = streamOf(await owner.get(stream.id));
  const pages = [await enter('viewer'), await enter('publisher'), await enter('owner')];
  await connected();
  await rename('Another');
  for (const page of pages) {
    await page.hears(named('Another'));
    expect(JSON.stringify(page.messages)).not.toContain(whipUrl);
    expect(JSON.stringify(page.messages)).not.toContain('/webRTC/publish');
  }
  for (const page of pages.slice(1)) await page.hears(counted(1, 1));
  const [viewer] = pages;
  expect(JSON.stringify(viewer?.messages)).not.toContain('warnings');
  expect(viewer?.messages.flatMap((message) => Object.keys(message))).not.toContain('viewers');
  for (const page of pages) await page.leave();
});

describe('how fast a publisher sends', () => {
  const report = (kilobitsPerSecond: number) => ({ report: { kilobitsPerSecond, framesPerSecond: 30 } });
  const looks = (owners: number) => (message: Message) => message.owners === owners;
  const enterAs = async (role: Role) =>
    role === 'publisher' ? enter(role, { token: (await invite(owner, stream.id)).token }) : enter(role);

  it('reaches owners, whose presence the publisher hears, at most every five seconds', async () => {
    const publisher = await enterAs('publisher');
    await publisher.hears(looks(0));
    const manager = await enter('owner');
    await publisher.hears(looks(1));
    for (const rate of [2500, 2600]) publisher.send(JSON.stringify(report(rate)));
    publisher.send('That is all.');
    expect(await publisher.closed).toBe(1003);
    await using another = await enterAs('publisher');
    another.send(JSON.stringify(report(2700)));
    await manager.hears((message) => message.report?.kilobitsPerSecond === 2700);
    expect(manager.messages.filter((message) => message.report)).toEqual([report(2500), report(2700)]);
    const before = another.messages.length;
    await manager.leave();
    await another.hears(looks(0), before);
  });

  it('is told again how many owners look, if one has left without a word', async () => {
    await using publisher = await enterAs('publisher');
    await using _ = await enter('owner');
    await publisher.hears(looks(1));
    const before = publisher.messages.length;
    await setClock(80_000);
    try {
      publisher.send(JSON.stringify(report(2500)));
      await publisher.hears(looks(0), before);
    } finally {
      await setClock(0);
    }
  });

  it.each<[Role, string]>([
    ['viewer', JSON.stringify(report(1))],
    ['owner', JSON.stringify(report(1))],
    ['publisher', JSON.stringify(report(-1))],
    ['publisher', JSON.stringify({ ...report(1), more: '<b>' })],
    ['publisher', `${JSON.stringify(report(1))} `],
  ])('is nothing that a %s may say as %s', async (role, text) => {
    await using manager = await enter('owner');
    const page = await enterAs(role);
    page.send(text);
    const heard = manager.hears((message) => message.report !== undefined);
    expect(await Promise.race([page.closed, heard])).toBe(1003);
  });
});

describe('every page hears of', () => {
  let pages: Page[];
  beforeEach(async () => {
    pages = [await enter('viewer'), await enter('publisher'), await enter('owner')];
  });
  const allHear = (fits: (message: Message) => boolean) => Promise.all(pages.map((page) => page.hears(fits)));

  it('a webhook', async () => {
    await connected();
    await allHear(is('live'));
  });

  it('the beginning and the end of a WHIP session', async () => {
    const headers = { 'content-type': 'application/sdp' };
    const whip = `/api/streams/${stream.id}/whip`;
    const begun = await owner.send(whip, { method: 'POST', headers, body: offer });
    expect(begun.status).toBe(201);
    const [playback] = await allHear(is('live'));
    expect(playback?.playback?.live?.whep).toContain(stream.cloudflareInputId);
    const session = begun.headers.get('location') ?? '';
    expect((await owner.send(session, { method: 'DELETE' })).status).toBe(200);
    await allHear((message) => is('completed')(message) || is('processing')(message));
  });

  it('a new title, with any characters', async () => {
    const title = 'Omas Abschied – 親愛的 👵🏽 "zu Hause"';
    await rename(title);
    await allHear(named(title));
    await using late = await enter('viewer');
    expect(await late.hears(() => true)).toMatchObject({ playback: { title } });
  });

  it('the end', async () => {
    expect((await change('POST', '/end')).status).toBe(200);
    await allHear(is('completed'));
  });

  it('the deletion: its socket closes with 4404, and the room forgets all but when to look after it', async () => {
    expect((await look()).stored).toBe(2);
    expect((await change('DELETE')).status).toBe(200);
    expect(await Promise.all(pages.map(({ closed }) => closed))).toEqual([4404, 4404, 4404]);
    expect(await look()).toEqual({ due: ['work'], stored: 1 });
  });

  it('what an alarm finds', async () => {
    await providers.cloudflare.post('connect', { inputId: stream.cloudflareInputId, protocol: 'webrtc' });
    await room('wake', stream.id, 'check', Date.now(), '');
    await allHear(is('live'));
  });
});

describe('of two messages for a role', () => {
  const tell = (version: number, title: string) =>
    room('tell', version, 0, [['viewer', JSON.stringify({ playback: { title } })]], '', 0);
  const tellOwners = (version: number, title: string) =>
    room('tell', version, 0, [['owner', JSON.stringify({ stream: { title } })]], '', 0);
  const far = Date.now() * 1000 + 3600e6;

  it('the one of the newer fold counts, whatever comes last', async () => {
    await using viewer = await enter('viewer');
    await tell(far + 1, 'second');
    await tell(far, 'first');
    await tell(far + 2, 'third');
    await viewer.hears(named('third'));
    expect(viewer.messages.map(({ playback }) => playback?.title)).toEqual([
      'The service',
      'second',
      'third',
    ]);
  });

  it('the same one is told once', async () => {
    await using viewer = await enter('viewer');
    await tell(far, 'once');
    await tell(far + 1, 'once');
    await tell(far + 2, 'last');
    await viewer.hears(named('last'));
    expect(viewer.messages).toHaveLength(3);
  });

  it('owners hear the same one of each fold, because their pages then ask for recordings', async () => {
    await using manager = await enter('owner');
    await tellOwners(far, 'again');
    await tellOwners(far, 'again');
    await tellOwners(far + 1, 'again');
    await tellOwners(far + 2, 'last');
    await manager.hears(named('last'));
    const titles = manager.messages.flatMap(({ stream }) => stream?.title ?? []);
    expect(titles).toEqual(['The service', 'again', 'again', 'last']);
  });

  it('the newer one is what a page hears whose core read an old record', async () => {
    await tell(far, 'newer');
    await using viewer = await enter('viewer');
    expect(await viewer.hears(() => true)).toMatchObject({ playback: { title: 'newer' } });
  });

  it('the page’s own is what it hears once KV cannot be old any more, for the other’s tokens may be', async () => {
    await tell(Date.now() * 1000 + 1, 'newer');
    await setClock(121_000);
    try {
      await using viewer = await enter('viewer');
      expect(await viewer.hears(() => true)).toMatchObject({ playback: { title: 'The service' } });
    } finally {
      await setClock(0);
    }
  });

  it('the newer one reaches the others when a page brings it, if nobody told', async () => {
    const key = `stream/${stream.id}`;
    await using viewer = await enter('viewer');
    await viewer.hears(named('The service'));
    const record = JSON.parse((await worker.namespace.get(key)) ?? '') as Record<string, unknown>;
    const foldedAt = (Date.now() + 1000) * 1000;
    await worker.namespace.put(key, JSON.stringify({ ...record, title: 'Untold', foldedAt }));
    await using late = await enter('viewer');
    await Promise.all([viewer.hears(named('Untold')), late.hears(named('Untold'))]);
  });
});

describe('a memorial’s stream', () => {
  it('shows out users that the memorial does not admit any more, and nobody else', async () => {
    const admin = await Client.of(worker, { roles: ['admin'] });
    const videographer = await tokenFor({ sub: 'videographer-of-rooms' });
    const memorial = (method: string, fields: object): Promise<Answer> => {
      const headers = { 'content-type': 'application/json' };
      return admin.send('/api/memorials/of-rooms', { method, headers, body: JSON.stringify(fields) });
    };
    const [own, theirs] = ['owner-of-rooms', 'videographer-of-rooms'];
    await memorial('PUT', { owner: own, videographers: [theirs] });
    stream = await make({ memorialId: 'of-rooms' });
    const enterAs = (role: Role) => enter(role, { token: videographer });
    await using stays = await enter('owner');
    for (const role of ['owner', 'publisher'] as const) {
      const leaves = await enterAs(role);
      await memorial('PUT', { owner: own });
      expect(await leaves.closed).toBe(4401);
      await memorial('PUT', { owner: own, videographers: [theirs] });
      // The room lets nobody in again who was just shown out.
      expect(await refusal(worker, roomPath(stream.id, role), { token: videographer })).toMatchObject({
        status: 503,
      });
      await setClock(300_000);
    }
    await setClock(0);
    await rename('Still here');
    await stays.hears(named('Still here'));
  });
});

describe('a private stream', () => {
  beforeEach(async () => {
    stream = await make({ visibility: 'private' });
  });

  it('lets in a viewer with a pass, and tells addresses that play', async () => {
    const pass = await invite(owner, stream.id, { purpose: 'watch' });
    await using viewer = await enter('viewer', { token: pass.token });
    await connected();
    const { playback } = await viewer.hears(is('live'));
    expect(playback?.live?.iframe).toMatch(/\/eyJ[^/]+\/iframe$/);
    await using manager = await enter('viewer', { token });
    expect(await manager.hears(() => true)).toMatchObject({ playback: { status: 'live' } });
  });

  it('is a 404 without one, and a 401 with one that is not accepted', async () => {
    const path = roomPath(stream.id, 'viewer');
    expect(await refusal(worker, path)).toMatchObject({ status: 404, type: 'no-such-stream' });
    const token = 'no.token.atall';
    expect(await refusal(worker, path, { token })).toMatchObject({ status: 401, type: 'unauthenticated' });
  });

  it('shows out those whose invite is withdrawn, and nobody else', async () => {
    const [first, second] = [
      await invite(owner, stream.id, { purpose: 'watch' }),
      await invite(owner, stream.id, { purpose: 'watch' }),
    ];
    await using stays = await enter('viewer', { token: second.token });
    const leaves = await enter('viewer', { token: first.token });
    expect((await revoke(owner, stream.id, first.id)).status).toBe(204);
    expect(await leaves.closed).toBe(4401);
    await rename('Still here');
    await stays.hears(named('Still here'));
  });

  it('lets nobody in again with a withdrawn invite where KV still shows it', async () => {
    const pass = await invite(owner, stream.id, { purpose: 'watch' });
    const key = `invite/${stream.id}/${pass.id}`;
    const before = (await worker.namespace.get(key)) ?? '';
    const leaves = await enter('viewer', { token: pass.token });
    expect((await revoke(owner, stream.id, pass.id)).status).toBe(204);
    expect(await leaves.closed).toBe(4401);
    await worker.namespace.put(key, before);
    expect(await refusal(worker, roomPath(stream.id, 'viewer'), { token: pass.token })).toMatchObject({
      status: 503,
      type: 'room-unavailable',
    });
  });

  it('shows out those whose invite has expired before they hear more', async () => {
    const [short, long] = [
      await invite(owner, stream.id, { purpose: 'watch', expiresIn: 300 }),
      await invite(owner, stream.id, { purpose: 'watch' }),
    ];
    await using stays = await enter('viewer', { token: long.token });
    const leaves = await enter('viewer', { token: short.token });
    await leaves.hears(() => true);
    await setClock(301_000);
    try {
      await rename('Still here');
      await stays.hears(named('Still here'));
      expect(await leaves.closed).toBe(4401);
      expect(leaves.messages.some(named('Still here'))).toBe(false);
    } finally {
      await setClock(0);
    }
  });
});

describe('the room refuses', () => {
  const refused = (role: string, how: Parameters<typeof refusal>[2] = {}) =>
    refusal(worker, roomPath(stream.id, role), how);

  it.each(['publisher', 'owner'])('a %s who is unknown', async (role) => {
    expect(await refused(role)).toMatchObject({ status: 401, type: 'unauthenticated' });
    const stranger = await tokenFor({ sub: 'somebody-else' });
    expect(await refused(role, { token: stranger })).toMatchObject({ status: 404 });
  });

  it('an invited phone that wants to hear what owners hear', async () => {
    const { token } = await invite(owner, stream.id);
    expect(await refused('owner', { token })).toMatchObject({ status: 401 });
  });

  it('a page of a foreign origin that uses the cookie, which a page of ours may', async () => {
    const headers = { cookie: `session=${token}` };
    for (const origin of ['https://evil.example', 'null'])
      expect(await refused('owner', { headers: { ...headers, origin } })).toMatchObject({
        status: 403,
        type: 'origin-not-allowed',
      });
    expect(await refused('owner', { headers })).toMatchObject({ status: 403 });
    const how = { token: '', headers: { ...headers, origin: page } };
    await using ours = await Page.enter(worker, stream.id, 'owner', how);
    await ours.hears((message) => message.stream !== undefined);
  });

  it('a role or a viewer’s id that does not exist', async () => {
    expect(await refused('director')).toMatchObject({ status: 400, type: 'invalid-field' });
    for (const id of ['', 'short', 'x'.repeat(65), 'not-a-viewer-é-id'])
      expect(await refusal(worker, roomPath(stream.id, 'viewer', id))).toMatchObject({ status: 400 });
  });

  it('a stream that does not exist', async () => {
    expect(await refusal(worker, roomPath('0'.repeat(26), 'viewer'))).toMatchObject({ status: 404 });
  });

  it('a request that is no upgrade', async () => {
    const answer = await read(await worker.fetch(roomPath(stream.id, 'viewer')));
    expect(answer).toMatchObject({ status: 426, body: { type: 'urn:whip-mux:problem:upgrade-required' } });
  });
});

it('that is full takes no viewer', async () => {
  await room('fill');
  expect(await refusal(worker, roomPath(stream.id, 'viewer'))).toMatchObject({
    status: 503,
    type: 'room-unavailable',
  });
});

it('writes no token to the log', async () => {
  await (await enter('owner')).leave();
  await refusal(worker, roomPath(stream.id, 'owner'), { token: `${token}x` });
  expect(worker.logs().join('\n')).not.toContain(token);
});

it('answers a ping, and closes the socket of a page that says anything else', async () => {
  const pages = [await enter('viewer'), await enter('viewer'), await enter('viewer')];
  pages[0]?.send('ping');
  await pages[0]?.hears(() => true);
  pages[1]?.send('hello');
  expect(await pages[1]?.closed).toBe(1003);
  pages[2]?.send('x'.repeat(1025));
  expect(await pages[2]?.closed).toBe(1009);
  await pages[0]?.leave();
});

describe('viewers', () => {
  it('are counted, and one that loads the page again is one', async () => {
    await using manager = await enter('owner');
    await connected();
    await using other = await enter('viewer');
    const viewer = 'the-same-viewer-every-time';
    const before = await enter('viewer', { viewer });
    await using after = await enter('viewer', { viewer });
    await manager.hears(counted(2, 2));
    await before.leave();
    const from = manager.messages.length;
    await other.leave();
    await manager.hears(counted(1, 2), from);
    await after.hears(() => true);
    expect(manager.messages.filter(({ viewers = 0 }) => viewers > 2)).toEqual([]);
  });

  it('have a peak for each broadcast, which begins anew with the next', async () => {
    await using manager = await enter('publisher');
    const begin = Date.now();
    await connected('connected', begin - 300_000);
    const three = await Promise.all([enter('viewer'), enter('viewer'), enter('viewer')]);
    await manager.hears(counted(3, 3));
    await connected('disconnected', begin - 200_000);
    await manager.hears(is('completed'));
    for (const each of three.slice(1)) await each.leave();
    await manager.hears(counted(1, 3));
    await using late = await enter('viewer');
    await manager.hears(counted(2, 3));
    await late.leave();
    let from = manager.messages.length;
    await connected('connected', begin);
    await manager.hears(counted(1, 1), from);
    from = manager.messages.length;
    await three[0]?.leave();
    await manager.hears(counted(0, 1), from);
  });

  it('do not count once they are silent for 75 s, for which an alarm looks while someone watches', async () => {
    await using silent = await enter('viewer');
    expect((await look()).due).not.toContain('count');
    await using manager = await enter('owner');
    await connected();
    await manager.hears(counted(1, 1));
    await expect.poll(async () => (await look()).due).toContain('count');
    await setClock(76_000);
    try {
      await room('check');
      await manager.hears(counted(0, 1));
      await using present = await enter('viewer');
      await present.hears(() => true);
      await manager.hears(counted(1, 1), manager.messages.findIndex(counted(0, 1)));
    } finally {
      await setClock(0);
    }
    await silent.leave();
  });
});

it('holds 200 sockets at once, and all of them hear of a change', async () => {
  await using manager = await enter('owner');
  await connected();
  const pages = await Promise.all(Array.from({ length: 200 }, () => enter('viewer')));
  await manager.hears(counted(200, 200));
  await rename('For all');
  await Promise.all(pages.map((page) => page.hears(named('For all'))));
  await Promise.all(pages.map((page) => page.leave()));
  await manager.hears(counted(0, 200));
});

const evict = () => room('evict').catch(() => undefined);

it.each([
  ['killed with everything', () => worker.restart()],
  ['evicted', evict],
])('has lost nothing but the count once its object is %s', async (_, end) => {
  await connected();
  const pages = [await enter('owner'), await enter('viewer'), await enter('viewer')];
  await pages[0]?.hears(counted(2, 2));
  await end();
  await Promise.all(pages.map(({ closed }) => closed));
  await using manager = await enter('owner');
  await manager.hears(counted(0, 2));
  await using viewer = await enter('viewer');
  await manager.hears(counted(1, 2));
  await rename('After all');
  await Promise.all([manager.hears(named('After all')), viewer.hears(named('After all'))]);
});

it('has lost nothing once its object has slept, and the sockets stay open', async () => {
  await connected();
  await using manager = await enter('owner');
  await using viewer = await enter('viewer');
  await manager.hears(counted(1, 1));
  const begun = await room('begun');
  // The runtime puts it to sleep after ten seconds in which nothing came.
  await expect.poll(() => room('begun'), { interval: 13_000, timeout: 60_000 }).not.toBe(begun);
  await rename('After its sleep');
  await Promise.all([manager.hears(named('After its sleep')), viewer.hears(named('After its sleep'))]);
  await using another = await enter('viewer');
  await manager.hears(counted(2, 2));
  await another.leave();
  await manager.hears(counted(1, 2));
}, 90_000);

describe('without rooms', () => {
  let other: StartedWorker;
  let runs = 0;
  beforeAll(async () => {
    other = await startWorker({ bindings: providers.settings, entry: watchedEntry });
  });
  afterAll(() => other?.stop());

  it('everything else works, and a page is told so', async () => {
    const user = await Client.of(other);
    const plan = { run: `without-${++runs}`, settings: { ROOMS: null } };
    const { id } = streamOf(await user.create({}, plan));
    const how = { plan: { ...plan, run: `without-${++runs}` } };
    expect(await refusal(other, roomPath(id, 'viewer'), how)).toMatchObject({
      status: 503,
      type: 'not-configured',
      detail: 'The operator must set ROOMS.',
    });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ title: 'Another' });
    plan.run = `without-${++runs}`;
    const renamed = await user.send(`/api/streams/${id}`, { method: 'PATCH', headers, body }, plan);
    expect(streamOf(renamed).title).toBe('Another');
    expect((await whenQuiet(other, plan.run)).rooms).toEqual([]);
  });

  it('that answer, everything else works too', async () => {
    const user = await Client.of(other);
    const plan = { run: `broken-${++runs}`, settings: { ROOMS: {} } };
    const { id } = streamOf(await user.create({}, plan));
    const how = { plan: { ...plan, run: `broken-${++runs}` } };
    expect(await refusal(other, roomPath(id, 'viewer'), how)).toMatchObject({
      status: 503,
      type: 'room-unavailable',
    });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ title: 'Another' });
    const renamed = await user.send(`/api/streams/${id}`, { method: 'PATCH', headers, body }, plan);
    expect(streamOf(renamed).title).toBe('Another');
  });
});
