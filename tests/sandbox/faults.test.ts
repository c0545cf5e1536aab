// Every kind of injected fault, seen by a client, and the other test tools: the call log, the state, reset, and preset
// secrets.

import Mux from '@mux/mux-node';
import { describe, expect, it } from 'vitest';
import { delivered, eventTypes, receiveWebhooks, runMux } from './support.ts';
import type { Received } from './support.ts';

const create = { method: 'POST', path: '^/video/v1/live-streams$' };

describe('a fault of a call', () => {
  it('answers a status without doing anything, for a number of calls, after a number of calls', async () => {
    const { mux, control } = await runMux();
    const headers = { 'retry-after': '7' };
    await control.post('faults', [
      { ...create, kind: 'status', status: 503, headers, body: 'busy', skip: 1, times: 2 },
    ]);
    await mux.video.liveStreams.create({});
    for (let count = 0; count < 2; count += 1) {
      const error = await mux.video.liveStreams.create({}).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Mux.InternalServerError);
      expect((error as InstanceType<typeof Mux.InternalServerError>).headers.get('retry-after')).toBe('7');
    }
    await mux.video.liveStreams.create({});
    expect((await mux.video.liveStreams.list()).data).toHaveLength(2);
  });

  it.each([
    ['drop-before', 0],
    ['drop-after', 1],
  ])('%s cuts the connection, leaving %i streams', async (kind, left) => {
    const { mux, control } = await runMux();
    await control.post('faults', [{ ...create, kind }]);
    await expect(mux.video.liveStreams.create({})).rejects.toBeInstanceOf(Mux.APIConnectionError);
    expect((await mux.video.liveStreams.list()).data).toHaveLength(left);
  });

  it('status-after does the work and reports a failure', async () => {
    const { mux, control } = await runMux();
    await control.post('faults', [{ ...create, kind: 'status-after', status: 500 }]);
    await expect(mux.video.liveStreams.create({})).rejects.toBeInstanceOf(Mux.InternalServerError);
    expect((await mux.video.liveStreams.list()).data).toHaveLength(1);
  });

  it('garbage is a 200 with truncated JSON', async () => {
    const { mux, control } = await runMux();
    await control.post('faults', [{ ...create, kind: 'garbage' }]);
    await expect(mux.video.liveStreams.create({})).rejects.toThrow(SyntaxError);
    expect((await mux.video.liveStreams.list()).data).toHaveLength(1);
  });

  it('delay lets a later call overtake', async () => {
    const { mux, control } = await runMux();
    await control.post('faults', [{ ...create, kind: 'delay', ms: 500 }]);
    const finished: string[] = [];
    const slow = mux.video.liveStreams.create({}).then(() => finished.push('create'));
    await expect.poll(() => control.get('calls')).toHaveLength(1);
    await mux.video.liveStreams.list().then(() => finished.push('list'));
    await slow;
    expect(finished).toEqual(['list', 'create']);
  });

  it('can be removed, and a nonsensical rule is refused', async () => {
    const { mux, control } = await runMux();
    await control.post('faults', [{ ...create, kind: 'status', status: 503, times: 9 }]);
    await control.remove('faults');
    await mux.video.liveStreams.create({});
    await expect(control.post('faults', [{ kind: 'delay' }])).rejects.toThrow('delay needs ms');
    await expect(control.post('faults', [{ kind: 'explode' }])).rejects.toThrow('kind is one of');
    await expect(control.post('faults', { kind: 'status' })).rejects.toThrow('array');
  });
});

describe('a fault of a webhook', () => {
  async function withFault(rule: object, events = 3) {
    const hook = await receiveWebhooks();
    const started = await runMux({ webhooks: [{ url: hook.url, secret: 's' }] });
    await started.control.post('faults', [rule]);
    for (let count = 0; count < events; count += 1) {
      await started.mux.video.liveStreams.create({ passthrough: String(count) });
    }
    await delivered(started);
    const numbers = hook.received.map(({ json }) => json.data?.passthrough);
    return { ...started, hook, numbers };
  }

  it('drop loses it', async () => {
    expect((await withFault({ kind: 'webhook-drop', skip: 1 })).numbers).toEqual(['0', '2']);
  });

  it('duplicate sends it twice with one id', async () => {
    const { hook, numbers } = await withFault({ kind: 'webhook-duplicate', event: 'created$' });
    expect(numbers).toEqual(['0', '0', '1', '2']);
    expect(hook.received[0]?.json.id).toBe(hook.received[1]?.json.id);
  });

  it('delay lets later ones overtake', async () => {
    expect((await withFault({ kind: 'webhook-delay', ms: 300 })).numbers).toEqual(['1', '2', '0']);
  });

  it('reorder sends a few in reverse', async () => {
    const rule = { kind: 'webhook-reorder', count: 3 };
    expect((await withFault(rule)).numbers).toEqual(['2', '1', '0']);
  });

  it('corrupt breaks the signature', async () => {
    const { hook, mux } = await withFault({ kind: 'webhook-corrupt' }, 2);
    const verify = ({ body, headers }: Received) => mux.webhooks.verifySignature(body, headers, 's');
    const [bad, good] = hook.received as [Received, Received];
    await expect(verify(bad)).rejects.toThrow('No signatures found matching');
    await verify(good);
  });
});

describe('the test tools', () => {
  it('hold webhooks back until they are released', async () => {
    const hook = await receiveWebhooks();
    const started = await runMux({ webhooks: [{ url: hook.url, secret: 's' }] });
    await started.control.post('webhooks/hold');
    await started.mux.video.liveStreams.create({});
    expect(await started.control.get('webhooks')).toMatchObject({ pending: 1, deliveries: [] });
    await started.control.post('webhooks/release');
    await delivered(started);
    expect(eventTypes(hook)).toEqual(['video.live_stream.created']);
  });

  it('drop pending webhooks on reset', async () => {
    const hook = await receiveWebhooks();
    hook.answers.push(null, 500);
    const started = await runMux({ webhooks: [{ url: hook.url, secret: 's' }] });
    await started.mux.video.liveStreams.create({ passthrough: 'before' });
    await started.mux.video.liveStreams.create({ passthrough: 'before, and waiting' });
    await expect.poll(() => hook.received).toHaveLength(1);
    await started.control.post('reset');
    hook.answers.length = 0;
    await started.mux.video.liveStreams.create({ passthrough: 'after' });
    await delivered(started);
    expect(hook.received.map(({ json }) => json.data?.passthrough)).toEqual(['before', 'after']);
  });

  it('log every call except their own', async () => {
    const { mux, control } = await runMux();
    const { stream_key } = await mux.video.liveStreams.create({});
    await mux.video.liveStreams.list({ stream_key });
    const calls = await control.get<{ startedAt: number; endedAt: number }[]>('calls');
    expect(calls).toMatchObject([
      { method: 'POST', path: '/video/v1/live-streams', status: 201, idempotencyKey: false },
      { method: 'GET', path: '/video/v1/live-streams', status: 200, idempotencyKey: false },
    ]);
    expect(calls.every(({ startedAt, endedAt }) => startedAt < endedAt)).toBe(true);
    expect(JSON.stringify(calls)).not.toContain(stream_key);
    await control.remove('calls');
    expect(await control.get('calls')).toEqual([]);
  });

  it('show the state, return preset secrets, and forget everything', async () => {
    const { mux, control } = await runMux();
    await control.post('secrets', { streamKey: ['planted'] });
    await mux.video.liveStreams.create({});
    expect(await control.get('state')).toMatchObject({ liveStreams: [{ stream_key: 'planted' }] });
    await control.post('reset');
    expect(await control.get('state')).toMatchObject({ liveStreams: [], assets: [] });
    await expect(control.post('secrets', { password: ['x'] })).rejects.toThrow('streamKey');
    await expect(control.get('nothing')).rejects.toThrow('There is no control endpoint');
  });
});
