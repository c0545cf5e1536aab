// How many streams a user may make: in a minute, and at a time.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import { setStage } from './stage.ts';
import { watchedEntry } from './watched-entry.ts';

let worker: StartedWorker;

beforeAll(async () => {
  worker = await startWorker({ entry: watchedEntry, limited: true });
}, 60_000);

afterAll(async () => worker?.stop());

const problem = (name: string) => `urn:whip-mux:problem:${name}`;
const shipped = 20;

describe('the creations of a user', () => {
  it('are 20 in a minute, whatever comes of them; beyond that there is a 429, and nothing is made', async () => {
    await using stage = await setStage(worker);
    for (let time = 0; time < shipped; time += 1)
      expect((await stage.user.create({ title: '' }, stage.plan())).status).toBe(400);
    const answer = await stage.user.create({}, stage.plan());
    expect(answer.status).toBe(429);
    expect(answer.body.type).toBe(problem('too-many-requests'));
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(await stage.providers.calls()).toEqual([]);
    const somebodyElse = await Client.of(worker);
    expect((await somebodyElse.create({}, stage.plan())).status).toBe(201);
  });

  it('are counted by key once: what was answered is answered again', async () => {
    await using stage = await setStage(worker);
    const first = await stage.user.create({}, stage.plan(), 'key');
    for (let time = 0; time < shipped + 5; time += 1)
      expect((await stage.user.create({}, stage.plan(), 'key')).text).toBe(first.text);
    expect((await stage.user.create({}, stage.plan())).status).toBe(201);
  });

  it('under a key that are refused may be sent again', async () => {
    await using stage = await setStage(worker);
    const none = { settings: { MAX_OPEN_STREAMS: '0' } };
    expect((await stage.user.create({}, stage.plan(none), 'key')).status).toBe(429);
    expect((await stage.user.create({}, stage.plan(), 'key')).status).toBe(201);
  });

  it('are not limited where there is no counter, or it fails', async () => {
    await using stage = await setStage(worker);
    const settings = { CREATE_LIMIT: null };
    for (let time = 0; time < shipped + 1; time += 1)
      expect((await stage.user.create({ title: '' }, stage.plan({ settings }))).status).toBe(400);
    const failing = { settings: { CREATE_LIMIT: 'a text, which has no method to ask' } };
    expect((await stage.user.create({}, stage.plan(failing))).status).toBe(201);
  });
});

describe('the open streams of a user', () => {
  it('are 20 at a time where nothing else is set', async () => {
    await using stage = await setStage(worker);
    const settings = { CREATE_LIMIT: null, MAX_OPEN_STREAMS: null };
    for (let time = 0; time < 20; time += 1)
      expect((await stage.user.create({}, stage.plan({ settings }))).status).toBe(201);
    expect((await stage.user.create({}, stage.plan({ settings }))).status).toBe(429);
  });

  it('are as many as is set; one that has ended or is deleted makes room', async () => {
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
});
