// PATCH /api/streams/{id}, and ETags, which tell a poll that nothing has changed.

import { describe, expect, it } from 'vitest';
import type { Answer } from './client.ts';
import { Client, streamOf } from './client.ts';
import { worker } from './deployed.ts';

function patch(user: Client, id: string, fields: unknown): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  return user.send(`/api/streams/${id}`, { method: 'PATCH', headers, body: JSON.stringify(fields) });
}

const create = async (user: Client) => streamOf(await user.create({ enableMuxBackup: false }));

describe('a new title', () => {
  it('is shown at once, in the stream and in the list, and is kept when the record is read again', async () => {
    const user = await Client.of(worker);
    const made = await create(user);
    const renamed = streamOf(await patch(user, made.id, { title: '  A better title ' }));
    expect(renamed).toEqual({ ...made, title: 'A better title', updatedAt: renamed.updatedAt });
    expect(streamOf(await user.get(made.id))).toEqual(renamed);
    await expect
      .poll(async () => (await user.list()).body.streams?.[0]?.title, { timeout: 10_000 })
      .toBe('A better title');
  });

  it('may be of 200 characters of four bytes, in the stream and in the record', async () => {
    const user = await Client.of(worker);
    const made = await create(user);
    const title = '👶'.repeat(200);
    expect(streamOf(await patch(user, made.id, { title })).title).toBe(title);
    await expect
      .poll(async () => (await user.list()).body.streams?.[0]?.title, { timeout: 10_000 })
      .toBe(title);
  });

  it('is the last one requested, whichever request was slower', async () => {
    const user = await Client.of(worker);
    const made = await create(user);
    for (const title of ['one', 'two', 'three']) await patch(user, made.id, { title });
    expect(streamOf(await user.get(made.id)).title).toBe('three');
  });

  it.each([
    [{}, 'title'],
    [{ title: '' }, 'title'],
    [{ title: 'x'.repeat(201) }, 'title'],
    [{ title: 'fine', status: 'live' }, 'status'],
  ])('is refused as %j, and nothing changes', async (fields, field) => {
    const user = await Client.of(worker);
    const made = await create(user);
    const { status, body } = await patch(user, made.id, fields);
    expect(status).toBe(400);
    expect(body.errors?.map((each) => each.field)).toContain(field);
    expect(streamOf(await user.get(made.id))).toEqual(made);
  });

  it("of another user's stream is a 404", async () => {
    const made = await create(await Client.of(worker));
    expect(await patch(await Client.of(worker), made.id, { title: 'mine now' })).toMatchObject({
      status: 404,
    });
  });
});

describe('an ETag', () => {
  const read = (user: Client, id: string, tag: string): Promise<Answer> =>
    user.send(`/api/streams/${id}`, { headers: { 'if-none-match': tag } });

  it('that matches is answered 304 without a body, otherwise with the stream', async () => {
    const user = await Client.of(worker);
    const made = await create(user);
    const tag = (await user.get(made.id)).headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const known of [tag, `W/${tag}`, `"other", ${tag}`, '*'])
      expect(await read(user, made.id, known)).toMatchObject({ status: 304, text: '' });
    expect(await read(user, made.id, '"other"')).toMatchObject({ status: 200 });
    await patch(user, made.id, { title: 'changed' });
    expect(await read(user, made.id, tag)).toMatchObject({ status: 200, body: { title: 'changed' } });
  });
});
