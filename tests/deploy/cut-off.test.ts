// Deployments that are cut off at each call that changes something, before or after it took effect, and then repeated.

import { describe, expect, it } from 'vitest';
import { counts, oneOfEach, setStage } from './stage.ts';

/** The writes of a deployment from nothing, in order; each may be the last thing that happens. */
const writes = [
  ['cloudflare', 'POST', '/storage/kv/namespaces$'],
  ['mux', 'POST', '/signing-keys$'],
  ['cloudflare', 'POST', '/stream/keys$'],
  ['cloudflare', 'POST', '/queues$'],
  ['cloudflare', 'PUT', '/workers/scripts/whip-mux$'],
  ['cloudflare', 'POST', '/subdomain$'],
  ['cloudflare', 'PUT', '/schedules$'],
  ['cloudflare', 'POST', '/consumers$'],
  ['mux', 'POST', '/webhooks$'],
  ['cloudflare', 'PATCH', '/secrets-bulk$'],
  ['cloudflare', 'PUT', '/stream/webhook$'],
  ['cloudflare', 'POST', '/event_subscriptions/subscriptions$'],
  ['cloudflare', 'POST', '/destinations/webhooks$'],
  ['cloudflare', 'POST', '/policies$'],
] as const;

describe('a deployment that is cut off, and then repeated', () => {
  const moments = writes.flatMap((write) => [
    [...write, 'drop-before'] as const,
    [...write, 'drop-after'] as const,
  ]);

  it.each(moments)('at %s, %s %s (%s), leaves one of everything', async (at, method, path, kind) => {
    const stage = await setStage();
    await stage[at].control.post('faults', [{ kind, method, path }]);
    await expect(stage.deploy()).rejects.toThrow('failed');
    expect(await stage[at].control.get('faults')).toMatchObject([{ seen: 1 }]);
    expect(await stage.deploy(), stage.said()).toBe(true);
    expect(await counts(stage)).toEqual(oneOfEach);
    expect(stage.asked).toEqual([]);
  });

  it('covers every call that changes something', async () => {
    const stage = await setStage();
    await stage.deploy();
    const unknown = (await stage.writes()).filter(
      (call) => !writes.some(([, method, path]) => new RegExp(`^${method} .*${path}`).test(call)),
    );
    expect(unknown).toEqual([]);
  });
});
