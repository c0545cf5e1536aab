// GET /api/streams/{id}/activity: what happened to a stream and who did it.

import { describe, expect, it } from 'vitest';
import { Client, streamOf } from './client.ts';
import { providers, worker } from './deployed.ts';
import { invite, revoke } from './inviting.ts';
import { broadcast } from './watching.ts';

interface Entry {
  at: string;
  kind: string;
  source: string | null;
  by: string | null;
  detail: string | null;
}

async function activityOf(user: Client, id: string): Promise<Entry[]> {
  const answer = await user.send(`/api/streams/${id}/activity`);
  expect(answer.status).toBe(200);
  return (answer.body as unknown as { activity: Entry[] }).activity;
}

const lines = (all: Entry[]): string[] =>
  all.map(({ kind, source, by, detail }) => [kind, source, by, detail].map((each) => each ?? '-').join(' '));

describe('activity', () => {
  it('tells what owners did, newest first', async () => {
    const owner = await Client.of(worker, { sub: 'erik' });
    const { id, createdAt } = streamOf(await owner.create({ enableMuxBackup: false }));
    const headers = { 'content-type': 'application/json' };
    const made = await invite(owner, id, { name: 'Anna' });
    await revoke(owner, id, made.id);
    const body = JSON.stringify({ title: 'Another', visibility: 'public' });
    await owner.send(`/api/streams/${id}`, { method: 'PATCH', headers, body });
    await owner.send(`/api/streams/${id}/end`, { method: 'POST' });
    await expect
      .poll(async () => lines(await activityOf(owner, id)))
      .toEqual([
        'ended - erik -',
        'renamed - erik Another',
        'invite_cancelled - erik Anna',
        'invited - erik Anna',
        'created - erik -',
      ]);
    const all = await activityOf(owner, id);
    expect(all.at(-1)?.at).toBe(createdAt);
    expect(all.map(({ at }) => at)).toEqual(
      all
        .map(({ at }) => at)
        .sort()
        .reverse(),
    );
  });

  it('tells what the providers reported about a broadcast', async () => {
    await providers.sendWebhooksTo(worker.url);
    const owner = await Client.of(worker);
    const stream = streamOf(await owner.create({}));
    // Mux tells whole seconds.
    await broadcast(providers, stream, { seconds: 1.2 });
    const told = new Set(lines(await activityOf(owner, stream.id)));
    for (const line of [
      'live cloudflare - -',
      'live mux - -',
      'disconnected cloudflare - -',
      'recording_ready cloudflare - -',
      'recording_ready mux - -',
    ])
      expect(told).toContain(line);
  });

  it('is for those who manage the stream only', async () => {
    const owner = await Client.of(worker);
    const { id } = streamOf(await owner.create({ enableMuxBackup: false }));
    const path = `/api/streams/${id}/activity`;
    expect(await (await Client.of(worker, { sub: 'stranger' })).send(path)).toMatchObject({
      status: 404,
    });
    expect((await worker.fetch(path)).status).toBe(401);
    const { token } = await invite(owner, id);
    const guest = await worker.fetch(path, { headers: { authorization: `Bearer ${token}` } });
    expect(guest.status).toBe(401);
  });
});
