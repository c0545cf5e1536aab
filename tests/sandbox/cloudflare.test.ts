// The official Cloudflare SDK against the stand-in: live inputs, outputs, videos, webhooks and errors.

import Cloudflare from 'cloudflare';
import { describe, expect, it } from 'vitest';
import { absentUid, account, muxIngest, runCloudflare } from './support.ts';
import type { StartedCloudflare } from './support.ts';

const account_id = account;

async function makeInput({ stream }: StartedCloudflare): Promise<string> {
  const { uid = '' } = await stream.liveInputs.create({ account_id, recording: { mode: 'automatic' } });
  return uid;
}

function thrownBy(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

function withCode(code: number): object {
  return { errors: [expect.objectContaining({ code })] };
}

describe('a live input', () => {
  it('is created with status 200 and all its credentials', async () => {
    const { stream, url } = await runCloudflare({ secrets: { whipSecret: ['planted'] } });
    const { response, data: input } = await stream.liveInputs
      .create({ account_id, meta: { name: 'Court 3' }, recording: { mode: 'automatic', timeoutSeconds: 0 } })
      .withResponse();
    expect(response.status).toBe(200);
    expect(response.headers.get('ratelimit')).toBe('"default";r=1199;t=300');
    expect(input).toMatchObject({
      uid: expect.stringMatching(/^[0-9a-f]{32}$/),
      meta: { name: 'Court 3' },
      enabled: true,
      status: null,
      webRTC: { url: `${url}/planted/webRTC/publish` },
      webRTCPlayback: { url: `${url}/${input.uid}/webRTC/play` },
      playback: { hls: `${url}/${input.uid}/manifest/video.m3u8` },
      recording: { mode: 'automatic', timeoutSeconds: null, requireSignedURLs: false },
      deleteRecordingAfterDays: null,
    });
    expect(input.rtmps?.streamKey).toHaveLength(65);
    expect(await stream.liveInputs.get(input.uid ?? '', { account_id })).toMatchObject({
      rtmps: input.rtmps,
    });
  });

  it('is listed without credentials, and an update keeps what it leaves out', async () => {
    const cloudflare = await runCloudflare();
    const { stream } = cloudflare;
    const uid = await makeInput(cloudflare);
    await stream.liveInputs.update(uid, { account_id, meta: { name: 'Court 4' }, enabled: false });
    const list = await stream.liveInputs.list({ account_id, include_counts: true });
    expect(list).toEqual({
      liveInputs: [
        {
          uid,
          created: expect.any(String),
          modified: expect.any(String),
          meta: { name: 'Court 4' },
          enabled: false,
        },
      ],
      range: 1,
      total: 1,
    });
    expect(await stream.liveInputs.get(uid, { account_id })).toMatchObject({
      recording: { mode: 'automatic' },
    });
  });

  it('is disabled and enabled by calls of their own, which change nothing else', async () => {
    const cloudflare = await runCloudflare();
    const uid = await makeInput(cloudflare);
    const before = await cloudflare.stream.liveInputs.get(uid, { account_id });
    const call = (what: string) =>
      fetch(`${cloudflare.url}/client/v4/accounts/${account_id}/stream/live_inputs/${uid}/${what}`, {
        method: 'POST',
        headers: { authorization: 'Bearer api-token' },
      });
    await cloudflare.control.post('connect', { inputId: uid });
    expect((await call('disable')).status).toBe(200);
    const state = await cloudflare.control.get<{ broadcasts: unknown[] }>('state');
    expect(state.broadcasts).toEqual([]);
    const changed = { status: expect.anything(), modified: expect.any(String) };
    const disabled = await cloudflare.stream.liveInputs.get(uid, { account_id });
    expect(disabled).toEqual({ ...before, ...changed, enabled: false });
    expect((await call('enable')).status).toBe(200);
    expect((await cloudflare.stream.liveInputs.get(uid, { account_id })).enabled).toBe(true);
  });

  it('shows an error of its encoder in its status', async () => {
    const cloudflare = await runCloudflare();
    const uid = await makeInput(cloudflare);
    await cloudflare.control.post('ingest-error', { inputId: uid, code: 'ERR_UNHEALTHY' });
    expect((await cloudflare.stream.liveInputs.get(uid, { account_id })).status).toMatchObject({
      current: { state: 'errored', reason: 'ERR_UNHEALTHY' },
    });
  });

  it('is deleted with an empty result, and then unknown', async () => {
    const cloudflare = await runCloudflare();
    const { stream } = cloudflare;
    const uid = await makeInput(cloudflare);
    expect(await (await stream.liveInputs.delete(uid, { account_id }).asResponse()).json()).toMatchObject({
      result: '',
      success: true,
    });
    const error = await thrownBy(stream.liveInputs.get(uid, { account_id }));
    expect(error).toBeInstanceOf(Cloudflare.NotFoundError);
    expect(error).toMatchObject(withCode(10003));
    await expect(stream.liveInputs.delete(uid, { account_id })).rejects.toBeInstanceOf(
      Cloudflare.NotFoundError,
    );
  });

  it('gets new credentials and keeps its uid when the keys are rotated', async () => {
    const cloudflare = await runCloudflare();
    const uid = await makeInput(cloudflare);
    const path = `/accounts/${account}/stream/live_inputs/${uid}`;
    type Answer = { result: Cloudflare.Stream.LiveInput };
    const before = await cloudflare.client.get<Answer>(path);
    const { result } = await cloudflare.client.post<Answer>(`${path}/rotate_keys`);
    expect(result).toMatchObject({ uid, keysRotatedAt: expect.any(String) });
    expect(result.rtmps?.streamKey).not.toBe(before.result.rtmps?.streamKey);
    expect(result.webRTC?.url).not.toBe(before.result.webRTC?.url);
  });
});

describe('an Idempotency-Key', () => {
  it('returns the first input until that is deleted', async () => {
    const { stream, control } = await runCloudflare();
    const create = (name: string) =>
      stream.liveInputs.create({ account_id, meta: { name }, 'Idempotency-Key': 'key-1' });
    const first = await create('first');
    expect(await create('second')).toEqual(first);
    expect((await stream.liveInputs.list({ account_id })).liveInputs).toHaveLength(1);
    await stream.liveInputs.delete(first.uid ?? '', { account_id });
    await expect(create('third')).rejects.toBeInstanceOf(Cloudflare.ConflictError);
    const calls = await control.get<{ idempotencyKey: boolean }[]>('calls');
    expect(calls.map(({ idempotencyKey }) => idempotencyKey)).toEqual([true, true, false, false, true]);
  });
});

describe('Cloudflare refuses', () => {
  it('a retention under 30 days with code 10060, but ignores it inside recording', async () => {
    const { stream } = await runCloudflare();
    const error = await thrownBy(stream.liveInputs.create({ account_id, deleteRecordingAfterDays: 7 }));
    expect(error).toBeInstanceOf(Cloudflare.BadRequestError);
    expect(error).toMatchObject(withCode(10060));
    const recording = { mode: 'automatic', deleteRecordingAfterDays: 30 } as const;
    const input = await stream.liveInputs.create({ account_id, recording });
    expect(input.deleteRecordingAfterDays).toBeNull();
    expect(input.recording).not.toHaveProperty('deleteRecordingAfterDays');
  });

  it('a field of the wrong type, and invalid JSON, with code 10004', async () => {
    const { stream, url } = await runCloudflare();
    const wrong = thrownBy(stream.liveInputs.create({ account_id, enabled: 'yes' as unknown as boolean }));
    expect(await wrong).toMatchObject(withCode(10004));
    const response = await fetch(`${url}/client/v4/accounts/${account}/stream/live_inputs`, {
      method: 'POST',
      headers: { authorization: 'Bearer api-token' },
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ result: null, success: false, messages: null });
  });

  it('a wrong token with 401, and another account with 403', async () => {
    const { url, stream } = await runCloudflare();
    const stranger = new Cloudflare({ baseURL: `${url}/client/v4`, apiToken: 'guess', maxRetries: 0 });
    const refused = await thrownBy(stranger.stream.liveInputs.list({ account_id }));
    expect(refused).toBeInstanceOf(Cloudflare.AuthenticationError);
    expect(refused).toMatchObject(withCode(10001));
    const elsewhere = stream.liveInputs.list({ account_id: absentUid });
    await expect(elsewhere).rejects.toBeInstanceOf(Cloudflare.PermissionDeniedError);
  });

  it('everything over the rate limit, and says for how long', async () => {
    const { stream } = await runCloudflare({ rateLimit: { requests: 1, windowSeconds: 300 } });
    await stream.liveInputs.list({ account_id });
    const error = await thrownBy(stream.liveInputs.list({ account_id }));
    expect(error).toBeInstanceOf(Cloudflare.RateLimitError);
    expect((error as InstanceType<typeof Cloudflare.RateLimitError>).headers.get('retry-after')).toBe('300');
  });
});

describe('an output', () => {
  it('is added, listed, switched and removed', async () => {
    const cloudflare = await runCloudflare();
    const { outputs } = cloudflare.stream.liveInputs;
    const input = await makeInput(cloudflare);
    expect((await outputs.list(input, { account_id })).result).toEqual([]);
    const made = await outputs.create(input, { account_id, url: muxIngest, streamKey: 'a-key' });
    expect(made).toEqual({ uid: made.uid, url: muxIngest, streamKey: 'a-key', enabled: true });
    const on = { account_id, live_input_identifier: input };
    const change = { ...on, enabled: false, url: 'rtmps://elsewhere.example/live' };
    expect(await outputs.update(made.uid ?? '', change)).toEqual({ ...made, enabled: false });
    await outputs.delete(made.uid ?? '', on);
    await expect(outputs.delete(made.uid ?? '', on)).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
  });

  it('needs a key and an ingest address, and there are at most 50', async () => {
    const cloudflare = await runCloudflare();
    const { outputs } = cloudflare.stream.liveInputs;
    const input = await makeInput(cloudflare);
    const add = (url: string) => outputs.create(input, { account_id, url, streamKey: 'a-key' });
    await expect(add('https://global-live.mux.com/app')).rejects.toBeInstanceOf(Cloudflare.BadRequestError);
    for (let count = 0; count < 50; count += 1) await add(muxIngest);
    await expect(add(muxIngest)).rejects.toBeInstanceOf(Cloudflare.BadRequestError);
  });
});

describe('videos', () => {
  it('are listed by input and state, cannot be deleted while live, and outlive their input', async () => {
    const cloudflare = await runCloudflare();
    const { stream, control } = cloudflare;
    const inputId = await makeInput(cloudflare);
    const { videoUid } = await control.post<{ videoUid: string }>('connect', { inputId });
    const live = await stream.list({ account_id, live_input_id: inputId, status: 'live-inprogress' });
    expect(live.result).toMatchObject([{ uid: videoUid, duration: -1, readyToStream: false }]);
    expect(live.result[0]).not.toHaveProperty('thumbnail');
    const error = await thrownBy(stream.delete(videoUid, { account_id }));
    expect(error).toBeInstanceOf(Cloudflare.ConflictError);
    expect(error).toMatchObject(withCode(10046));

    await control.post('disconnect', { inputId, reconnectSeconds: 0, wait: true });
    await stream.liveInputs.delete(inputId, { account_id });
    expect(await stream.get(videoUid, { account_id })).toMatchObject({
      liveInput: inputId,
      size: 0,
      status: { state: 'ready', pctComplete: '100.000000' },
    });
    await stream.edit(videoUid, { account_id, requireSignedURLs: true });
    expect(await stream.get(videoUid, { account_id })).toMatchObject({ requireSignedURLs: true });
    await stream.delete(videoUid, { account_id });
    expect((await stream.list({ account_id })).result).toEqual([]);
  });

  it('are refused for a limit over 1000; a non-numeric limit breaks the list', async () => {
    const { stream } = await runCloudflare();
    expect(await thrownBy(stream.list({ account_id, limit: 1001 }).asResponse())).toMatchObject(
      withCode(10005),
    );
    const noNumber = thrownBy(stream.list({ account_id, limit: 'all' as unknown as number }).asResponse());
    expect(await noNumber).toBeInstanceOf(Cloudflare.InternalServerError);
  });
});

describe('the video webhook', () => {
  it('exists once per account, shows its secret, and must be public', async () => {
    const { stream } = await runCloudflare({ secrets: { webhookSecret: ['planted'] } });
    const notificationUrl = 'https://bridge.example/api/webhooks/stream-status';
    const set = await stream.webhooks.update({ account_id, notificationUrl });
    expect(set).toMatchObject({ notificationUrl, secret: 'planted' });
    expect(await stream.webhooks.get({ account_id })).toEqual(set);
    const local = stream.webhooks.update({ account_id, notificationUrl: 'http://127.0.0.1:8787/hook' });
    await expect(local).rejects.toBeInstanceOf(Cloudflare.BadRequestError);
    await stream.webhooks.delete({ account_id });
    await expect(stream.webhooks.get({ account_id })).rejects.toBeInstanceOf(Cloudflare.NotFoundError);
  });
});
