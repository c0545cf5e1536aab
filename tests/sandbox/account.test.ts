// What a deployment sets up: the token, KV namespaces, Workers and notifications at Cloudflare, and Mux's system API.
// Driven by the official SDKs and by wrangler itself.

import { execFile } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import Mux from '@mux/mux-node';
import { expect, it, onTestFinished } from 'vitest';
import { account, receiveWebhooks, runCloudflare, runMux } from './support.ts';

const run = promisify(execFile);
const account_id = account;
const address = 'https://live.example/hook';

it('tells whether a token works, at the address for its kind', async () => {
  const { client, control } = await runCloudflare();
  expect(await client.accounts.tokens.verify({ account_id })).toMatchObject({ status: 'active' });
  await expect(client.user.tokens.verify()).rejects.toMatchObject({ status: 403 });
  await control.put('account', { token: { kind: 'user', status: 'expired' } });
  expect(await client.user.tokens.verify()).toMatchObject({ status: 'expired' });
});

it('refuses calls for which the token has no permission', async () => {
  const { client, stream, control } = await runCloudflare();
  await control.put('account', { permissions: ['Stream Read'] });
  expect(await stream.videos.storageUsage({ account_id })).toMatchObject({ totalStorageMinutesLimit: 1000 });
  const denied = { status: 403 };
  await expect(stream.keys.create({ account_id })).rejects.toMatchObject(denied);
  await expect(client.kv.namespaces.create({ account_id, title: 'a' })).rejects.toMatchObject(denied);
  await expect(client.alerting.availableAlerts.list({ account_id })).rejects.toMatchObject(denied);
  await expect(client.workers.scripts.secrets.list('a', { account_id }).then()).rejects.toMatchObject(denied);
});

it('holds KV namespaces with unique titles', async () => {
  const { client } = await runCloudflare();
  const made = await client.kv.namespaces.create({ account_id, title: 'streams' });
  await expect(client.kv.namespaces.create({ account_id, title: 'streams' })).rejects.toMatchObject({
    status: 400,
  });
  const listed = [];
  for await (const each of client.kv.namespaces.list({ account_id, per_page: 1 })) listed.push(each.id);
  expect(listed).toEqual([made.id]);
});

it('holds queues with unique names, and one subscription for each source of events', async () => {
  const { client } = await runCloudflare();
  const made = await client.queues.create({ account_id, queue_name: 'events' });
  await expect(client.queues.create({ account_id, queue_name: 'events' })).rejects.toMatchObject({
    status: 409,
  });
  const listed = [];
  for await (const each of client.queues.list({ account_id })) listed.push(each.queue_id);
  expect(listed).toEqual([made.queue_id]);

  // The SDK does not know the sources of Stream.
  const subscribe = (changes: object) =>
    client.post<{ result: { id: string } }>(`/accounts/${account_id}/event_subscriptions/subscriptions`, {
      body: {
        name: 'live',
        source: { type: 'stream.liveInput' },
        destination: { type: 'queues.queue', queue_id: made.queue_id },
        events: ['live_input.connected'],
        ...changes,
      },
    });
  const unknown = { type: 'queues.queue', queue_id: 'f'.repeat(32) };
  await expect(subscribe({ destination: unknown })).rejects.toMatchObject({ status: 404 });
  await expect(subscribe({ events: ['video_state.ready'] })).rejects.toMatchObject({ status: 400 });
  const { id } = (await subscribe({})).result;
  await expect(subscribe({})).rejects.toMatchObject({ status: 409 });
  const { subscriptions } = client.queues;
  expect(await subscriptions.update(id, { account_id, enabled: false })).toMatchObject({ enabled: false });
  await subscriptions.delete(id, { account_id });
  await subscribe({});
});

it('tests a destination before it takes it, and notifies what enabled policies name', async () => {
  const { client, stream, control } = await runCloudflare();
  const hook = await receiveWebhooks();
  const { webhooks } = client.alerting.destinations;
  const destination = { account_id, name: 'live', url: address, secret: 'live-secret' };
  await expect(webhooks.create({ ...destination, url: hook.url })).rejects.toMatchObject({ status: 400 });

  await control.put('hosts', { 'https://live.example': hook.url.slice(0, -1) });
  hook.answers.push(401);
  await expect(webhooks.create(destination)).rejects.toMatchObject({ status: 400 });
  const { id = '' } = await webhooks.create(destination);
  expect(hook.received.at(-1)?.headers['cf-webhook-auth']).toBe('live-secret');
  const shown = await webhooks.get(id, { account_id });
  expect(shown).toMatchObject({ id, name: 'live', type: 'generic', url: address });
  expect(shown).not.toHaveProperty('secret');
  expect(shown.last_success).toBeTruthy();

  const alert_type = 'stream_live_notifications' as never;
  const policy = { account_id, name: 'live', enabled: true, alert_type, mechanisms: { webhooks: [{ id }] } };
  await expect(
    client.alerting.policies.create({ ...policy, mechanisms: { webhooks: [{ id: 'f'.repeat(32) }] } }),
  ).rejects.toMatchObject({ status: 404 });
  const made = await client.alerting.policies.create(policy);
  await expect(webhooks.delete(id, { account_id })).rejects.toMatchObject({ status: 409 });
  const { uid } = await stream.liveInputs.create({ account_id });
  const before = hook.received.length;
  await control.post('connect', { inputId: uid });
  await expect
    .poll(() => hook.received.slice(before).map(({ json }) => json.data?.event_type))
    .toEqual(['live_input.connected']);
  await client.alerting.policies.update(made.id ?? '', { account_id, enabled: false });
  await control.post('disconnect', { inputId: uid, reconnectSeconds: 0, wait: true });
  expect(hook.received).toHaveLength(before + 1);
});

it('offers no live notifications without a zone on a Pro plan', async () => {
  const { client, control } = await runCloudflare();
  await control.put('account', { hasProZone: false });
  expect(await client.alerting.availableAlerts.list({ account_id })).toEqual({ Stream: [] });
});

it('takes what wrangler deploys, twice, keeps other secrets, and shows settings without secrets', async () => {
  const { url, client, control } = await runCloudflare();
  const folder = await mkdtemp(join(tmpdir(), 'deploy-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'assets/index.html'), '<p>hello');
  await writeFile(
    join(folder, 'index.js'),
    `import { DurableObject } from 'cloudflare:workers';
     export class Room extends DurableObject {}
     export default { fetch: () => new Response('hello') };`,
  );
  await writeFile(
    join(folder, 'wrangler.toml'),
    `name = "w"
     main = "index.js"
     compatibility_date = "2026-11-01"
     assets = { directory = "assets" }
     kv_namespaces = [{ binding = "STREAMS" }]
     durable_objects = { bindings = [{ name = "ROOMS", class_name = "Room" }] }
     migrations = [{ tag = "v1", new_sqlite_classes = ["Room"] }]
     triggers = { crons = ["* * * * *"] }
     vars = { GREETING = "hello" }`,
  );
  const wrangler = resolve(import.meta.dirname, '../../node_modules/wrangler/bin/wrangler.js');
  const environment = {
    ...process.env,
    CLOUDFLARE_API_BASE_URL: `${url}/client/v4`,
    CLOUDFLARE_ACCOUNT_ID: account,
    CLOUDFLARE_API_TOKEN: 'api-token',
  };
  const deploy = async (secrets: object): Promise<string> => {
    await writeFile(join(folder, 'secrets.json'), JSON.stringify(secrets));
    const args = [wrangler, 'deploy', '--secrets-file', 'secrets.json'];
    return (await run(process.execPath, args, { cwd: folder, env: environment })).stdout;
  };
  expect(await deploy({ FIRST: 'one' })).toContain('https://w.sandbox.workers.dev');
  expect(await deploy({ SECOND: 'two' })).toContain('No updated asset files to upload');
  const secrets = {
    THIRD: { name: 'THIRD', text: 'three', type: 'secret_text' },
    FIRST: null as never,
  } as const;
  const headers = { 'content-type': 'application/merge-patch+json' };
  await client.workers.scripts.secrets.bulkUpdate('w', { account_id, secrets }, { headers });

  const shown = await client.workers.scripts.scriptAndVersionSettings.get('w', { account_id });
  const names = Object.fromEntries((shown.bindings ?? []).map(({ name, type }) => [name, type]));
  expect(names).toEqual({
    GREETING: 'plain_text',
    STREAMS: 'kv_namespace',
    ROOMS: 'durable_object_namespace',
    SECOND: 'secret_text',
    THIRD: 'secret_text',
  });
  expect(JSON.stringify(shown)).not.toMatch(/"(two|three)"/);
  const { namespaces } = await control.get<{ namespaces: object[] }>('state');
  expect(namespaces).toHaveLength(1);
});

it("gives a new webhook endpoint at Mux no other field, and tells the token's rights", async () => {
  const { mux, control } = await runMux();
  const wrong = { address, enabled: false };
  await expect(mux.system.webhooks.create(wrong)).rejects.toBeInstanceOf(Mux.BadRequestError);
  expect(await mux.system.webhooks.create({ address })).toMatchObject({ address, enabled: true });
  await control.put('account', { permissions: ['video:read'] });
  await expect(mux.system.webhooks.create({ address: `${address}/2` })).rejects.toMatchObject({
    status: 403,
  });
  expect(await mux.system.utilities.whoami()).toMatchObject({ permissions: ['video:read'] });
});
