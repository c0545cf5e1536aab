// Shared by the sandbox tests: both stand-ins with clients for them, and a webhook receiver.

import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import Mux from '@mux/mux-node';
import Cloudflare from 'cloudflare';
import { afterEach } from 'vitest';
import { startCloudflare } from '../../sandbox/cloudflare/server.ts';
import type { CloudflareOptions } from '../../sandbox/cloudflare/server.ts';
import { startMux } from '../../sandbox/mux/server.ts';
import type { MuxOptions } from '../../sandbox/mux/server.ts';
import { control } from '../../sandbox/shared/control-client.ts';
import type { Control } from '../../sandbox/shared/control-client.ts';

export const account = 'f0e1d2c3b4a5968778695a4b3c2d1e0f';
export const absentMuxId = 'NoSuchLiveStream00000000000000000000000000aa';
export const absentUid = '00000000000000000000000000000000';
export const muxIngest = 'rtmps://global-live.mux.com:443/app';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** Runs after the test, in reverse order. */
export function afterwards(close: () => Promise<void>): void {
  closers.push(close);
}

export interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  json: { type?: string; id?: string; data?: Record<string, unknown>; [field: string]: unknown };
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Statuses for the next webhooks, then 200; null leaves one unanswered. */
  answers: (number | null)[];
}

export async function receiveWebhooks(): Promise<Receiver> {
  const received: Received[] = [];
  const answers: (number | null)[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    received.push({ headers: request.headers, body, json: JSON.parse(body) as Received['json'] });
    const status = answers.length > 0 ? answers.shift() : 200;
    if (status) response.writeHead(status).end('thank you');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received, answers };
}

export interface StartedMux {
  url: string;
  /** Where encoders publish, with real media. */
  rtmpsUrl: string | undefined;
  rtmpUrl: string | undefined;
  mux: Mux;
  control: Control;
}

export async function runMux(options: Partial<MuxOptions> = {}): Promise<StartedMux> {
  const tokenId = 'token-id';
  const tokenSecret = 'token-secret';
  const fast = { startSeconds: 0.03, firstRetryGapMs: 10 };
  const started = await startMux({ port: 0, tokenId, tokenSecret, ...fast, ...options });
  const { url, rtmpsUrl, rtmpUrl, close } = started;
  closers.push(close);
  const mux = new Mux({ baseURL: url, tokenId, tokenSecret, maxRetries: 0 });
  return { url, rtmpsUrl, rtmpUrl, mux, control: control(url) };
}

export interface StartedCloudflare {
  url: string;
  stream: Cloudflare['stream'];
  client: Cloudflare;
  control: Control;
}

export async function runCloudflare(options: Partial<CloudflareOptions> = {}): Promise<StartedCloudflare> {
  const apiToken = 'api-token';
  const { url, close } = await startCloudflare({ port: 0, accountId: account, apiToken, ...options });
  closers.push(close);
  const client = new Cloudflare({ baseURL: `${url}/client/v4`, apiToken, maxRetries: 0 });
  return { url, stream: client.stream, client, control: control(url) };
}

/** Both stand-ins, an input with one output to a live stream, and a receiver for each of the three webhooks. */
export async function runBoth(options: Partial<CloudflareOptions> = {}) {
  const [muxHook, videoHook, liveHook] = [
    await receiveWebhooks(),
    await receiveWebhooks(),
    await receiveWebhooks(),
  ];
  const mux = await runMux({ webhooks: [{ url: muxHook.url, secret: 'mux-secret' }] });
  const cloudflare = await runCloudflare({
    muxControl: mux.url,
    videoWebhook: { url: videoHook.url, secret: 'video-secret' },
    notifications: [{ url: liveHook.url, secret: 'live-secret' }],
    ...options,
  });
  const liveStream = await mux.mux.video.liveStreams.create({
    playback_policies: ['public'],
    new_asset_settings: { playback_policies: ['public'] },
  });
  const input = await cloudflare.stream.liveInputs.create({
    account_id: account,
    meta: { name: 'Court 3' },
    recording: { mode: 'automatic' },
  });
  const inputId = input.uid ?? '';
  const output = await cloudflare.stream.liveInputs.outputs.create(inputId, {
    account_id: account,
    url: muxIngest,
    streamKey: liveStream.stream_key,
  });
  return { mux, cloudflare, liveStream, inputId, outputId: output.uid ?? '', muxHook, videoHook, liveHook };
}

/** Waits until all webhooks are delivered. */
export async function delivered({ control }: { control: Control }): Promise<void> {
  for (;;) {
    const { pending } = await control.get<{ pending: number }>('webhooks');
    if (pending === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function eventTypes({ received }: Receiver): unknown[] {
  return received.map(({ json }) => json.type ?? json.data?.event_type);
}
