// GET /readyz names missing settings and never shows a value; GET /healthz says that the Worker runs.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, read } from './client.ts';
import type { Answer } from './client.ts';
import { defaults } from './providers.ts';
import { setStage } from './stage.ts';
import { planHeader, schedulePath, watchedEntry } from './watched-entry.ts';
import type { Plan } from './watched-entry.ts';

let worker: StartedWorker;
let runs = 0;

beforeAll(async () => {
  worker = await startWorker({ bindings: defaults, entry: watchedEntry });
}, 60_000);

afterAll(async () => worker?.stop());

async function ask(path: string, settings: Plan['settings'] = {}): Promise<Answer> {
  const plan: Plan = { run: `readiness-${++runs}`, settings };
  return read(await worker.fetch(path, { headers: { [planHeader]: JSON.stringify(plan) } }));
}

const needed = [
  'AUTH_HS256_SECRETS',
  'AUTH_ISSUER',
  'AUTH_AUDIENCE',
  'SEALING_KEYS',
  'CLOUDFLARE_ACCOUNT_ID',
  'CLOUDFLARE_API_TOKEN',
  'CLOUDFLARE_WEBHOOK_SECRETS',
  'CLOUDFLARE_NOTIFICATION_SECRETS',
  'MUX_WEBHOOK_SECRETS',
  'STREAMS',
];

// One of two settings is enough for tokens.
const named = (name: string): string =>
  name === 'AUTH_HS256_SECRETS' ? 'AUTH_HS256_SECRETS or AUTH_JWKS_URL' : name;

const textSettings = [
  ...Object.keys(defaults),
  ...['AUTH_JWKS_URL', 'AUTH_COOKIE', 'ALLOWED_ORIGINS', 'CLOUDFLARE_API_URL', 'MUX_API_URL'],
  ...['MUX_RTMPS_URL', 'MUX_WHIP_URL', 'MUX_PLAYBACK_URL', 'MUX_IMAGE_URL', 'RECONCILE_GRACE_SECONDS'],
  ...[
    'RECORDING_CHECK_SECONDS',
    'MAX_OPEN_STREAMS',
    'RELAY_URL',
    'RELAY_URLS',
    'RELAY_TOKEN_SECRET',
    'RELAY_CREDENTIAL',
  ],
  ...['MUX_SIGNING_KEY_ID', 'MUX_SIGNING_PRIVATE_KEY', 'EVENTS_URL', 'EVENTS_SECRETS'],
  ...['CLOUDFLARE_SIGNING_KEY_ID', 'CLOUDFLARE_SIGNING_JWK'],
];

const keyIds: Record<string, Plan['settings']> = {
  CLOUDFLARE_SIGNING_JWK: { CLOUDFLARE_SIGNING_KEY_ID: 'id' },
  MUX_SIGNING_PRIVATE_KEY: { MUX_SIGNING_KEY_ID: 'id' },
};

describe('/readyz', () => {
  it('is 200 for everyone if everything is set', async () => {
    const answer = await ask('/readyz');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      status: 'ready',
      missing: [],
      errors: [],
      muxBackup: 'on',
      livekit: 'off: LIVEKIT_URL or its key is not set',
      relay: 'on',
      relays: ['https://relay.example'],
      events: 'off: EVENTS_URL or EVENTS_SECRETS is not set',
      leases: 'on',
      rooms: 'on',
      paces: 'on',
      createLimit: 'on',
      metrics: 'on',
      sweep: 'on',
    });
  });

  it.each(needed)('is 503 and names only %s if that is missing', async (name) => {
    const answer = await ask('/readyz', { [name]: null });
    expect(answer.status).toBe(503);
    expect(answer.body).toMatchObject({ status: 'not ready', missing: [named(name)] });
  });

  it.each(needed.filter((name) => name !== 'STREAMS'))('treats an empty %s as missing', async (name) => {
    expect((await ask('/readyz', { [name]: '' })).body.missing).toEqual([named(name)]);
  });

  it.each([
    ['AUTH_HS256_SECRETS', 'shorter than 32 bytes'],
    ['AUTH_HS256_SECRETS', `${'x'.repeat(32)},short`],
    ['SEALING_KEYS', 'no-colon'],
    ['SEALING_KEYS', ':AAAA'],
    ['SEALING_KEYS', 'k1:AAAA'],
    ['SEALING_KEYS', `k1:${'!'.repeat(43)}`],
    ['CLOUDFLARE_ACCOUNT_ID', 'not-an-account'],
    ['CLOUDFLARE_ACCOUNT_ID', '../../../zones'],
    ['DEPLOYMENT', 'Not A Name'],
    ['DEPLOYMENT', 'x'.repeat(33)],
    ['AUTH_ISSUER', 'https://issuer.example\n'],
    ['AUTH_AUDIENCE', ' , '],
    ['AUTH_COOKIE', 'a=b'],
    ['CLOUDFLARE_API_TOKEN', 'two words'],
    ['CLOUDFLARE_API_URL', 'api.cloudflare.example'],
    ['CLOUDFLARE_PLAYBACK_HOSTS', 'https://media.example'],
    ['CLOUDFLARE_PLAYBACK_HOSTS', ','],
    ['CLOUDFLARE_WEBHOOK_SECRETS', ','],
    ['CLOUDFLARE_NOTIFICATION_SECRETS', ' , '],
    ['CLOUDFLARE_SIGNING_JWK', 'not-a-key'],
    ['MUX_TOKEN_ID', 'an id'],
    ['MUX_TOKEN_SECRET', 'secret\n'],
    ['MUX_WEBHOOK_SECRETS', ','],
    ['MUX_API_URL', 'ftp://api.mux.example'],
    ['MUX_RTMPS_URL', 'https://live.mux.example/app'],
    ['MUX_WHIP_URL', 'https:///app'],
    ['MUX_PLAYBACK_URL', 'https://a@stream.mux.example'],
    ['MUX_IMAGE_URL', 'image.mux.example'],
    ['MUX_SIGNING_PRIVATE_KEY', 'not-a-key'],
    ['RECONCILE_GRACE_SECONDS', '15m'],
    ['RECORDING_CHECK_SECONDS', '1.5'],
    ['MAX_OPEN_STREAMS', 'many'],
    ['MAX_OPEN_STREAMS', '-1'],
    ['LEASES', 'a text instead of a binding'],
    ['ROOMS', 'a text instead of a binding'],
    ['PACES', 'a text instead of a binding'],
    ['METRICS', 'another'],
  ])('names an invalid %s: %s', async (name, value) => {
    const answer = await ask('/readyz', { ...keyIds[name], [name]: value });
    expect(answer.status).toBe(503);
    expect(answer.body.missing).toEqual([name]);
    if (value.length > 3) expect(answer.text).not.toContain(value);
  });

  it.each([[['a', 'b']], [{ a: 1 }]])('names every text setting that is %j', async (value) => {
    for (const name of textSettings) {
      const { missing = [] } = (await ask('/readyz', { [name]: value })).body;
      expect([name, missing.some((each) => each.startsWith(name))]).toEqual([name, true]);
    }
  });

  it('takes numbers and booleans as their text', async () => {
    const numbers = { MAX_OPEN_STREAMS: 50, RECORDING_CHECK_SECONDS: 90, DEPLOYMENT: 7, AUTH_ISSUER: true };
    expect((await ask('/readyz', numbers)).status).toBe(200);
    expect((await ask('/readyz', { MAX_OPEN_STREAMS: 1.5 })).body.missing).toEqual(['MAX_OPEN_STREAMS']);
    expect((await ask('/readyz', { MAX_OPEN_STREAMS: true })).body.missing).toEqual(['MAX_OPEN_STREAMS']);
  });

  it('tells two numeric deployments apart', async () => {
    await using stage = await setStage(worker);
    for (const DEPLOYMENT of [1, 2]) await stage.create({}, { settings: { DEPLOYMENT } });
    const tags = (await stage.providers.liveStreams()).map(({ passthrough = '' }) => passthrough);
    // The rest is the stream's id.
    expect(new Set(tags.map((tag) => tag.slice(0, tag.lastIndexOf(':')))).size).toBe(2);
  });

  it('names the half of a pair that is missing', async () => {
    const { missing } = (await ask('/readyz', { MUX_SIGNING_KEY_ID: 'id' })).body;
    expect(missing).toEqual(['MUX_SIGNING_PRIVATE_KEY']);
  });

  it('is ready with an issuer’s keys instead of secrets', async () => {
    const settings = { AUTH_HS256_SECRETS: null, AUTH_JWKS_URL: 'https://id.example/keys' };
    expect((await ask('/readyz', settings)).status).toBe(200);
  });

  it.each(['MUX_TOKEN_ID', 'MUX_TOKEN_SECRET'])('is ready without Mux, and says so: no %s', async (name) => {
    const answer = await ask('/readyz', { [name]: null, MUX_WEBHOOK_SECRETS: null });
    expect(answer.status).toBe(200);
    expect(answer.body.muxBackup).toMatch(/^off/);
  });

  it('names everything that is needed if nothing is set', async () => {
    const nothing = Object.fromEntries([...Object.keys(defaults), 'STREAMS'].map((name) => [name, null]));
    const { missing = [] } = (await ask('/readyz', nothing)).body;
    // Without Mux, its secrets are not needed. The account has its own test.
    const all = needed.filter((name) => name !== 'MUX_WEBHOOK_SECRETS' && name !== 'CLOUDFLARE_ACCOUNT_ID');
    expect(missing).toEqual(expect.arrayContaining(all.map(named)));
  });

  // Known flaw: the account is named only once the token is set.
  it('names the account as well if neither it nor the token is set', async () => {
    const neither = { CLOUDFLARE_ACCOUNT_ID: null, CLOUDFLARE_API_TOKEN: null };
    const { missing } = (await ask('/readyz', neither)).body;
    expect(missing?.sort()).toEqual(['CLOUDFLARE_ACCOUNT_ID', 'CLOUDFLARE_API_TOKEN']);
  });

  // Every viewer's page is told the relay's address.
  it('never shows a value, except the name of the deployment and the relays', async () => {
    const events = { EVENTS_URL: 'https://host.example/heard', EVENTS_SECRETS: `whsec_${'A'.repeat(32)}` };
    // The word "off" is of /readyz.
    const isShown = [defaults.DEPLOYMENT, defaults.RELAY_URL, defaults.SECOND_COPIES];
    for (const name of [...needed, 'none']) {
      const { text } = await ask('/readyz', { ...events, ...(name === 'none' ? {} : { [name]: null }) });
      for (const value of Object.values({ ...defaults, ...events }))
        if (!isShown.includes(value)) expect(text).not.toContain(value);
    }
  });
});

describe('/healthz', () => {
  it('is 200 whatever is missing', async () => {
    for (const name of needed) {
      const answer = await ask('/healthz', { [name]: null });
      expect([answer.status, answer.body]).toEqual([200, { status: 'ok' }]);
    }
  });
});

describe('a setting that cannot be used', () => {
  const bad = { MAX_OPEN_STREAMS: 'many', RECORDING_CHECK_SECONDS: [90] };

  it('makes a creation a 503 that names it, in place of a default', async () => {
    const user = await Client.of(worker);
    const answer = await user.create({}, { run: `readiness-${++runs}`, settings: bad });
    expect(answer.status).toBe(503);
    for (const name of Object.keys(bad)) expect(answer.body.detail).toContain(name);
  });

  it('is named in the log by the schedule', async () => {
    await ask(schedulePath, bad);
    const lines = worker.logs().filter((line) => line.includes('"route":"schedule"'));
    expect(JSON.parse(lines.at(-1) ?? '{}')).toMatchObject({
      missing: ['RECORDING_CHECK_SECONDS', 'MAX_OPEN_STREAMS'],
    });
  });

  it('keeps Mux’s events until DEPLOYMENT can be used', async () => {
    const plan = { run: `readiness-${++runs}`, settings: { DEPLOYMENT: ['a'] } };
    const headers = { [planHeader]: JSON.stringify(plan) };
    const answer = await read(
      await worker.fetch('/api/webhooks/mux', { method: 'POST', headers, body: '{}' }),
    );
    expect(answer).toMatchObject({ status: 503, body: { detail: expect.stringContaining('DEPLOYMENT') } });
  });
});

describe('a creation without a required setting', () => {
  const withoutWebhooks = needed.filter(
    (name) => !name.endsWith('WEBHOOK_SECRETS') && !name.includes('NOTIF'),
  );
  it.each(withoutWebhooks)('is a 503 that names it: %s', async (name) => {
    const user = await Client.of(worker);
    const answer = await user.create({}, { run: `readiness-${++runs}`, settings: { [name]: null } });
    expect(answer.status).toBe(503);
    expect(answer.body.type).toBe('urn:whip-mux:problem:not-configured');
    expect(answer.body.detail).toContain(name);
  });
});
