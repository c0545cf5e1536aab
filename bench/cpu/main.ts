// CPU time of workerd per request: ours, a peer with Hono and the providers' SDKs, and the bare minimum, in turn in one
// run. `npm run bench:cpu` prints a table; `npm run bench:cpu -- 5` measures for 5 s each instead of 10. All three are
// measured in short turns, because other work on the machine changes what a request costs.

import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { muxSignature } from '../../sandbox/shared/signatures.ts';
import { startProviders } from '../../tests/worker/api/providers.ts';
import { bundleOf, startRuntime } from './runtime.ts';
import type { Runtime } from './runtime.ts';

if (process.platform !== 'linux') throw new Error('this reads CPU times from /proc, which only Linux has');

const seconds = Number(process.argv[2] ?? 10);
const rounds = 20;
const connections = 4;
const agent = new Agent({ keepAlive: true, maxSockets: connections });

interface Call {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

function send(url: string, { method, path, headers, body }: Call): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url + path, { method, headers, agent }, (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
      );
      answer.on('error', reject);
    });
    call.on('error', reject).end(body);
  });
}

/** Sends the request for some time and returns the CPU time of one, in microseconds. */
async function measure(runtime: Runtime, call: Call, duration: number): Promise<number> {
  const end = performance.now() + duration * 1000;
  const before = runtime.cpu();
  let sent = 0;
  async function connect(): Promise<void> {
    while (performance.now() < end) {
      const { status } = await send(runtime.url, call);
      if (status !== 200) throw new Error(`${call.path} was answered with ${status}`);
      sent += 1;
    }
  }
  await Promise.all(Array.from({ length: connections }, connect));
  return (runtime.cpu() - before) / sent;
}

// Ours stores it and the marker that it is due, then reads the stream and folds it in. The peers do one KV write.
const webhookOf = (passthrough: string): string =>
  JSON.stringify({
    type: 'video.asset.ready',
    id: '5f0e6c1a-8f5f-4d0d-9f1e-3f2d7d0a4b11',
    created_at: '2026-11-01T10:00:00.000000Z',
    object: { type: 'asset', id: 'Yk1hJ02bqPq02qYvVnYp01xJ8wq5Zr7aDg' },
    environment: { name: 'Production', id: 'k7j2p9' },
    data: {
      id: 'Yk1hJ02bqPq02qYvVnYp01xJ8wq5Zr7aDg',
      live_stream_id: 'aA02skpHXoLrbQm49qIzAG6RtewFOcDEY',
      status: 'ready',
      playback_ids: [{ policy: 'public', id: 'uNbxnGLKJ00yfbijDO8COxTOyVKT01xpxW' }],
      tracks: [
        {
          type: 'video',
          max_width: 1920,
          max_height: 1080,
          max_frame_rate: 30,
          id: 'p6Xe1W3a',
          duration: 1803.1,
        },
        { type: 'audio', max_channels: 2, max_channel_layout: 'stereo', id: 'b8Qe2R4c', duration: 1803.2 },
      ],
      recording_times: [{ started_at: { seconds: 1793527200, nanos: 0 }, duration: 1803.2, type: 'content' }],
      new_asset_settings: { playback_policies: ['public'], master_access: 'none', video_quality: 'basic' },
      duration: 1803.2,
      max_stored_resolution: 'HD',
      resolution_tier: '1080p',
      max_stored_frame_rate: 30,
      aspect_ratio: '16:9',
      video_quality: 'basic',
      mp4_support: 'none',
      master_access: 'none',
      ingest_type: 'live_rtmp',
      encoding_tier: 'smart',
      is_live: false,
      passthrough,
      created_at: 1793529000,
      progress: { progress: 100, state: 'completed' },
    },
    attempts: [],
    request_id: null,
    accessor: null,
    accessor_source: null,
  });

await using providers = await startProviders({ settings: { DEPLOYMENT: 'bench' } });
const { settings } = providers;
const text = (name: string): string => settings[name] ?? '';

const folders = {
  ours: await bundleOf('ours', []),
  peer: await bundleOf('peer', ['--config', join(import.meta.dirname, '../peer/wrangler.toml'), '--env=']),
  bare: await bundleOf('bare', [
    '--config',
    join(import.meta.dirname, '../peer/wrangler.toml'),
    '--env',
    'bare',
  ]),
};
type Name = keyof typeof folders;
const names = Object.keys(folders) as Name[];
const runtimes = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await startRuntime(folders[name], settings)])),
) as Record<Name, Runtime>;
process.once('exit', () => names.forEach((name) => runtimes[name].stop()));

const token = await new SignJWT()
  .setProtectedHeader({ alg: 'HS256' })
  .setSubject('user-of-the-benchmark')
  .setIssuer(text('AUTH_ISSUER'))
  .setAudience(text('AUTH_AUDIENCE'))
  .setIssuedAt()
  .setExpirationTime('1 hour')
  .sign(new TextEncoder().encode(text('AUTH_HS256_SECRETS')));
const authorization = `Bearer ${token}`;

const get = (path: string, headers: Record<string, string> = {}): Call => ({
  method: 'GET',
  path,
  headers,
  body: '',
});

// A stream of ours; the others answer with the same bytes.
const created = await send(runtimes.ours.url, {
  method: 'POST',
  path: '/api/streams/create-whip',
  headers: { authorization, 'content-type': 'application/json' },
  body: JSON.stringify({ title: 'A funeral', memorialId: 'user-of-the-benchmark' }),
});
if (created.status !== 201) throw new Error(`no stream was created: ${created.text}`);
const { id } = (JSON.parse(created.text) as { stream: { id: string } }).stream;
const stream = `/api/streams/${id}`;
for (const [path, key] of [
  [stream, `answer/${id}`],
  [`${stream}/playback`, `answer/${id}/playback`],
] as const) {
  const answer = await send(runtimes.ours.url, get(path, { authorization }));
  if (answer.status !== 200) throw new Error(`${path} was answered with ${answer.status}: ${answer.text}`);
  for (const name of ['peer', 'bare'] as const)
    await send(runtimes[name].kv, { method: 'PUT', path: `/${key}`, headers: {}, body: answer.text });
}

const webhook = webhookOf(`whip-mux:${text('DEPLOYMENT')}:${id}`);
const calls: Record<string, () => Call> = {
  'GET /healthz': () => get('/healthz'),
  [`Mux webhook of ${webhook.length} bytes`]: () => ({
    method: 'POST',
    path: '/api/webhooks/mux',
    headers: {
      'content-type': 'application/json',
      'mux-signature': muxSignature(text('MUX_WEBHOOK_SECRETS'), webhook),
    },
    body: webhook,
  }),
  'GET /api/streams/{id}/playback': () => get(`${stream}/playback`),
  'GET /api/streams/{id}, with a token': () => get(stream, { authorization }),
};

const median = (numbers: number[]): number =>
  numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN;

console.log(`CPU of workerd per request in µs: the median of ${rounds} turns of ${seconds / rounds} s each`);
const rows: Record<string, object> = {};
for (const [title, call] of Object.entries(calls)) {
  const times: Record<Name, number[]> = { ours: [], peer: [], bare: [] };
  for (const name of names) await measure(runtimes[name], call(), 2);
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) times[name].push(await measure(runtimes[name], call(), seconds / rounds));
  const [ours = NaN, peer = NaN, bare = NaN] = names.map((name) => median(times[name]));
  const ratio = (to: number): number => Math.round((ours / to) * 100) / 100;
  const micro = Math.round;
  rows[title] = {
    ours: micro(ours),
    peer: micro(peer),
    bare: micro(bare),
    'ours / peer': ratio(peer),
    'ours / bare': ratio(bare),
  };
}
console.table(rows);
agent.destroy();
names.forEach((name) => runtimes[name].stop());
