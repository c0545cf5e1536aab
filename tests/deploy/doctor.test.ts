// npm run doctor: each fault that is planted in a working deployment is named, with what to do.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { startLiveKit } from '../../sandbox/livekit/server.ts';
import { account, afterwards } from '../sandbox/support.ts';
import { address, setStage } from './stage.ts';
import type { Stage } from './stage.ts';

const api = 'https://other.example';

/** Changes the Worker's secrets behind the deployment's back; null removes one. */
async function changeSecrets(stage: Stage, secrets: Record<string, string | null>): Promise<void> {
  const named = Object.entries(secrets).map(([name, text]) => [
    name,
    text === null ? null : { name, text, type: 'secret_text' },
  ]);
  const response = await fetch(
    `${stage.variables['CLOUDFLARE_API_URL']}/accounts/${account}/workers/scripts/whip-mux/secrets-bulk`,
    {
      method: 'PATCH',
      headers: { authorization: 'Bearer api-token', 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ secrets: Object.fromEntries(named) as object }),
    },
  );
  expect(response.status).toBe(200);
}

async function muxWebhook({ mux }: Stage): Promise<{ id: string }> {
  for await (const each of mux.mux.system.webhooks.list()) return each;
  throw new Error('there is no webhook');
}

const alerting = ({ cloudflare }: Stage) => cloudflare.client.alerting;
const account_id = account;

async function withoutPermission(stage: Stage, permission: string): Promise<void> {
  const all = ['Stream Read', 'Stream Write', 'Workers KV Storage Write', 'Workers Scripts Write'];
  const permissions = [...all, 'Notifications Write', 'Queues Write'].filter((each) => each !== permission);
  await stage.cloudflare.control.put('account', { permissions });
}

/** A clock that is wrong from now on, until the test ends. */
function moveClock(ms: number): void {
  const clock = vi
    .spyOn(Date, 'now')
    .mockImplementation(() => performance.timeOrigin + performance.now() + ms);
  afterwards(async () => clock.mockRestore());
}

async function serve(status: number, body: object): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterwards(async () => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const livekit = {
  LIVEKIT_API_KEY: 'APItests',
  LIVEKIT_API_SECRET: 'a-secret-of-livekit-and-worker-of-32-bytes',
};

async function runLiveKit(): Promise<{ url: string }> {
  const { LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret } = livekit;
  const started = await startLiveKit({ port: 0, apiKey, apiSecret });
  afterwards(() => started.close());
  return started;
}

interface Fault {
  plant(stage: Stage): unknown;
  /** How the table's lines begin and what they say. */
  named: RegExp;
  remedy: string;
}

const faults: Record<string, Fault> = {
  'a Cloudflare token that does not exist': {
    plant: ({ variables }) => (variables['CLOUDFLARE_API_TOKEN'] = 'no-such-token'),
    named: /Cloudflare token +fault +Cloudflare does not know it/,
    remedy: 'set CLOUDFLARE_API_TOKEN',
  },
  'a Cloudflare token of another account': {
    plant: ({ variables }) => (variables['CLOUDFLARE_ACCOUNT_ID'] = 'a'.repeat(32)),
    named: /Cloudflare token +fault +it is not for this account/,
    remedy: 'Compare CLOUDFLARE_ACCOUNT_ID',
  },
  'a Cloudflare token that was disabled': {
    plant: ({ cloudflare }) => cloudflare.control.put('account', { token: { status: 'disabled' } }),
    named: /Cloudflare token +fault +it is disabled/,
    remedy: 'Make a new token',
  },
  'a Cloudflare token that has expired': {
    plant: ({ cloudflare }) =>
      cloudflare.control.put('account', { token: { expires_on: '2026-01-01T00:00:00Z' } }),
    named: /Cloudflare token +fault +it expired on 2026-01-01/,
    remedy: 'Make a new token',
  },
  'a token that may only read Stream': {
    plant: (stage) => withoutPermission(stage, 'Stream Write'),
    named: /Stream: Edit +fault/,
    remedy: 'Add "Stream: Edit" to the API token',
  },
  'a token that may not see Workers': {
    plant: (stage) => withoutPermission(stage, 'Workers Scripts Write'),
    named: /Workers Scripts: Edit +fault/,
    remedy: 'Add "Workers Scripts: Edit" to the API token',
  },
  'a token that may not use KV': {
    plant: (stage) => withoutPermission(stage, 'Workers KV Storage Write'),
    named: /Workers KV Storage: Edit +fault/,
    remedy: 'Add "Workers KV Storage: Edit" to the API token',
  },
  'a Mux token that does not exist': {
    plant: ({ variables }) => (variables['MUX_TOKEN_SECRET'] = 'wrong'),
    named: /Mux token +fault +Mux does not know it/,
    remedy: 'Copy the id and the secret',
  },
  'a Mux token without write access': {
    plant: ({ mux }) =>
      mux.control.put('account', { permissions: ['video:read', 'system:read', 'system:write'] }),
    named: /Mux token +fault +it lacks video:write/,
    remedy: 'Make a Mux access token',
  },
  'full storage': {
    plant: ({ cloudflare }) => cloudflare.control.put('account', { storage: { minutes: 1000 } }),
    named: /Stream storage +fault +1000 of 1000 minutes used: no broadcast can start/,
    remedy: 'Buy more minutes',
  },
  'no Stream subscription': {
    plant: ({ cloudflare }) => cloudflare.control.put('account', { storage: { minutes: 0, limit: 0 } }),
    named: /Stream storage +fault +no minutes/,
    remedy: 'Subscribe to Stream',
  },
  'broadcasts that Cloudflare refuses': {
    plant: ({ errors }) => errors.push('The account has no subscription (ERR_MISSING_SUBSCRIPTION)'),
    named: /Cloudflare Stream +fault +.*ERR_MISSING_SUBSCRIPTION/,
    remedy: 'See Stream in the dashboard',
  },
  'no Worker of this name': {
    plant: ({ cloudflare }) => cloudflare.client.workers.scripts.delete('whip-mux', { account_id }),
    named: /Worker +fault +there is no Worker whip-mux/,
    remedy: 'Run npm run deploy',
  },
  'a KV namespace that was deleted': {
    plant: async (stage) => {
      const { namespaces } = await stage.atCloudflare();
      await stage.cloudflare.client.kv.namespaces.delete(namespaces[0]?.id ?? '', { account_id });
    },
    named: /KV namespace +fault +STREAMS is bound to [0-9a-f]{32}, which does not exist/,
    remedy: 'Run npm run deploy again',
  },
  'no schedule': {
    plant: ({ cloudflare }) =>
      cloudflare.client.workers.scripts.schedules.update('whip-mux', { account_id, body: [] }),
    named: /schedule +fault +it never runs/,
    remedy: 'Run npm run deploy again',
  },
  'a missing secret of the Worker': {
    plant: (stage) => changeSecrets(stage, { SEALING_KEYS: null }),
    named: /setting SEALING_KEYS +fault/,
    remedy: 'Set SEALING_KEYS',
  },
  'an address where nothing answers': {
    plant: ({ variables }) => (variables['WORKER_CONNECT_TO'] = 'http://127.0.0.1:9'),
    named: /address +fault +nothing answers at https:\/\/whip-mux/,
    remedy: 'set WORKER_URL',
  },
  'an address where something else answers': {
    plant: async ({ variables }) => (variables['WORKER_CONNECT_TO'] = await serve(404, {})),
    named: /address +fault +something else answers 404/,
    remedy: 'set WORKER_URL',
  },
  'no webhook at Mux': {
    plant: async (stage) => stage.mux.mux.system.webhooks.delete((await muxWebhook(stage)).id),
    named: /Mux webhook +fault +no webhook goes to https:\/\/whip-mux/,
    remedy: 'Run npm run deploy again',
  },
  "Mux's webhook with another address": {
    plant: async (stage) =>
      stage.mux.mux.system.webhooks.update((await muxWebhook(stage)).id, {
        address: `${api}/api/webhooks/mux`,
      }),
    named: /Mux webhook +fault +it goes to https:\/\/other.example/,
    remedy: 'Run npm run deploy again',
  },
  "Mux's webhook, switched off": {
    plant: async (stage) =>
      stage.mux.mux.system.webhooks.update((await muxWebhook(stage)).id, { enabled: false }),
    named: /Mux webhook +fault +it is switched off/,
    remedy: 'Run npm run deploy again',
  },
  "Mux's webhook, replaced by somebody": {
    plant: async (stage) => {
      await stage.mux.mux.system.webhooks.delete((await muxWebhook(stage)).id);
      await stage.mux.mux.system.webhooks.create({ address: `${address}/api/webhooks/mux` });
    },
    named: /Mux webhook +fault +someone replaced it/,
    remedy: '--yes mux-webhook',
  },
  "a wrong secret for Mux's webhook": {
    plant: (stage) => changeSecrets(stage, { MUX_WEBHOOK_SECRETS: 'wrong' }),
    named: /Mux webhook's secret +fault +it is not the Worker's/,
    remedy: 'Run npm run deploy again',
  },
  'no queue for events': {
    plant: async (stage) => {
      const { queues } = await stage.atCloudflare();
      const queue = queues.find(({ queue_name }) => queue_name === 'whip-mux-events');
      await stage.cloudflare.client.queues.delete(queue?.queue_id ?? '', { account_id });
    },
    named: /events by queue +fault +there is no queue whip-mux-events/,
    remedy: 'Run npm run deploy again',
  },
  'a subscription that was deleted': {
    plant: async (stage) => {
      const { subscriptions } = await stage.atCloudflare();
      const input = subscriptions.find(({ source }) => source.type === 'stream.liveInput');
      await stage.cloudflare.client.queues.subscriptions.delete(input?.id ?? '', { account_id });
    },
    named: /events by queue +fault +not subscribed: stream.liveInput/,
    remedy: 'Run npm run deploy again',
  },
  'a subscription that was switched off': {
    plant: async (stage) => {
      const { subscriptions } = await stage.atCloudflare();
      const id = subscriptions.find(({ source }) => source.type === 'stream')?.id ?? '';
      await stage.cloudflare.client.queues.subscriptions.update(id, { account_id, enabled: false });
    },
    named: /events by queue +fault +not subscribed: stream/,
    remedy: 'Run npm run deploy again',
  },
  'no webhook for recordings': {
    plant: ({ cloudflare }) => cloudflare.stream.webhooks.delete({ account_id }),
    named: /webhook for recordings +fault +not registered/,
    remedy: 'Run npm run deploy again',
  },
  'a webhook for recordings with another address': {
    plant: ({ cloudflare }) => cloudflare.stream.webhooks.update({ account_id, notificationUrl: api }),
    named: /webhook for recordings +fault +it goes to https:\/\/other.example/,
    remedy: '--yes video-webhook',
  },
  'a wrong secret for the webhook for recordings': {
    plant: (stage) => changeSecrets(stage, { CLOUDFLARE_WEBHOOK_SECRETS: 'wrong' }),
    named: /its secret +fault +it is not the Worker's/,
    remedy: 'Run npm run deploy again',
  },
  'no destination for notifications': {
    plant: async (stage) => {
      const { policies, destinations } = await stage.atCloudflare();
      await alerting(stage).policies.delete(policies[0]?.id ?? '', { account_id });
      await alerting(stage).destinations.webhooks.delete(destinations[0]?.id ?? '', { account_id });
    },
    named: /live notifications +fault +no destination goes to/,
    remedy: 'Run npm run deploy again',
  },
  'no policy for notifications': {
    plant: async (stage) => {
      const { policies } = await stage.atCloudflare();
      await alerting(stage).policies.delete(policies[0]?.id ?? '', { account_id });
    },
    named: /live notifications +fault +no policy uses the destination/,
    remedy: 'Run npm run deploy again',
  },
  'a policy that is switched off': {
    plant: async (stage) => {
      const { policies } = await stage.atCloudflare();
      await alerting(stage).policies.update(policies[0]?.id ?? '', { account_id, enabled: false });
    },
    named: /live notifications +fault +the policy is switched off/,
    remedy: 'Run npm run deploy again',
  },
  'a wrong secret for notifications': {
    plant: (stage) => changeSecrets(stage, { CLOUDFLARE_NOTIFICATION_SECRETS: 'wrong' }),
    named: /notifications' secret +fault +it is not the Worker's/,
    remedy: 'Run npm run deploy again',
  },
  'a signing key that Mux does not know': {
    plant: async (stage) =>
      stage.mux.mux.system.signingKeys.delete((await stage.atMux()).signingKeys[0]?.id ?? ''),
    named: /signing key at Mux +fault +Mux does not know/,
    remedy: 'Run npm run deploy again',
  },
  'a signing key that Cloudflare does not know': {
    plant: async (stage) => {
      const { signingKeys } = await stage.atCloudflare();
      await stage.cloudflare.stream.keys.delete(signingKeys[0]?.id ?? '', { account_id });
    },
    named: /signing key at Cloudflare +fault +Cloudflare does not know/,
    remedy: 'Run npm run deploy again',
  },
  'an identity provider without keys': {
    plant: async ({ variables }) => (variables['AUTH_JWKS_URL'] = await serve(200, { keys: [] })),
    named: /identity provider +fault +no keys at/,
    remedy: 'Compare AUTH_JWKS_URL',
  },
  'a relay that does not answer': {
    plant: ({ variables }) => (variables['RELAY_URL'] = 'http://127.0.0.1:9'),
    named: /relay +fault +nothing answers/,
    remedy: 'Start the relay',
  },
  'a relay that is stopping': {
    plant: async ({ variables }) => (variables['RELAY_URL'] = await serve(503, {})),
    named: /relay +fault +it is stopping/,
    remedy: 'Start another relay',
  },
  'one of two relays that does not answer': {
    plant: ({ variables }) => (variables['RELAY_URLS'] = `${variables['RELAY_URL']}/,http://127.0.0.1:9`),
    named: /relay 127\.0\.0\.1:9 +fault +nothing answers/,
    remedy: 'Start the relay',
  },
  'a relay with another secret': {
    plant: ({ variables }) => (variables['RELAY_TOKEN_SECRET'] = 'another-secret-of-32-characters-x'),
    named: /relay +fault +it does not know the secret/,
    remedy: 'the same RELAY_TOKEN_SECRET',
  },
  'a LiveKit that does not answer': {
    plant: ({ variables }) => Object.assign(variables, livekit, { LIVEKIT_URL: 'http://127.0.0.1:9' }),
    named: /LiveKit +fault +nothing answers/,
    remedy: 'Compare LIVEKIT_URL',
  },
  'a LiveKit with another secret': {
    plant: async ({ variables }) => {
      const { url: LIVEKIT_URL } = await runLiveKit();
      Object.assign(variables, livekit, {
        LIVEKIT_URL,
        LIVEKIT_API_SECRET: 'another-secret-of-32-characters-x',
      });
    },
    named: /LiveKit +fault +it refuses the key/,
    remedy: 'LIVEKIT_API_SECRET',
  },
  'a LiveKit without an ingress': {
    plant: async ({ variables }) =>
      Object.assign(variables, livekit, { LIVEKIT_URL: await serve(500, { code: 'internal' }) }),
    named: /LiveKit +fault +Ingress\/ListIngress answers 500/,
    remedy: 'its ingress and egress',
  },
  "a secret of LiveKit that is not the Worker's": {
    plant: async (stage) => {
      Object.assign(stage.variables, livekit, { LIVEKIT_URL: (await runLiveKit()).url });
      await stage.deploy();
      await changeSecrets(stage, { LIVEKIT_API_SECRET: 'another-secret-of-32-characters-x' });
    },
    named: /LiveKit's secret +fault +it is not the Worker's/,
    remedy: 'wrangler secret put LIVEKIT_API_SECRET',
  },
  'a clock that is ten minutes ahead': {
    plant: () => moveClock(600_000),
    named: /clock +fault +this machine is (599|600|601) s ahead/,
    remedy: 'Set the clock',
  },
};

describe('doctor names', () => {
  it.each(Object.entries(faults))('%s, and what to do', async (_name, { plant, named, remedy }) => {
    const stage = await setStage();
    await stage.deploy();
    await plant(stage);
    expect(await stage.doctor()).toBe(false);
    const lines = stage.said().split('\n');
    const line = lines.findIndex((each) => named.test(each));
    expect(line, stage.said()).toBeGreaterThan(0);
    expect(lines[line + 1]).toContain(remedy);
    const byDeploying = /npm run deploy( again| -- --yes ([\w-]+))/.exec(lines[line + 1] ?? '');
    if (!byDeploying) return;
    if (byDeploying[2]) stage.agreed.add(byDeploying[2]);
    expect(await stage.deploy(), stage.said()).toBe(true);
  });
});

it('doctor changes nothing, and needs no answers', async () => {
  const stage = await setStage();
  await stage.deploy();
  for (const each of [stage.cloudflare, stage.mux]) await each.control.remove('calls');
  for (const name of ['AUTH_ISSUER', 'AUTH_AUDIENCE', 'AUTH_JWKS_URL']) stage.variables[name] = undefined;
  expect(await stage.doctor(), stage.said()).toBe(true);
  expect(stage.said()).toMatch(/\d+ ok, 0 warnings, 0 faults, 0 unchecked/);
  expect(await stage.writes()).toEqual([]);
});

it('doctor shows that LiveKit and the Worker take the key, and which webhook a person must enter', async () => {
  const stage = await setStage();
  Object.assign(stage.variables, livekit, { LIVEKIT_URL: (await runLiveKit()).url });
  // The deployment says so too.
  for (const each of [stage.deploy, stage.doctor]) {
    expect(await each(), stage.said()).toBe(true);
    expect(stage.said()).toMatch(/LiveKit +ok +http/);
    expect(stage.said()).toMatch(/LiveKit's secret +ok +the Worker's too/);
    expect(stage.said()).toContain(`add ${address}/api/webhooks/livekit to the project's webhooks`);
  }
});

it('doctor asks for the Mux token that the Worker has', async () => {
  const stage = await setStage();
  await stage.deploy();
  stage.variables['MUX_TOKEN_SECRET'] = undefined;
  await expect(stage.doctor()).rejects.toThrow('MUX_TOKEN_SECRET: Mux access token, its secret');
});

it('doctor names all that it needs at once, and nothing that only a deployment needs', async () => {
  const stage = await setStage();
  for (const name of Object.keys(stage.variables)) if (!name.endsWith('_URL')) delete stage.variables[name];
  const error = await stage.doctor().catch((caught: unknown) => caught as Error);
  for (const name of ['CLOUDFLARE_ACCOUNT_ID', 'CLOUDFLARE_API_TOKEN', 'MUX_TOKEN_ID', 'MUX_TOKEN_SECRET'])
    expect(String(error)).toContain(`${name}: `);
  expect(String(error)).not.toContain('AUTH_');
});

describe('what doctor only warns of', () => {
  it.each([
    [
      'a token that expires soon',
      { token: { expires_on: new Date(Date.now() + 86_400_000) } },
      'it expires on',
    ],
    ['storage that is nearly full', { storage: { minutes: 950 } }, '950 of 1000 minutes used'],
    ['no zone on a Pro plan', { hasProZone: false }, 'not offered to this account'],
    ['no permission for notifications', {}, 'Notifications: Edit'],
    ['no permission for queues', {}, 'Queues: Edit'],
  ])('%s', async (_name, change, warned) => {
    const stage = await setStage();
    await stage.deploy();
    await stage.cloudflare.control.put('account', change);
    if (warned.endsWith(': Edit')) await withoutPermission(stage, warned.replace(': Edit', ' Write'));
    expect(await stage.doctor(), stage.said()).toBe(true);
    const line = stage
      .said()
      .split('\n')
      .find((each) => each.includes(warned));
    expect(line, stage.said()).toContain(' warning ');
  });
});
