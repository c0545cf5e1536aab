// How many streams a user may create per minute, and have open at once.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, endpointOf, streamOf } from './client.ts';
import { setStage } from './stage.ts';
import { watchedEntry } from './watched-entry.ts';

// Some tests create dozens of streams.
vi.setConfig({ testTimeout: 60_000 });

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry, limited: true });
}, 60_000);

afterAll(async () => worker?.stop());

const problem = (name: string) => `urn:whip-mux:problem:${name}`;
const shipped = 20;

describe('a user’s creations', () => {
  it('are limited to 20 a minute; beyond that the answer is 429 and nothing is created', async () => {
    await using stage = await setStage(worker);
    const create = () => stage.user.create({}, stage.plan());
    const first = await Promise.all(Array.from({ length: shipped }, create));
    expect(first.map(({ status }) => status)).toEqual(first.map(() => 201));
    // The minute may have ended meanwhile; the next one allows 20 more.
    let refused = await create();
    let made = shipped;
    for (; refused.status === 201 && made < 3 * shipped; made += 1) refused = await create();
    expect(refused.status).toBe(429);
    expect(refused.body.type).toBe(problem('too-many-requests'));
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await stage.providers.liveInputs()).toHaveLength(made);
    const somebodyElse = await Client.of(worker);
    expect((await somebodyElse.create({}, stage.plan())).status).toBe(201);
  });

  it('count only if something is created: not for bad input, nor beyond the other limit', async () => {
    await using stage = await setStage(worker);
    const none = { settings: { MAX_OPEN_STREAMS: '0' } };
    for (let time = 0; time < shipped + 5; time += 1) {
      expect((await stage.user.create({ title: '' }, stage.plan())).status).toBe(400);
      const full = await stage.user.create({}, stage.plan(none));
      expect(full.body.type).toBe(problem('too-many-streams'));
    }
    expect((await stage.user.create({}, stage.plan())).status).toBe(201);
  });

  it('do not count if a stream already exists', async () => {
    await using stage = await setStage(worker);
    const ask = () => stage.user.createAtMux(stage.user.subject, stage.plan());
    const { streamId } = endpointOf(await ask());
    for (let time = 0; time < shipped + 5; time += 1)
      expect(endpointOf(await ask())).toMatchObject({ streamId, alreadyExists: true });
    expect((await stage.user.create({}, stage.plan())).status).toBe(201);
  });

  it('count once per key: the stored response is repeated', async () => {
    await using stage = await setStage(worker);
    const first = await stage.user.create({}, stage.plan(), 'key');
    for (let time = 0; time < shipped + 5; time += 1)
      expect((await stage.user.create({}, stage.plan(), 'key')).text).toBe(first.text);
    expect((await stage.user.create({}, stage.plan())).status).toBe(201);
  });

  it('refused under a key may be sent again', async () => {
    await using stage = await setStage(worker);
    const none = { settings: { MAX_OPEN_STREAMS: '0' } };
    expect((await stage.user.create({}, stage.plan(none), 'key')).status).toBe(429);
    expect((await stage.user.create({}, stage.plan(), 'key')).status).toBe(201);
  });

  it('are not limited if there is no counter or it fails', async () => {
    await using stage = await setStage(worker);
    const settings = { CREATE_LIMIT: null, MAX_OPEN_STREAMS: '100' };
    const create = () => stage.user.create({}, stage.plan({ settings }));
    const made = await Promise.all(Array.from({ length: shipped + 1 }, create));
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
    const failing = { settings: { CREATE_LIMIT: 'a text, which has no method to ask' } };
    expect((await stage.user.create({}, stage.plan(failing))).status).toBe(201);
  });
});

describe('a user’s open streams', () => {
  it('are limited to 20 by default', async () => {
    await using stage = await setStage(worker);
    const settings = { CREATE_LIMIT: null, MAX_OPEN_STREAMS: null };
    const create = () => stage.user.create({}, stage.plan({ settings }));
    const made = await Promise.all(Array.from({ length: 20 }, create));
    expect(made.map(({ status }) => status)).toEqual(made.map(() => 201));
    expect((await create()).status).toBe(429);
  });

  it('are limited to the configured number; an ended or deleted stream makes room', async () => {
    await using stage = await setStage(worker);
    const settings = { MAX_OPEN_STREAMS: '2' };
    const create = () => stage.user.create({}, stage.plan({ settings }));
    const [first, second] = [streamOf(await create()), streamOf(await create())];
    const refused = await create();
    expect(refused.status).toBe(429);
    expect(refused.body.type).toBe(problem('too-many-streams'));
    expect(refused.body.detail).toContain('2 open streams');
    expect(refused.headers.get('retry-after')).toBe('60');
    expect(await stage.providers.liveInputs()).toHaveLength(2);

    const ended = await stage.user.send(`/api/streams/${first.id}/end`, { method: 'POST' }, stage.plan());
    expect(ended.status).toBe(200);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(429);
    const removed = await stage.user.send(`/api/streams/${second.id}`, { method: 'DELETE' }, stage.plan());
    expect(removed.status).toBe(200);
    expect((await create()).status).toBe(201);
    expect((await create()).status).toBe(429);
  });

  it('do not block access to an existing stream', async () => {
    await using stage = await setStage(worker);
    const settings = { MAX_OPEN_STREAMS: '1' };
    const ask = (memorial: string) => stage.user.createAtMux(memorial, stage.plan({ settings }));
    const { streamId } = endpointOf(await ask(stage.user.subject));
    expect(endpointOf(await ask(stage.user.subject))).toMatchObject({ streamId, alreadyExists: true });
    expect((await ask('another-memorial')).status).toBe(429);
  });
});
