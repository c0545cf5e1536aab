// The official Mux SDK against the stand-in: what it creates, reads, changes and deletes, and the errors it throws.

import Mux from '@mux/mux-node';
import { describe, expect, it } from 'vitest';
import { absentMuxId, delivered, receiveWebhooks, runMux } from './support.ts';

const settings: Mux.Video.LiveStreamCreateParams = {
  playback_policies: ['signed'],
  new_asset_settings: {
    playback_policies: ['signed'],
    passthrough: 'bridge:st_01JB7',
    static_renditions: [{ resolution: 'highest' }],
  },
  latency_mode: 'low',
  reconnect_window: 60,
  max_continuous_duration: 14400,
  passthrough: 'bridge:st_01JB7',
  meta: { title: 'Court 3' },
};

describe('a live stream', () => {
  it('is created with the documented fields and their defaults', async () => {
    const { mux } = await runMux();
    const stream = await mux.video.liveStreams.create(settings);
    const { playback_policies: _policies, ...kept } = settings;
    expect(stream).toMatchObject({ ...kept, status: 'idle' });
    expect(stream.playback_ids).toEqual([{ policy: 'signed', id: expect.stringMatching(/^\w{30,}$/) }]);
    expect(stream.created_at).toMatch(/^\d{10}$/);
    expect(stream.stream_key).toMatch(/^[0-9a-f-]{36}$/);
    expect(stream).not.toHaveProperty('active_asset_id');
  });

  it('has no playback id without a policy, and reconnects for 60 s in standard latency', async () => {
    const { mux } = await runMux();
    const standard = await mux.video.liveStreams.create({});
    expect(standard).toMatchObject({ playback_ids: [], reconnect_window: 60, latency_mode: 'standard' });
    expect(await mux.video.liveStreams.create({ latency_mode: 'low' })).toMatchObject({
      reconnect_window: 0,
    });
  });

  it('is read, changed, listed and deleted', async () => {
    const { mux } = await runMux();
    const { id } = await mux.video.liveStreams.create(settings);
    const changed = await mux.video.liveStreams.update(id, { passthrough: '', reconnect_window: 30 });
    expect(changed).toMatchObject({ id, reconnect_window: 30 });
    expect(await mux.video.liveStreams.retrieve(id)).not.toHaveProperty('passthrough');
    await mux.video.liveStreams.delete(id);
    await expect(mux.video.liveStreams.retrieve(id)).rejects.toBeInstanceOf(Mux.NotFoundError);
    await expect(mux.video.liveStreams.delete(id)).rejects.toBeInstanceOf(Mux.NotFoundError);
  });

  it('is listed newest first, in pages, and found by its key or status', async () => {
    const { mux } = await runMux();
    const made = [];
    for (let count = 0; count < 5; count += 1) made.unshift((await mux.video.liveStreams.create({})).id);
    const listed = [];
    for await (const { id } of mux.video.liveStreams.list({ limit: 2 })) listed.push(id);
    expect(listed).toEqual(made);
    const { stream_key } = await mux.video.liveStreams.retrieve(made[3] ?? '');
    expect((await mux.video.liveStreams.list({ stream_key })).data).toMatchObject([{ id: made[3] }]);
    expect((await mux.video.liveStreams.list({ status: 'active' })).data).toEqual([]);
  });

  it('is disabled and enabled; completing an idle one is refused', async () => {
    const { mux } = await runMux();
    const { id } = await mux.video.liveStreams.create({});
    await expect(mux.video.liveStreams.complete(id)).rejects.toBeInstanceOf(Mux.BadRequestError);
    await mux.video.liveStreams.disable(id);
    expect(await mux.video.liveStreams.retrieve(id)).toMatchObject({ status: 'disabled' });
    await mux.video.liveStreams.enable(id);
    expect(await mux.video.liveStreams.retrieve(id)).toMatchObject({ status: 'idle' });
  });

  it('gets a new key, playback ids and simulcast targets', async () => {
    const { mux } = await runMux({ secrets: { streamKey: ['first-key', 'second-key'] } });
    const { id, stream_key } = await mux.video.liveStreams.create({});
    expect(stream_key).toBe('first-key');
    expect((await mux.video.liveStreams.resetStreamKey(id)).stream_key).toBe('second-key');

    const playbackId = await mux.video.liveStreams.createPlaybackId(id, { policy: 'public' });
    expect(await mux.video.liveStreams.retrievePlaybackId(id, playbackId.id)).toEqual(playbackId);
    await mux.video.liveStreams.deletePlaybackId(id, playbackId.id);
    expect(await mux.video.liveStreams.retrieve(id)).toMatchObject({ playback_ids: [] });

    const target = await mux.video.liveStreams.createSimulcastTarget(id, { url: 'rtmp://127.0.0.1/live' });
    expect(await mux.video.liveStreams.retrieveSimulcastTarget(id, target.id)).toMatchObject({
      status: 'idle',
    });
    await mux.video.liveStreams.deleteSimulcastTarget(id, target.id);
  });
});

describe('Mux refuses', () => {
  const wrong: [string, object][] = [
    ['a passthrough over 255 characters', { passthrough: 'x'.repeat(256) }],
    ['a reconnect window over 1800 s', { reconnect_window: 1801 }],
    ['an unknown latency mode', { latency_mode: 'none' }],
    ['an unknown policy', { playback_policies: ['private'] }],
    ['a policy that is not a list', { playback_policies: 'public' }],
    ['a title over 512 characters', { meta: { title: 'x'.repeat(513) } }],
    ['a duration over 12 hours', { max_continuous_duration: 43201 }],
    ['seven simulcast targets', { simulcast_targets: Array(7).fill({ url: 'rtmp://127.0.0.1/live' }) }],
    ['inputs for a live recording', { new_asset_settings: { inputs: [] } }],
    ['two ways to make MP4s', { new_asset_settings: { mp4_support: 'standard', static_renditions: [] } }],
    ['a misspelt field', { playback_polices: ['public'] }],
  ];
  it.each(wrong)('%s', async (_what, body) => {
    const { mux } = await runMux();
    const error = await mux.video.liveStreams.create(body).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Mux.BadRequestError);
    expect(error).toMatchObject({
      error: { error: { type: 'invalid_parameters', messages: [expect.any(String)] } },
    });
    expect((await mux.video.liveStreams.list()).data).toEqual([]);
  });

  it('a malformed id with 400, an unknown one with 404', async () => {
    const { mux } = await runMux();
    await expect(mux.video.liveStreams.retrieve('no-id')).rejects.toMatchObject({
      status: 400,
      error: { error: { type: 'invalid_parameters', messages: ['Failed to parse ID'] } },
    });
    await expect(mux.video.liveStreams.retrieve(absentMuxId)).rejects.toMatchObject({
      status: 404,
      error: { error: { type: 'not_found', messages: [expect.stringContaining("either doesn't exist")] } },
    });
  });

  it('a wrong token', async () => {
    const { url } = await runMux();
    const stranger = new Mux({ baseURL: url, tokenId: 'token-id', tokenSecret: 'guess', maxRetries: 0 });
    await expect(stranger.video.liveStreams.list()).rejects.toBeInstanceOf(Mux.AuthenticationError);
  });

  it('invalid JSON', async () => {
    const { url } = await runMux();
    const headers = { authorization: `Basic ${btoa('token-id:token-secret')}` };
    const response = await fetch(`${url}/video/v1/live-streams`, { method: 'POST', headers, body: '{' });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-request-id')).toMatch(/\w/);
  });

  it('too many calls, in another format than all other errors', async () => {
    const { mux } = await runMux({ rateLimit: { burst: 1, postPerSecond: 0, otherPerSecond: 0 } });
    const first = await mux.video.liveStreams.list().asResponse();
    expect(first.headers.get('x-ratelimit-remaining')).toBe('0');
    const error = await mux.video.liveStreams.list().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Mux.RateLimitError);
    expect(error).toMatchObject({ error: { errors: ['Too many requests, retry later.'] } });
    await expect(mux.video.liveStreams.create({})).resolves.toBeTruthy();
  });
});

describe('the system API', () => {
  it('says who owns the token', async () => {
    const { mux } = await runMux();
    expect(await mux.system.utilities.whoami()).toMatchObject({ permissions: expect.any(Array) });
  });

  it('shows a signing secret once, and signs with it', async () => {
    const started = await runMux();
    const { mux } = started;
    const hook = await receiveWebhooks();
    const endpoint = await mux.system.webhooks.create({ address: hook.url });
    expect(await mux.system.webhooks.retrieve(endpoint.id)).not.toHaveProperty('signing_secret');
    await expect(mux.system.webhooks.create({ address: hook.url })).rejects.toBeInstanceOf(
      Mux.BadRequestError,
    );

    await mux.video.liveStreams.create({});
    await delivered(started);
    const [{ headers, body } = { headers: {}, body: '' }] = hook.received;
    const event = await mux.webhooks.unwrap(body, headers, endpoint.signing_secret);
    expect(event.type).toBe('video.live_stream.created');

    await mux.system.webhooks.update(endpoint.id, { enabled: false });
    await expect(mux.system.webhooks.update(endpoint.id, {})).rejects.toBeInstanceOf(Mux.BadRequestError);
    await mux.video.liveStreams.create({});
    await delivered(started);
    expect(hook.received).toHaveLength(1);
    await mux.system.webhooks.delete(endpoint.id);
    expect((await mux.system.webhooks.list()).data).toEqual([]);
  });
});
