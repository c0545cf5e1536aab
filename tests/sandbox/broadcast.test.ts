// A broadcast without media: the order of events at both stand-ins, their quirks, and the result.

import Mux from '@mux/mux-node';
import { describe, expect, it } from 'vitest';
import { account, delivered, eventTypes, muxIngest, receiveWebhooks, runBoth, runMux } from './support.ts';
import type { Received, Receiver } from './support.ts';

const account_id = account;
const brief = { seconds: 0.15, reconnectSeconds: 0.01 };

function eventOf(hook: Receiver, type: string): Received['json'] {
  const found = hook.received.find(({ json }) => json.type === type);
  if (!found) throw new Error(`${type} was not sent`);
  return found.json;
}

describe('a broadcast over RTMPS', () => {
  it('is reported by Mux in the order, and with the quirks, of a recorded one', async () => {
    const { mux, cloudflare, inputId, liveStream, muxHook } = await runBoth();
    await cloudflare.control.post('broadcast', { inputId, ...brief });
    await delivered(mux);

    expect(eventTypes(muxHook)).toEqual([
      'video.live_stream.created',
      'video.live_stream.connected',
      'video.asset.created',
      'video.live_stream.recording',
      'video.asset.ready',
      'video.live_stream.active',
      'video.live_stream.disconnected',
      'video.live_stream.idle',
      'video.asset.live_stream_completed',
    ]);
    const status = (name: string) => eventOf(muxHook, `video.live_stream.${name}`).data?.status;
    expect(status('recording')).toBe('idle');
    expect(status('active')).toBe('active');
    expect(status('disconnected')).toBe('active');
    expect(status('idle')).toBe('idle');
    expect(eventOf(muxHook, 'video.live_stream.connected').data).not.toHaveProperty('active_asset_id');
    const ready = eventOf(muxHook, 'video.asset.ready').data;
    expect(ready).toMatchObject({ is_live: true, created_at: expect.any(Number), status: 'ready' });
    const completed = eventOf(muxHook, 'video.asset.live_stream_completed');
    expect(completed.data).toMatchObject({ live_stream_id: liveStream.id, status: 'ready' });
    expect(completed.data).not.toHaveProperty('playback_ids');
    expect(completed.data).not.toHaveProperty('is_live');
    expect(completed.created_at).toBe(eventOf(muxHook, 'video.live_stream.idle').created_at);
    expect(completed.created_at).toMatch(/\.000000Z$/);
  });

  it('is reported by Cloudflare as two notifications and one video', async () => {
    const { cloudflare, inputId, liveHook, videoHook } = await runBoth();
    const { videoUid } = await cloudflare.control.post<{ videoUid: string }>('broadcast', {
      inputId,
      ...brief,
    });
    await delivered(cloudflare);
    expect(eventTypes(liveHook)).toEqual(['live_input.connected', 'live_input.disconnected']);
    const updatedAt = liveHook.received[0]?.json.data?.updated_at;
    expect(updatedAt).toMatch(/T\d\d:\d\d:\d\d\.\d{9}Z$/);
    expect(videoHook.received.map(({ json }) => json)).toMatchObject([
      { uid: videoUid, liveInput: inputId, readyToStream: true, status: { state: 'ready' } },
    ]);
  });

  it('leaves a finished recording at each, and both idle', async () => {
    const { mux, cloudflare, inputId, liveStream } = await runBoth();
    await cloudflare.control.post('broadcast', { inputId, ...brief });
    const assets = (await mux.mux.video.assets.list({ live_stream_id: liveStream.id })).data;
    expect(assets).toMatchObject([{ is_live: false, status: 'ready', ingest_type: 'live_rtmp' }]);
    expect(await mux.mux.video.assets.retrieve(assets[0]?.id ?? '')).toEqual(assets[0]);
    const stream = await mux.mux.video.liveStreams.retrieve(liveStream.id);
    expect(stream).toMatchObject({ status: 'idle', recent_asset_ids: [assets[0]?.id] });
    expect(stream).not.toHaveProperty('active_asset_id');
    expect(await cloudflare.stream.liveInputs.get(inputId, { account_id })).toMatchObject({
      status: { current: { state: 'disconnected', ingestProtocol: 'rtmp', reason: 'clientDisconnect' } },
    });
    const { id = '', playback_ids: [before] = [] } = assets[0] ?? {};
    const added = await mux.mux.video.assets.createPlaybackId(id, { policy: 'signed' });
    expect(await mux.mux.video.assets.retrievePlaybackId(id, added.id)).toEqual(added);
    await mux.mux.video.assets.deletePlaybackId(id, before?.id ?? '');
    expect((await mux.mux.video.assets.retrieve(id)).playback_ids).toEqual([added]);
    await mux.mux.video.assets.delete(assets[0]?.id ?? '');
    await expect(mux.mux.video.assets.retrieve(assets[0]?.id ?? '')).rejects.toBeInstanceOf(
      Mux.NotFoundError,
    );
  });

  it('shows as live while it lasts', async () => {
    const { mux, cloudflare, inputId, liveStream } = await runBoth();
    const { videoUid } = await cloudflare.control.post<{ videoUid: string }>('connect', { inputId });
    const lifecycle = async () => (await fetch(`${cloudflare.url}/${inputId}/lifecycle`)).json();
    expect(await lifecycle()).toEqual({ isInput: true, videoUID: videoUid, live: true });
    const stream = () => mux.mux.video.liveStreams.retrieve(liveStream.id);
    await expect.poll(async () => (await stream()).status).toBe('active');
    expect(await stream()).toMatchObject({
      active_ingest_protocol: 'rtmp',
      active_asset_id: expect.any(String),
    });
    await cloudflare.control.post('disconnect', { inputId, reconnectSeconds: 0, wait: true });
    expect(await lifecycle()).toEqual({ isInput: true, videoUID: null, live: false });
    expect(await (await fetch(`${cloudflare.url}/${inputId}/views`)).json()).toEqual({ liveViewers: 0 });
  });
});

describe('several broadcasts', () => {
  it('on one input create several recordings', async () => {
    const { mux, cloudflare, inputId, liveStream, muxHook } = await runBoth();
    await cloudflare.control.post('broadcast', { inputId, ...brief });
    await cloudflare.control.post('broadcast', { inputId, ...brief });
    await delivered(mux);
    const videos = await cloudflare.stream.list({ account_id, live_input_id: inputId });
    expect(videos.result).toHaveLength(2);
    const { recent_asset_ids: assets = [] } = await mux.mux.video.liveStreams.retrieve(liveStream.id);
    expect(assets).toHaveLength(2);
    const connected = muxHook.received.filter(({ json }) => json.type === 'video.live_stream.connected');
    expect(connected[1]?.json.data?.active_asset_id).toBe(assets[0]);
    const newestFirst = [];
    for await (const { id } of mux.mux.video.assets.list({ limit: 1 })) newestFirst.push(id);
    expect(newestFirst).toEqual(assets.toReversed());
  });

  it('within the reconnect windows create one recording at each', async () => {
    const { mux, cloudflare, inputId, muxHook, videoHook } = await runBoth();
    await cloudflare.control.post('connect', { inputId });
    await cloudflare.control.post('disconnect', { inputId, reconnectSeconds: 60 });
    await cloudflare.control.post('broadcast', { inputId, ...brief });
    await delivered(cloudflare);
    await delivered(mux);
    expect(videoHook.received).toHaveLength(1);
    expect((await mux.mux.video.assets.list()).data).toMatchObject([
      { recording_times: [{ type: 'content' }, { type: 'content' }] },
    ]);
    expect(eventTypes(muxHook).filter((type) => type === 'video.live_stream.connected')).toHaveLength(2);
    expect(eventTypes(muxHook).filter((type) => type === 'video.asset.created')).toHaveLength(1);
  });
});

describe('the time without an encoder', () => {
  it.each([
    ['standard', [{ type: 'content' }, { type: 'content' }]],
    ['reduced', [{ type: 'content' }, { type: 'slate' }, { type: 'content' }]],
    ['low', [{ type: 'content' }, { type: 'slate' }, { type: 'content' }]],
  ] as const)(
    'in %s latency is in the recording as Mux says, and in webhooks as objects',
    async (latency_mode, spans) => {
      const hook = await receiveWebhooks();
      const { mux, control } = await runMux({ webhooks: [{ url: hook.url, secret: 'mux-secret' }] });
      const { stream_key: streamKey } = await mux.video.liveStreams.create({
        latency_mode,
        reconnect_window: 60,
      });
      await control.post('encoder/connect', { streamKey });
      await control.post('encoder/disconnect', { streamKey });
      await new Promise((resolve) => setTimeout(resolve, 800));
      await control.post('encoder/connect', { streamKey });
      await control.post('encoder/disconnect', { streamKey, reconnectSeconds: 0, wait: true });
      await delivered({ control });
      const [asset] = (await mux.video.assets.list()).data;
      expect(asset?.recording_times).toMatchObject(spans);
      const { data } = eventOf(hook, 'video.asset.live_stream_completed');
      expect(data?.recording_times).toMatchObject(
        spans.map(() => ({ started_at: { seconds: expect.any(Number), nanos: expect.any(Number) } })),
      );
    },
  );
});

describe('a broadcast over WHIP', () => {
  it('is neither recorded nor restreamed, as documented', async () => {
    const { mux, cloudflare, inputId, liveHook, videoHook } = await runBoth();
    const played = await cloudflare.control.post('broadcast', { inputId, protocol: 'webrtc', ...brief });
    await delivered(cloudflare);
    expect(played).toEqual({ videoUid: null });
    expect(eventTypes(liveHook)).toEqual(['live_input.connected', 'live_input.disconnected']);
    expect(videoHook.received).toEqual([]);
    expect((await mux.mux.video.assets.list()).data).toEqual([]);
  });

  it('is both if the stand-in is configured to', async () => {
    const { mux, cloudflare, inputId } = await runBoth({ whip: 'recorded' });
    await cloudflare.control.post('broadcast', { inputId, protocol: 'webrtc', ...brief });
    expect((await mux.mux.video.assets.list()).data).toHaveLength(1);
    expect((await cloudflare.stream.list({ account_id })).result).toHaveLength(1);
  });
});

describe('outputs', () => {
  it('can be switched during a broadcast', async () => {
    const { mux, cloudflare, inputId, outputId, liveStream, muxHook } = await runBoth();
    const set = (enabled: boolean) =>
      cloudflare.stream.liveInputs.outputs.update(outputId, {
        account_id,
        live_input_identifier: inputId,
        enabled,
      });
    await set(false);
    await cloudflare.control.post('connect', { inputId });
    await delivered(mux);
    expect(eventTypes(muxHook)).toEqual(['video.live_stream.created']);
    await set(true);
    const stream = () => mux.mux.video.liveStreams.retrieve(liveStream.id);
    await expect.poll(async () => (await stream()).status).toBe('active');
    await set(false);
    await expect.poll(() => eventTypes(muxHook)).toContain('video.live_stream.disconnected');
  });

  it('with an unknown key or address do not disturb the broadcast', async () => {
    const { mux, cloudflare, inputId, liveStream } = await runBoth();
    const { outputs } = cloudflare.stream.liveInputs;
    await outputs.create(inputId, { account_id, url: muxIngest, streamKey: 'unknown' });
    const elsewhere = 'rtmps://elsewhere.example/app';
    await outputs.create(inputId, { account_id, url: elsewhere, streamKey: liveStream.stream_key });
    await cloudflare.control.post('broadcast', { inputId, ...brief });
    expect((await mux.mux.video.assets.list()).data).toHaveLength(1);
    const events = await cloudflare.control.get<{ words: string }[]>('events');
    expect(events.filter(({ words }) => words.includes('refused'))).toHaveLength(2);
  });
});

describe('a broadcast ends early', () => {
  it('when the input is disabled, and another is then refused', async () => {
    const { cloudflare, inputId, videoHook } = await runBoth();
    await cloudflare.control.post('connect', { inputId });
    await cloudflare.stream.liveInputs.update(inputId, { account_id, enabled: false });
    await delivered(cloudflare);
    expect(videoHook.received).toHaveLength(1);
    await expect(cloudflare.control.post('broadcast', { inputId })).rejects.toThrow(/is disabled/);
    await expect(cloudflare.control.post('broadcast', { inputId: 'x' })).rejects.toThrow(
      'There is no live input x.',
    );
  });

  it('when the Mux stream is completed: a stale disconnected follows idle', async () => {
    const { mux, cloudflare, inputId, liveStream, muxHook } = await runBoth();
    await cloudflare.control.post('connect', { inputId });
    const status = async () => (await mux.mux.video.liveStreams.retrieve(liveStream.id)).status;
    await expect.poll(status).toBe('active');
    await mux.mux.video.liveStreams.complete(liveStream.id);
    expect(await status()).toBe('idle');
    await cloudflare.control.post('disconnect', { inputId, reconnectSeconds: 0, wait: true });
    await delivered(mux);
    expect(eventTypes(muxHook).slice(-3)).toEqual([
      'video.live_stream.idle',
      'video.asset.live_stream_completed',
      'video.live_stream.disconnected',
    ]);
  });

  it.each(['disable', 'delete'] as const)('when the Mux stream is removed by %s', async (how) => {
    const { mux, cloudflare, inputId, liveStream, muxHook } = await runBoth();
    await cloudflare.control.post('connect', { inputId });
    await mux.mux.video.liveStreams[how](liveStream.id);
    await delivered(mux);
    expect(eventTypes(muxHook).slice(-4)).toEqual([
      'video.live_stream.disconnected',
      'video.live_stream.idle',
      'video.asset.live_stream_completed',
      `video.live_stream.${how}d`,
    ]);
    expect((await mux.mux.video.assets.list()).data).toHaveLength(1);
  });
});

describe('a recording can fail', () => {
  it('at both providers', async () => {
    const { mux, cloudflare, inputId, muxHook, videoHook } = await runBoth();
    const { videoUid } = await cloudflare.control.post<{ videoUid: string }>('broadcast', {
      inputId,
      failRecording: 'both',
      ...brief,
    });
    await delivered(cloudflare);
    await delivered(mux);
    expect(videoHook.received[0]?.json.status).toEqual({
      state: 'error',
      step: 'encoding',
      pctComplete: '39',
      errReasonCode: 'ERR_MALFORMED_VIDEO',
      errReasonText: expect.any(String),
    });
    expect(await cloudflare.stream.get(videoUid, { account_id })).toMatchObject({
      status: { state: 'error', errorReasonCode: 'ERR_MALFORMED_VIDEO' },
    });
    expect(eventTypes(muxHook)).not.toContain('video.asset.live_stream_completed');
    expect(eventOf(muxHook, 'video.asset.errored').data).toMatchObject({ errors: { type: 'invalid_input' } });
  });
});

describe('an encoder', () => {
  it('that is connected when the key is reset can leave, but not return', async () => {
    const { mux, control } = await runMux();
    const { id, stream_key: streamKey } = await mux.video.liveStreams.create({});
    await control.post('encoder/connect', { streamKey });
    await mux.video.liveStreams.resetStreamKey(id);
    await control.post('encoder/disconnect', { streamKey, reconnectSeconds: 0, wait: true });
    await expect(control.post('encoder/connect', { streamKey })).rejects.toMatchObject({ status: 404 });
  });

  it('is refused with an unknown key, and while another is connected', async () => {
    const { mux, control } = await runMux();
    const { stream_key: streamKey } = await mux.video.liveStreams.create({});
    await expect(control.post('encoder/connect', { streamKey: 'x' })).rejects.toMatchObject({ status: 404 });
    await control.post('encoder/connect', { streamKey });
    await expect(control.post('encoder/connect', { streamKey })).rejects.toMatchObject({ status: 409 });
  });
});
