// What the cache in front of the Worker may keep: it gives a stored answer to anyone, whatever token or cookie they send.
// Every address that is read, for every kind of caller, for public and private streams before, during and after a
// broadcast.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf, tokenFor } from './client.ts';
import type { Stream } from './client.ts';
import { invite } from './inviting.ts';
import { startProviders, withoutRelay } from './providers.ts';
import type { Providers } from './providers.ts';
import { signing } from './signing.ts';
import { broadcast, goLive } from './watching.ts';

let providers: Providers;
let worker: StartedWorker;
let owner: Client;
/** What each caller sends; the invites are added for each stream. */
let callers: Record<string, Record<string, string>>;

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

beforeAll(async () => {
  providers = await startProviders({
    settings: {
      // The relay's token for viewers is another one each second.
      ...withoutRelay,
      AUTH_COOKIE: 'session',
      ...signing,
    },
  });
  worker = await startWorker({ bindings: providers.settings });
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker, { sub: 'owner-of-caching' });
  const token = await tokenFor({ sub: 'owner-of-caching' });
  callers = {
    nobody: {},
    'the owner': bearer(token),
    'the owner by cookie': { cookie: `session=${token}` },
    'an admin': bearer(await tokenFor({ sub: 'admin-of-caching', roles: ['admin'] })),
    'a stranger': bearer(await tokenFor({ sub: 'stranger-of-caching' })),
    'someone with a token that is not accepted': bearer('no.token.atall'),
  };
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

const states: [string, (stream: Stream) => Promise<void>][] = [
  ['ready', async () => undefined],
  ['live', (stream) => goLive(providers, stream, 'rtmps')],
  ['recorded', (stream) => broadcast(providers, stream)],
];

const scheduledStart = new Date(Date.now() + 86_400_000).toISOString();

const below = [
  '',
  '/credentials',
  '/invites',
  '/outputs',
  '/status',
  '/playback',
  '/calendar',
  '/recordings',
  '/room',
];
const addressesOf = ({ id }: Stream): string[] => [
  ...below.map((what) => `/api/streams/${id}${what}`),
  `/api/relay/streams/${id}/destination`,
  '/api/streams',
  '/api/memorials/unknown',
  '/healthz',
  '/readyz',
  '/api/nothing',
];

interface Seen {
  caller: string;
  path: string;
  status: number;
  policy: string | null;
  text: string;
}

async function readAll(stream: Stream): Promise<Seen[]> {
  const invites = await Promise.all(
    (['publish', 'watch'] as const).map(async (purpose) => {
      // Only private streams have invites to watch.
      if (purpose === 'watch' && stream.visibility === 'public') return [];
      return [[`an invite to ${purpose}`, bearer((await invite(owner, stream.id, { purpose })).token)]];
    }),
  );
  const all = { ...callers, ...(Object.fromEntries(invites.flat()) as typeof callers) };
  const seen: Seen[] = [];
  for (const [caller, headers] of Object.entries(all))
    for (const path of addressesOf(stream)) {
      const answer = await worker.fetch(path, { headers });
      const policy = answer.headers.get('cache-control');
      seen.push({ caller, path, status: answer.status, policy, text: await answer.text() });
    }
  return seen;
}

const shown = ({ caller, path, status }: Seen): string => `${path} for ${caller}: ${status}`;

describe.each(states)('of a stream that is %s', (_, reach) => {
  it('if it is public, playback, recordings and calendar may be kept for seconds, are the same for all, and nothing else', async () => {
    const stream = streamOf(await owner.create({ visibility: 'public', scheduledStart }));
    await reach(stream);
    const seen = await readAll(stream);
    const isPublic = ({ path }: Seen): boolean => /\/(playback|recordings|calendar)$/.test(path);
    expect(seen.filter((each) => !isPublic(each) && each.policy !== 'no-store').map(shown)).toEqual([]);
    for (const what of ['playback', 'recordings', 'calendar']) {
      const kept = seen.filter(({ path }) => path.endsWith(`/${what}`));
      expect(new Set(kept.map(({ status }) => status))).toEqual(new Set([200]));
      expect(kept.every(({ policy }) => /^public, max-age=(5|60)$/.test(policy ?? ''))).toBe(true);
      expect(new Set(kept.map(({ text }) => text)).size).toBe(1);
    }
  });

  it('if it is private, nothing may be kept, for nobody', async () => {
    const stream = streamOf(await owner.create({ visibility: 'private', scheduledStart }));
    await reach(stream);
    const seen = await readAll(stream);
    expect(seen.filter(({ policy }) => policy !== 'no-store').map(shown)).toEqual([]);
    // Both kinds of callers are among them.
    const playback = seen.filter(({ path }) => path.endsWith('/playback'));
    expect(new Set(playback.map(({ status }) => status))).toEqual(new Set([200, 401, 404]));
  });
});
