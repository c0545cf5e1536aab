// Signatures against published vectors and the official SDK, retries, and the unsigned notification.

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cloudflareSignature, muxSignature } from '../../sandbox/shared/signatures.ts';
import { delivered, receiveWebhooks, runBoth, runCloudflare, runMux } from './support.ts';
import type { Received } from './support.ts';

describe('signatures', () => {
  it('match those of known bodies', () => {
    const event = '{"type":"video.live_stream.active","id":"e1"}';
    expect(muxSignature('mux_test_secret_0001', event, 1790000000)).toBe(
      't=1790000000,v1=c60ccde25766cf5055cf3e7e3abbede8dc6012b2bf1691d1e63520415e01ac3e',
    );
    const video = '{"uid":"0123456789abcdef0123456789abcdef","readyToStream":true}';
    expect(cloudflareSignature('cf_test_secret_0001', video, 1790000000)).toBe(
      'time=1790000000,sig1=4345123bc3883c931851f976d5ef5cc79dbc42d6198fcee580b33fb9b7a65798',
    );
  });
});

describe('a Mux webhook', () => {
  it('is retried after a failure, with the same id and the earlier responses in attempts', async () => {
    const hook = await receiveWebhooks();
    hook.answers.push(403, 500);
    const started = await runMux({ webhooks: [{ url: hook.url, secret: 's' }] });
    await started.mux.video.liveStreams.create({});
    await delivered(started);

    const attempts = hook.received.map(({ json }) => json.attempts);
    expect(attempts[0]).toEqual([]);
    expect(attempts[1]).toMatchObject([
      {
        address: hook.url,
        webhook_id: expect.any(Number),
        response_status_code: 403,
        response_body: 'thank you',
      },
    ]);
    expect(attempts[2]).toMatchObject([{ response_status_code: 403 }, { response_status_code: 500 }]);
    expect(new Set(hook.received.map(({ json }) => json.id)).size).toBe(1);
    expect(new Set(hook.received.map(({ headers }) => headers['mux-signature'])).size).toBe(3);
    for (const { body, headers } of hook.received) await started.mux.webhooks.unwrap(body, headers, 's');
  });

  it('is retried after a timeout', async () => {
    const hook = await receiveWebhooks();
    hook.answers.push(null);
    const webhooks = [{ url: hook.url, secret: 's' }];
    const started = await runMux({ webhooks, webhookTimeoutMs: 250 });
    await started.mux.video.liveStreams.create({});
    await delivered(started);
    expect(hook.received[1]?.json.attempts).toMatchObject([{ response_status_code: null }]);
    expect(await started.control.get('webhooks')).toMatchObject({
      deliveries: [
        { attempt: 1, status: null },
        { attempt: 2, status: 200 },
      ],
    });
  });

  it('goes to every endpoint, each with its own secret', async () => {
    const [one, two] = [await receiveWebhooks(), await receiveWebhooks()];
    const started = await runMux();
    const endpoints = [
      { url: one.url, secret: 'one' },
      { url: two.url, secret: 'two' },
    ];
    await started.control.put('webhooks', { endpoints });
    await started.mux.video.liveStreams.create({});
    await delivered(started);
    const [first, second] = [one.received[0] as Received, two.received[0] as Received];
    await started.mux.webhooks.verifySignature(first.body, first.headers, 'one');
    await started.mux.webhooks.verifySignature(second.body, second.headers, 'two');
    expect(first.json.id).toBe(second.json.id);
  });
});

describe("Cloudflare's webhooks", () => {
  it('are signed for videos, and carry a shared secret for live inputs', async () => {
    const { cloudflare, inputId, videoHook, liveHook } = await runBoth();
    await cloudflare.control.post('broadcast', { inputId, seconds: 0.01, reconnectSeconds: 0 });
    await delivered(cloudflare);
    const { headers, body } = videoHook.received[0] as Received;
    const [, time, signature] =
      /^time=(\d+),sig1=([0-9a-f]{64})$/.exec(String(headers['webhook-signature'])) ?? [];
    expect(signature).toBe(createHmac('sha256', 'video-secret').update(`${time}.${body}`).digest('hex'));
    const secrets = liveHook.received.map((notification) => notification.headers['cf-webhook-auth']);
    expect(secrets).toEqual(['live-secret', 'live-secret']);
  });

  it('are not retried', async () => {
    const { cloudflare, inputId, liveHook } = await runBoth();
    liveHook.answers.push(500);
    await cloudflare.control.post('connect', { inputId });
    await delivered(cloudflare);
    expect(liveHook.received).toHaveLength(1);
  });

  it('report broadcasts that cannot be processed, and can be tested with plain text', async () => {
    const { cloudflare, inputId, liveHook } = await runBoth();
    await cloudflare.control.post('ingest-error', { inputId, code: 'ERR_GOP_OUT_OF_RANGE' });
    await cloudflare.control.post('notifications/test');
    await delivered(cloudflare);
    const [errored, ping] = liveHook.received.map(({ json }) => json);
    expect(errored?.data).toMatchObject({
      input_id: inputId,
      event_type: 'live_input.errored',
      live_input_errored: { error: { code: 'ERR_GOP_OUT_OF_RANGE' } },
    });
    expect(Object.keys(ping ?? {})).toEqual(['text']);
  });

  it('go where the test says, on this machine too', async () => {
    const hook = await receiveWebhooks();
    const cloudflare = await runCloudflare();
    const target = { url: hook.url, secret: 's' };
    await cloudflare.control.put('webhooks', { video: target, notifications: [target] });
    await cloudflare.control.post('notifications/test');
    await delivered(cloudflare);
    expect(hook.received).toHaveLength(1);
    expect(await cloudflare.control.get('state')).toMatchObject({ videoWebhook: target });
  });
});
