// Tokens signed by an issuer's own keys (RS256, ES256): valid ones, and the attacks of RFC 8725 and others.

import { createHmac, createPublicKey, generateKeyPairSync, sign as signWith } from 'node:crypto';
import type { JWK } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { read, tokenFor } from './client.ts';
import type { Answer } from './client.ts';
import { claimsWith, startIssuer } from './issuer.ts';
import type { Issuer, KeyName } from './issuer.ts';
import { defaults } from './providers.ts';
import { planHeader, watchedEntry } from './watched-entry.ts';
import type { Plan } from './watched-entry.ts';

let issuer: Issuer;
let worker: StartedWorker;

beforeAll(async () => {
  issuer = await startIssuer();
  const settings = {
    ...defaults,
    AUTH_JWKS_URL: issuer.url,
    AUTH_AUDIENCE: `${defaults.AUTH_AUDIENCE} other-app`,
  };
  worker = await startWorker({ bindings: settings, entry: watchedEntry });
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await issuer?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  issuer.publish([issuer.publicKeys.rsa, issuer.publicKeys.ec]);
  issuer.fetched = [];
});

let runs = 0;

async function send(token: string, settings: Plan['settings'] = {}): Promise<Answer> {
  const plan: Plan = { run: `tokens-${++runs}`, settings };
  const headers = { authorization: `Bearer ${token}`, [planHeader]: JSON.stringify(plan) };
  return read(await worker.fetch('/api/streams', { headers }));
}

async function expectRefused(token: string, settings: Plan['settings'] = {}): Promise<void> {
  const answer = await send(token, settings);
  expect([answer.status, answer.body.type]).toEqual([401, 'urn:whip-mux:problem:unauthenticated']);
  expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
}

const keys: KeyName[] = ['rsa', 'ec'];
const base64url = (text: string | Buffer): string => Buffer.from(text).toString('base64url');

/** A token with exactly this header and these claims, signed with one of the keys. */
function signed(key: KeyName, header: unknown, claims: unknown = claimsWith(), encoding?: 'der'): string {
  const written = [header, claims].map((part) =>
    base64url(typeof part === 'string' ? part : JSON.stringify(part)),
  );
  const input = written.join('.');
  const jwk = { key: keyObject(key), dsaEncoding: encoding ?? ('ieee-p1363' as const) };
  return `${input}.${base64url(signWith('sha256', Buffer.from(input), jwk))}`;
}

// Signs by hand what jose refuses to sign.
const pairs = {
  rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ec: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};
const keyObject = (key: KeyName) => pairs[key].privateKey;
const publicJwk = (key: KeyName): JWK => pairs[key].publicKey.export({ format: 'jwk' }) as JWK;
const own = (key: KeyName, more: object = {}) => ({ ...publicJwk(key), kid: `own-${key}`, ...more });
const algorithmOf = { rsa: 'RS256', ec: 'ES256' };
const headerOf = (key: KeyName, more: object = {}) => ({ alg: algorithmOf[key], kid: `own-${key}`, ...more });

const publishOwn = (): void => issuer.publish([own('rsa'), own('ec')]);

describe.each(keys)('a token signed with the %s key', (key) => {
  it('is accepted after one fetch of the keys', async () => {
    expect((await send(await issuer.sign(key))).status).toBe(200);
    expect(issuer.fetched).toEqual(['/keys']);
  });

  it('is accepted with and without tokens signed with a secret', async () => {
    const token = await issuer.sign(key);
    const shared = await tokenFor({ sub: 'user' });
    expect((await send(shared)).status).toBe(200);
    expect(issuer.fetched).toEqual([]);
    expect((await send(token, { AUTH_HS256_SECRETS: null })).status).toBe(200);
    await expectRefused(shared, { AUTH_HS256_SECRETS: null });
    await expectRefused(token, { AUTH_JWKS_URL: null });
  });

  it('is accepted without a kid only if there is exactly one key for its algorithm', async () => {
    const token = await issuer.sign(key, {}, { kid: undefined });
    expect((await send(token)).status).toBe(200);
    issuer.publish([issuer.publicKeys[key], { ...issuer.publicKeys[key], kid: 'twin' }]);
    await expectRefused(token);
  });

  it('is accepted for any of the audiences', async () => {
    for (const aud of [defaults.AUTH_AUDIENCE, 'other-app', ['somebody', 'other-app']] as string[][])
      expect((await send(await issuer.sign(key, { aud }))).status).toBe(200);
  });

  it('opens admin routes if it has the role', async () => {
    const admin = await issuer.sign(key, { roles: ['admin'] });
    const headers = { authorization: `Bearer ${admin}`, 'content-type': 'application/json' };
    const put = { method: 'PUT', headers, body: JSON.stringify({ owner: 'somebody' }) };
    expect((await worker.fetch(`/api/memorials/of-${key}`, put)).status).toBe(201);
  });

  it('is refused once its key is removed', async () => {
    const token = await issuer.sign(key);
    issuer.publish([issuer.publicKeys[key === 'rsa' ? 'ec' : 'rsa']]);
    await expectRefused(token);
  });

  it.each(['enc', 'wrap'])('is refused if its key is published for the use %s', async (use) => {
    issuer.publish([{ ...issuer.publicKeys[key], use }]);
    await expectRefused(await issuer.sign(key));
  });

  it.each(['none', 'HS256', 'PS256', 'ES384', 'RSA-OAEP'])(
    'is refused if its key is published for %s',
    async (alg) => {
      issuer.publish([{ ...issuer.publicKeys[key], alg }]);
      await expectRefused(await issuer.sign(key));
    },
  );

  it('is refused with another signature, payload or header', async () => {
    const [header = '', payload = '', signature = ''] = (await issuer.sign(key)).split('.');
    const [, otherPayload, otherSignature] = (await issuer.sign(key, { sub: 'another' })).split('.');
    const otherHeader = base64url(JSON.stringify({ kid: `${key}-key`, alg: algorithmOf[key] }));
    expect(otherHeader).not.toBe(header);
    for (const parts of [
      [header, payload, otherSignature],
      [header, otherPayload, signature],
      [otherHeader, payload, signature],
    ])
      await expectRefused(parts.join('.'));
  });
});

describe('a malformed token is refused:', () => {
  const forms: [string, (token: string) => string][] = [
    ['one more dot', (token) => `${token}.`],
    ['four dots', (token) => `${token}..`],
    ['only one dot', (token) => token.slice(0, token.lastIndexOf('.'))],
    ['padding', (token) => `${token}==`],
    ['padding of the payload', (token) => token.replace(/\.(.*)\./, '.$1=.')],
    ['white space inside', (token) => token.replace('.', '. ')],
    ['a character of the other alphabet', (token) => `${token.slice(0, -1)}+`],
    ['more than 8 kB', (token) => token + 'A'.repeat(8192)],
  ];
  it.each(forms)('%s, without fetching keys', async (_, change) => {
    for (const key of keys) await expectRefused(change(await issuer.sign(key)));
    expect(issuer.fetched).toEqual([]);
  });

  it('no signature', async () => {
    for (const key of keys) {
      const token = await issuer.sign(key);
      await expectRefused(token.slice(0, token.lastIndexOf('.') + 1));
    }
  });

  it('a last character with stray bits', async () => {
    const token = await issuer.sign('ec');
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = alphabet.indexOf(token.at(-1) ?? '');
    await expectRefused(token.slice(0, -1) + alphabet[last + 1]);
    expect(issuer.fetched).toEqual([]);
  });
});

describe('a token is refused because of its header:', () => {
  beforeEach(publishOwn);

  it.each(keys)('except a plain one, signed with %s by hand', async (key) => {
    expect((await send(signed(key, headerOf(key)))).status).toBe(200);
  });

  it.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'rs256',
    'RS384',
    'RS512',
    'PS256',
    'ES384',
    'ES256K',
    'EdDSA',
  ])('the algorithm "%s", signed or not', async (alg) => {
    const token = signed('rsa', headerOf('rsa', { alg }));
    await expectRefused(token);
    await expectRefused(token.slice(0, token.lastIndexOf('.') + 1));
    expect(issuer.fetched).toEqual([]);
  });

  const headers: [string, (key: KeyName) => unknown][] = [
    [
      'a duplicate algorithm',
      (key) => `{"alg":"${algorithmOf[key]}","kid":"own-${key}","alg":"${algorithmOf[key]}"}`,
    ],
    ['a critical extension', (key) => headerOf(key, { crit: ['exp'] })],
    ['an unencoded payload', (key) => headerOf(key, { b64: false, crit: ['b64'] })],
    ['an unencoded payload that is not critical', (key) => headerOf(key, { b64: false })],
    ['a kid that is not a string', (key) => headerOf(key, { kid: 7 })],
    ['no algorithm', (key) => ({ kid: `own-${key}` })],
    ['text', () => '"header"'],
  ];
  it.each(headers)('%s, without fetching keys', async (_, header) => {
    for (const key of keys) await expectRefused(signed(key, header(key)));
    expect(issuer.fetched).toEqual([]);
  });

  it.each(['logout+jwt', 'dpop+jwt', 'secevent+jwt'])('the type %s: another kind of token', async (typ) => {
    await expectRefused(signed('rsa', headerOf('rsa', { typ })));
  });

  it.each(['nobody', '', '../keys', 'own-ec', "' or 1=1", 'x'.repeat(1000)])(
    'the kid "%s", which no key of the algorithm has, after one fetch',
    async (kid) => {
      await expectRefused(signed('rsa', headerOf('rsa', { kid })));
      expect(issuer.fetched).toEqual(['/keys']);
    },
  );

  it.each(keys)('a key that the token contains or links to: %s', async (key) => {
    issuer.publish([issuer.publicKeys[key]]);
    const jku = issuer.url.replace('/keys', '/evil');
    for (const kid of [`own-${key}`, `${key}-key`])
      await expectRefused(signed(key, headerOf(key, { kid, jku, x5u: jku, jwk: own(key), x5c: ['MIIB'] })));
    expect(issuer.fetched).toEqual(['/keys', '/keys']);
  });

  it('the public key used as an HS256 secret', async () => {
    const spki = createPublicKey({ key: publicJwk('rsa'), format: 'jwk' });
    const secrets = [
      spki.export({ type: 'spki', format: 'pem' }),
      spki.export({ type: 'spki', format: 'der' }),
      JSON.stringify(own('rsa')),
    ];
    for (const secret of secrets)
      for (const settings of [{}, { AUTH_HS256_SECRETS: null }] as Plan['settings'][]) {
        const input = [headerOf('rsa', { alg: 'HS256' }), claimsWith()].map((part) =>
          base64url(JSON.stringify(part)),
        );
        const tag = createHmac('sha256', secret).update(input.join('.')).digest();
        await expectRefused(`${input.join('.')}.${base64url(tag)}`, settings);
      }
  });
});

describe('an ES256 signature is refused:', () => {
  beforeEach(publishOwn);
  const input = (): string => signed('ec', headerOf('ec')).replace(/\.[^.]*$/, '');

  const signatures: [string, Buffer][] = [
    ['r = s = 0', Buffer.alloc(64)],
    ['r = s = 1', Buffer.from(`${'00'.repeat(31)}01`.repeat(2), 'hex')],
    [
      'r = s = n',
      Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'.repeat(2), 'hex'),
    ],
    ['r = s = 2^256 - 1', Buffer.alloc(64, 0xff)],
    ['63 bytes', Buffer.alloc(63, 1)],
    ['65 bytes', Buffer.alloc(65, 1)],
    ['nothing', Buffer.alloc(0)],
  ];
  it.each(signatures)('%s', async (_, signature) => expectRefused(`${input()}.${base64url(signature)}`));

  it('a valid one in DER', async () => expectRefused(signed('ec', headerOf('ec'), claimsWith(), 'der')));

  it('one by a key on another curve', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const jwk = publicKey.export({ format: 'jwk' });
    for (const crv of ['P-384', 'P-256']) {
      issuer.publish([{ ...jwk, crv, kid: 'own-ec' } as JWK]);
      const signature = signWith('sha256', Buffer.from(input()), {
        key: privateKey,
        dsaEncoding: 'ieee-p1363',
      });
      await expectRefused(`${input()}.${base64url(signature)}`);
      await expectRefused(`${input()}.${base64url(signature.subarray(0, 64))}`);
    }
  });

  it('one by a point that is not on the curve', async () => {
    const y = Buffer.alloc(32, 7).toString('base64url');
    issuer.publish([own('ec', { y })]);
    await expectRefused(signed('ec', headerOf('ec')));
  });

  it('one by a 1024-bit RSA key, for RS256', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    issuer.publish([{ ...publicKey.export({ format: 'jwk' }), kid: 'own-rsa' } as JWK]);
    const short = signed('rsa', headerOf('rsa')).replace(/\.[^.]*$/, '');
    await expectRefused(`${short}.${base64url(signWith('sha256', Buffer.from(short), privateKey))}`);
  });
});

describe('a token is refused because of its claims:', () => {
  beforeEach(publishOwn);
  const now = Math.floor(Date.now() / 1000);
  const claims: [string, unknown][] = [
    ['no exp', { ...claimsWith(), exp: undefined }],
    ['exp as a string', claimsWith({ exp: String(now + 600) })],
    ['exp of 1e308', JSON.stringify(claimsWith()).replace(/"exp":\d+/, '"exp":1e308')],
    ['exp in the past', claimsWith({ exp: now - 1 })],
    ['negative exp', claimsWith({ exp: -1 })],
    ['exp null', claimsWith({ exp: null })],
    ['nbf more than a minute in the future', claimsWith({ nbf: now + 120 })],
    ['nbf as a string', claimsWith({ nbf: String(now) })],
    ['iat in the future', claimsWith({ iat: now + 120 })],
    ['another issuer', claimsWith({ iss: 'https://evil.example' })],
    ['no issuer', claimsWith({ iss: undefined })],
    ['another audience', claimsWith({ aud: 'another' })],
    ['other audiences', claimsWith({ aud: ['another', 'third'] })],
    ['both audiences in one string', claimsWith({ aud: `${defaults.AUTH_AUDIENCE} other-app` })],
    ['no audience', claimsWith({ aud: undefined })],
    ['an audience that is not a string', claimsWith({ aud: [defaults.AUTH_AUDIENCE, 7] })],
    ['no subject', claimsWith({ sub: undefined })],
    ['an empty subject', claimsWith({ sub: '' })],
    ['a duplicate claim', JSON.stringify(claimsWith()).replace('{', '{"sub":"admin",')],
    ['an array', []],
    ['no JSON', 'claims'],
  ];
  it.each(claims)('%s', async (_, each) => {
    for (const key of keys) await expectRefused(signed(key, headerOf(key), each));
  });
});

describe('if the keys cannot be fetched, a token', () => {
  const answers: [string, { status: number; body: string }][] = [
    ['answers 500', { status: 500, body: '{"keys":[]}' }],
    ['answers 404', { status: 404, body: '' }],
    ['redirects', { status: 302, body: '' }],
    ['answers without JSON', { status: 200, body: '<html>' }],
    ['answers without keys', { status: 200, body: '{}' }],
    ['answers more than 64 kB', { status: 200, body: JSON.stringify({ keys: ['x'.repeat(70_000)] }) }],
  ];
  it.each(answers)('is a 503 and not a 401: the issuer %s', async (_, answer) => {
    const token = await issuer.sign('rsa');
    issuer.answer = answer;
    const { status, body, headers } = await send(token);
    expect([status, body.type]).toEqual([503, 'urn:whip-mux:problem:issuer-unavailable']);
    expect(headers.get('retry-after')).toBe('5');
    expect(headers.get('www-authenticate')).toBeNull();
    expect((await send(await tokenFor({ sub: 'user' }))).status).toBe(200);
  });

  it('is a 503 if the issuer is unreachable', async () => {
    const answer = await send(await issuer.sign('ec'), { AUTH_JWKS_URL: 'http://127.0.0.1:1/keys' });
    expect(answer.body.type).toBe('urn:whip-mux:problem:issuer-unavailable');
  });
});
