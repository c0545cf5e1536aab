// GET /api/streams: the caller's own streams, in pages, never with a credential.

import { describe, expect, it } from 'vitest';
import { Client, streamOf } from './client.ts';
import type { Stream } from './client.ts';
import { providers, worker } from './deployed.ts';

async function make(user: Client, count: number, fields: Record<string, unknown> = {}): Promise<Stream[]> {
  const made: Stream[] = [];
  for (let i = 1; i <= count; ++i) {
    made.push(streamOf(await user.create({ title: `Stream ${i}`, enableMuxBackup: false, ...fields })));
  }
  return made;
}

const withoutCredentials = (stream: Stream): Stream => ({ ...stream, whipUrl: null });

/** All pages, following nextCursor. */
async function pages(user: Client, query: string): Promise<Stream[][]> {
  const found: Stream[][] = [];
  let cursor: string | null | undefined;
  do {
    const more = cursor ? `&cursor=${encodeURIComponent(cursor)}` : '';
    const { status, body } = await user.list(`?${query}${more}`);
    expect(status).toBe(200);
    found.push(body.streams ?? []);
    cursor = body.nextCursor;
  } while (cursor);
  return found;
}

describe('a list', () => {
  it('is empty for a user without streams', async () => {
    const answer = await (await Client.of(worker)).list();
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ streams: [], nextCursor: null });
  });

  it("holds only the caller's streams, newest first, without credentials", async () => {
    const [one, other] = [await Client.of(worker), await Client.of(worker)];
    const made = await make(one, 3);
    const theirs = await make(other, 2);
    const answer = await one.list();
    expect(answer.body.streams).toEqual(made.map(withoutCredentials).reverse());
    expect((await other.list()).body.streams).toEqual(theirs.map(withoutCredentials).reverse());
    expect(answer.text).not.toContain('webRTC/publish');
    for (const { credentials } of await providers.liveInputs())
      for (const secret of Object.values(credentials)) expect(answer.text).not.toContain(secret);
  });

  it('holds all streams for an admin, without credentials', async () => {
    const made = await make(await Client.of(worker), 2);
    const admin = await Client.of(worker, { roles: ['admin'] });
    const { text, body } = await admin.list('?limit=100');
    expect(body.streams).toEqual(expect.arrayContaining(made.map(withoutCredentials)));
    expect(text).not.toContain('webRTC/publish');
  });

  it('comes in pages that contain each stream once, in order', async () => {
    const user = await Client.of(worker);
    const made = (await make(user, 5)).map(({ id }) => id).reverse();
    for (const limit of [1, 2, 3, 5, 100]) {
      const found = await pages(user, `limit=${limit}`);
      expect(found.flat().map(({ id }) => id)).toEqual(made);
      for (const page of found) expect(page.length).toBeLessThanOrEqual(limit);
    }
  });

  it('has 20 streams by default', async () => {
    const user = await Client.of(worker);
    await make(user, 21);
    const { body } = await user.list();
    expect(body.streams).toHaveLength(20);
    expect(body.nextCursor).toEqual(expect.any(String));
    const rest = await user.list(`?cursor=${encodeURIComponent(body.nextCursor ?? '')}`);
    expect(rest.body.streams).toHaveLength(1);
    expect(rest.body.nextCursor).toBeNull();
  });

  it("ignores a cursor from another user's list", async () => {
    const [one, other] = [await Client.of(worker), await Client.of(worker)];
    const made = await make(one, 2);
    const [own] = await make(other, 1);
    const { body } = await one.list('?limit=1');
    const answer = await other.list(`?cursor=${encodeURIComponent(body.nextCursor ?? '')}`);
    for (const { id } of made) expect(answer.text).not.toContain(id);
    for (const { id } of answer.body.streams ?? []) expect(id).toBe(own?.id);
  });
});

describe('a filter', () => {
  it('by memorial keeps its streams, and of those the caller’s own', async () => {
    const [one, other] = [await Client.of(worker), await Client.of(worker)];
    await make(one, 1);
    const [mine] = await make(one, 1, { memorialId: 'shared-memorial' });
    await make(one, 1, { memorialId: 'shared-memorial-2' });
    await make(other, 2, { memorialId: 'shared-memorial' });
    const { body } = await one.list('?memorialId=shared-memorial');
    expect(body.streams?.map(({ id }) => id)).toEqual([mine?.id]);
    const admin = await Client.of(worker, { roles: ['admin'] });
    expect((await admin.list('?memorialId=shared-memorial')).body.streams).toHaveLength(3);
    expect((await one.list('?memorialId=unknown')).body.streams).toEqual([]);
  });

  it('by status keeps the streams with that status', async () => {
    const user = await Client.of(worker);
    const [idle, live] = await make(user, 2);
    await providers.sendWebhooksTo(worker.url);
    await providers.cloudflare.post('connect', { inputId: live?.cloudflareInputId });
    await providers.delivered();
    const ids = async (status: string) =>
      (await user.list(`?status=${status}`)).body.streams?.map(({ id }) => id);
    await expect.poll(() => ids('live')).toEqual([live?.id]);
    expect(await ids('ready')).toEqual([idle?.id]);
    expect(await ids('completed')).toEqual([]);
    await providers.cloudflare.post('disconnect', {
      inputId: live?.cloudflareInputId,
      reconnectSeconds: 0,
      wait: true,
    });
    await expect.poll(() => ids('completed')).toEqual([live?.id]);
  });
});
