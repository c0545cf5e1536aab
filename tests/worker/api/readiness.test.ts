// GET /readyz names missing settings and never shows a value; GET /healthz says that the Worker runs.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, read } from './client.ts';
import type { Answer } from './client.ts';
import { defaults } from './providers.ts';
import { planHeader, watchedEntry } from './watched-entry.ts';
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

describe('/readyz', () => {
  it('is 200 for everyone if everything is set', async () => {
    const answer = await ask('/readyz');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      status: 'ready',
      missing: [],
      muxBackup: 'on',
      relay: 'off: RELAY_URL is not set',
      leases: 'on',
      createLimit: 'on',
      metrics: 'on',
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
  ])('names an invalid %s: %s', async (name, value) => {
    const answer = await ask('/readyz', { [name]: value });
    expect(answer.status).toBe(503);
    expect(answer.body.missing).toEqual([name]);
    expect(answer.text).not.toContain(value);
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

  it('never shows a value', async () => {
    for (const name of [...needed, 'none']) {
      const { text } = await ask('/readyz', name === 'none' ? {} : { [name]: null });
      for (const value of Object.values(defaults))
        if (value !== defaults.DEPLOYMENT) expect(text).not.toContain(value);
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
