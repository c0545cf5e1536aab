// Memorials: who may stream for them, and how that affects other access.

import { beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from './client.ts';
import { Client, streamOf } from './client.ts';
import { worker } from './deployed.ts';

let admin: Client;

beforeAll(async () => {
  admin = await Client.of(worker, { roles: ['admin'] });
});

let memorials = 0;
const newMemorial = (): string => `memorial-${++memorials}`;

function put(user: Client, id: string, fields: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return user.send(`/api/memorials/${id}`, { method: 'PUT', headers, body: JSON.stringify(fields) });
}

const get = (user: Client, id: string): Promise<Answer> => user.send(`/api/memorials/${id}`);
const remove = (user: Client, id: string): Promise<Answer> =>
  user.send(`/api/memorials/${id}`, { method: 'DELETE' });
const create = (user: Client, memorialId: string): Promise<Answer> =>
  user.create({ memorialId, enableMuxBackup: false });

describe('a memorial', () => {
  it('is created by an admin and read by the people it names', async () => {
    const [owner, director, stranger] = [
      await Client.of(worker),
      await Client.of(worker),
      await Client.of(worker),
    ];
    const id = newMemorial();
    const fields = { owner: owner.subject, funeralDirector: director.subject, videographers: ['somebody'] };
    for (const status of [201, 200])
      expect(await put(admin, id, fields)).toMatchObject({ status, body: { id, ...fields } });
    for (const reader of [admin, owner, director])
      expect((await get(reader, id)).body).toEqual({ id, ...fields });
    expect(await get(stranger, id)).toMatchObject({
      status: 403,
      body: { type: expect.stringMatching(/:not-admitted$/) },
    });
  });

  it('that was never created is a 404, and only an admin creates one', async () => {
    const user = await Client.of(worker);
    const id = newMemorial();
    expect(await get(user, id)).toMatchObject({ status: 404 });
    expect(await get(admin, id)).toMatchObject({ status: 404 });
    expect(await put(user, id, { owner: user.subject })).toMatchObject({ status: 404 });
  });

  it('is changed only by its owner, who cannot give it away', async () => {
    const [owner, director] = [await Client.of(worker), await Client.of(worker)];
    const id = newMemorial();
    await put(admin, id, { owner: owner.subject, funeralDirector: director.subject });
    expect(await put(owner, id, { owner: owner.subject, videographers: ['new'] })).toMatchObject({
      status: 200,
      body: { funeralDirector: null, videographers: ['new'] },
    });
    expect(await put(owner, id, { owner: 'another' })).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'owner' }] },
    });
    await put(admin, id, { owner: owner.subject, funeralDirector: director.subject });
    expect(await put(director, id, { owner: owner.subject })).toMatchObject({
      status: 403,
      body: { type: expect.stringMatching(/:owner-only$/) },
    });
    expect(await remove(director, id)).toMatchObject({ status: 403 });
    expect(await remove(owner, id)).toMatchObject({ status: 204, text: '' });
    expect(await get(admin, id)).toMatchObject({ status: 404 });
  });

  it.each([
    [{}, 'owner'],
    [{ owner: '' }, 'owner'],
    [{ owner: 'x', funeralDirector: 5 }, 'funeralDirector'],
    [{ owner: 'x', videographers: 'y' }, 'videographers'],
    [{ owner: 'x', videographers: [''] }, 'videographers'],
    [{ owner: 'x', videographers: Array(51).fill('y') }, 'videographers'],
    [{ owner: 'x', admin: true }, 'admin'],
  ])('refuses %j and names %s', async (fields, field) => {
    const { status, body } = await put(admin, newMemorial(), fields);
    expect(status).toBe(400);
    expect(body.errors?.map((each) => each.field)).toContain(field);
  });
});

describe('a stream of a known memorial', () => {
  it('that was made before the memorial was known, or by someone removed since, is not its maker’s', async () => {
    const [owner, early, videographer] = [
      await Client.of(worker),
      await Client.of(worker),
      await Client.of(worker),
    ];
    const id = newMemorial();
    const before = streamOf(await create(early, id));
    expect(await early.get(before.id)).toMatchObject({ status: 200 });
    expect((await early.list()).body.streams?.map((each) => each.id)).toEqual([before.id]);
    await put(admin, id, { owner: owner.subject, videographers: [videographer.subject] });
    const made = streamOf(await create(videographer, id));
    await put(admin, id, { owner: owner.subject });
    for (const [user, stream] of [
      [early, before],
      [videographer, made],
    ] as const) {
      expect(await user.get(stream.id)).toMatchObject({ status: 404 });
      expect(await user.send(`/api/streams/${stream.id}`, { method: 'DELETE' })).toMatchObject({
        status: 404,
      });
      expect((await user.list()).body.streams).toEqual([]);
    }
    expect(await owner.get(made.id)).toMatchObject({ status: 200 });
  });

  it('can be created only by users that the memorial admits, and by admins', async () => {
    const [owner, videographer, stranger] = [
      await Client.of(worker),
      await Client.of(worker),
      await Client.of(worker),
    ];
    const id = newMemorial();
    await put(admin, id, { owner: owner.subject, videographers: [videographer.subject] });
    for (const user of [owner, videographer, admin])
      expect(await create(user, id)).toMatchObject({ status: 201 });
    const refused = await create(stranger, id);
    expect(refused).toMatchObject({ status: 403, body: { type: expect.stringMatching(/:not-admitted$/) } });
    expect((await stranger.list()).body.streams).toEqual([]);
  });

  it('can be published to and listed by all of them, and is a 404 to everyone else', async () => {
    const [owner, videographer, stranger] = [
      await Client.of(worker),
      await Client.of(worker),
      await Client.of(worker),
    ];
    const id = newMemorial();
    await put(admin, id, { owner: owner.subject, videographers: [videographer.subject] });
    const made = streamOf(await create(videographer, id));
    for (const user of [owner, videographer]) {
      expect(streamOf(await user.get(made.id)).whipUrl).toBe(made.whipUrl);
      expect((await user.list(`?memorialId=${id}`)).body.streams?.map((each) => each.id)).toEqual([made.id]);
    }
    expect(streamOf(await admin.get(made.id)).whipUrl).toBeNull();
    expect(await stranger.get(made.id)).toMatchObject({ status: 404 });
    expect(await stranger.list(`?memorialId=${id}`)).toMatchObject({ status: 403 });
  });

  it('is closed to videographers who were removed from the memorial, its creator included', async () => {
    const [owner, videographer, creator] = [
      await Client.of(worker),
      await Client.of(worker),
      await Client.of(worker),
    ];
    const id = newMemorial();
    const videographers = [videographer.subject, creator.subject];
    await put(admin, id, { owner: owner.subject, videographers });
    const made = streamOf(await create(creator, id));
    await put(owner, id, { owner: owner.subject });
    expect(await videographer.get(made.id)).toMatchObject({ status: 404 });
    expect(await creator.get(made.id)).toMatchObject({ status: 404 });
    expect(streamOf(await owner.get(made.id)).whipUrl).toBe(made.whipUrl);
  });
});
