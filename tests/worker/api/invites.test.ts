// Invites: who may create them, and what they allow, which is nothing else.

import { readFileSync } from 'node:fs';
import { decodeJwt, SignJWT } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf, tokenFor } from './client.ts';
import type { Answer, Stream } from './client.ts';
import { providers, worker } from './deployed.ts';
import { askForInvite, bearing, invite, invitesOf, revoke } from './inviting.ts';
import { defaults } from './providers.ts';

let owner: Client;
let stream: Stream;

beforeAll(async () => {
  owner = await Client.of(worker);
  stream = await make();
});

const make = async (user = owner, fields = {}): Promise<Stream> => streamOf(await user.create(fields));
const problem = (name: string): string => `urn:whip-mux:problem:${name}`;
const status = (token: string, id = stream.id): Promise<Answer> =>
  bearing(worker, token, `/api/streams/${id}/status`);
const refused = { status: 401, body: { type: problem('invite-refused') } };
const record = (id: string, inviteId: string): Promise<string | null> =>
  worker.namespace.get(`invite/${id}/${inviteId}`);

describe('an invite', () => {
  it('is a link with a token for one stream, valid for a day by default', async () => {
    const { id, name, token, url, expiresAt } = await invite(owner, stream.id);
    expect(url).toBe(`${worker.url}/live/${stream.id}#invite=${token}`);
    const claims = decodeJwt(token);
    expect(claims).toMatchObject({ sub: stream.id, jti: id, scope: 'publish', aud: 'whip-mux-invite' });
    expect(Date.parse(expiresAt)).toBe((claims.exp ?? 0) * 1000);
    expect(Math.abs((claims.exp ?? 0) - (claims.iat ?? 0) - 86_400)).toBeLessThanOrEqual(1);
    expect(name).toBeNull();
    for (const expiresIn of [300, 2_592_000]) {
      const { token } = await invite(owner, stream.id, { expiresIn, name: 'The chapel’s phone' });
      const { exp = 0, iat = 0 } = decodeJwt(token);
      expect(Math.abs(exp - iat - expiresIn)).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ['expiresIn', { expiresIn: 299 }],
    ['expiresIn', { expiresIn: 2_592_001 }],
    ['expiresIn', { expiresIn: 3600.5 }],
    ['expiresIn', { expiresIn: '3600' }],
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(101) }],
    ['name', { name: 'a\nb' }],
    ['scope', { scope: 'manage' }],
  ])('with an invalid %s is a 400 that names it: %j', async (field, wish) => {
    const answer = await askForInvite(owner, stream.id, wish);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field }] } });
  });

  it('is listed without its token, newest first, with names in any script', async () => {
    const { id } = await make();
    const names = ['\u{10ffff}'.repeat(100), '"\\'.repeat(50), undefined];
    const made = [];
    for (const name of names) {
      made.unshift(await invite(owner, id, { name }));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(await invitesOf(owner, id)).toEqual(
      made.map(({ id, name, purpose, expiresAt }) => ({ id, name, purpose, expiresAt })),
    );
    for (const { token } of made)
      expect(JSON.stringify(await worker.kv())).not.toContain(token.split('.')[2]);
  });

  it('can be created by publishers, and listed and withdrawn by admins too', async () => {
    const { id } = await invite(owner, stream.id);
    const [admin, stranger] = [await Client.of(worker, { roles: ['admin'] }), await Client.of(worker)];
    expect(await askForInvite(admin, stream.id)).toMatchObject({
      status: 403,
      body: { type: problem('publishers-only') },
    });
    expect((await invitesOf(admin, stream.id)).map((each) => each.id)).toContain(id);
    const asked = (): Promise<Answer>[] => [
      askForInvite(stranger, stream.id),
      stranger.send(`/api/streams/${stream.id}/invites`),
      revoke(stranger, stream.id, id),
    ];
    for (const answer of await Promise.all(asked()))
      expect(answer).toMatchObject({ status: 404, body: { type: problem('no-such-stream') } });
    expect(await revoke(admin, stream.id, id)).toMatchObject({ status: 204 });
  });

  it('can be created by a memorial’s videographer', async () => {
    const admin = await Client.of(worker, { roles: ['admin'] });
    const filmer = await Client.of(worker);
    const body = JSON.stringify({ owner: 'somebody', videographers: [filmer.subject, owner.subject] });
    const headers = { 'content-type': 'application/json' };
    await admin.send('/api/memorials/of-invites', { method: 'PUT', headers, body });
    const { id } = await make(owner, { memorialId: 'of-invites' });
    expect((await status((await invite(filmer, id)).token, id)).status).toBe(200);
  });

  it('is refused for a stream that has ended, and beyond fifty valid invites', async () => {
    const many = await make();
    const made = [];
    for (let i = 0; i < 50; ++i) made.push(await invite(owner, many.id));
    expect(await askForInvite(owner, many.id)).toMatchObject({
      status: 409,
      body: { type: problem('too-many-invites') },
    });
    await revoke(owner, many.id, made[0]?.id ?? '');
    expect((await askForInvite(owner, many.id)).status).toBe(201);
    await owner.send(`/api/streams/${many.id}/end`, { method: 'POST' });
    expect(await askForInvite(owner, many.id)).toMatchObject({
      status: 409,
      body: { type: problem('stream-ended') },
    });
  });
});

it('invites that are asked for at once do not exceed fifty', async () => {
  const { id } = await make();
  for (let i = 0; i < 45; ++i) await invite(owner, id);
  const answers = await Promise.all(Array.from({ length: 8 }, async () => askForInvite(owner, id)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
  for (const { status, body } of answers.filter((each) => each.status !== 201))
    expect([status, body.type]).toEqual([409, problem('too-many-invites')]);
  expect(await invitesOf(owner, id)).toHaveLength(50);
}, 60_000);

describe('the status', () => {
  it('is shown to invited publishers and to the owner, and contains nothing more', async () => {
    const { token } = await invite(owner, stream.id);
    const answer = await status(token);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      id: stream.id,
      title: 'The service',
      status: 'ready',
      plan: stream.plan,
      phoneCopy: 'auto',
      simulcastEnabled: stream.simulcastEnabled,
      recordingSources: {
        cloudflare: { available: false, missing: false },
        mux: { available: false, missing: false },
      },
      scheduledStart: null,
      endedAt: null,
      stoppedAt: null,
      warnings: stream.warnings,
    });
    const own = await owner.send(`/api/streams/${stream.id}/status`);
    expect(own.body).toEqual(answer.body);
    expect((await (await Client.of(worker)).send(`/api/streams/${stream.id}/status`)).status).toBe(404);
    expect((await worker.fetch(`/api/streams/${stream.id}/status`)).status).toBe(401);
    const headers = { 'if-none-match': answer.headers.get('etag') ?? '' };
    const again = await bearing(worker, token, `/api/streams/${stream.id}/status`, { headers });
    expect([again.status, again.text]).toEqual([304, '']);
  });
});

describe('a withdrawn invite', () => {
  it('is refused from then on, shows when it was withdrawn, and may be withdrawn again', async () => {
    const { id, token } = await invite(owner, stream.id);
    expect((await status(token)).status).toBe(200);
    expect((await revoke(owner, stream.id, id)).status).toBe(204);
    expect(await status(token)).toMatchObject(refused);
    const [shown] = (await invitesOf(owner, stream.id)).filter((each) => each.id === id);
    expect(shown?.revokedAt).toMatch(/^\d{4}-/);
    expect((await revoke(owner, stream.id, id)).status).toBe(204);
    expect((await invitesOf(owner, stream.id)).find((each) => each.id === id)).toEqual(shown);
  });

  it.each(['none', '0'.repeat(26), '../stream'])('called %s is a 404', async (id) => {
    expect(await revoke(owner, stream.id, encodeURIComponent(id))).toMatchObject({
      status: 404,
      body: { type: problem('no-such-invite') },
    });
  });

  it('of another stream is a 404', async () => {
    const { id, token } = await invite(owner, stream.id);
    expect((await revoke(owner, (await make()).id, id)).status).toBe(404);
    expect((await status(token)).status).toBe(200);
  });
});

describe('an invite is refused', () => {
  it('whose record is gone, whatever its signature', async () => {
    const { id, token } = await invite(owner, stream.id);
    await worker.namespace.delete(`invite/${stream.id}/${id}`);
    expect(await status(token)).toMatchObject(refused);
  });

  it('that has expired, by its record or by its token', async () => {
    const { id, token } = await invite(owner, stream.id);
    const kept = JSON.parse((await record(stream.id, id)) ?? '') as { expiresAt: number };
    await worker.namespace.put(`invite/${stream.id}/${id}`, JSON.stringify({ ...kept, expiresAt: 1 }));
    expect(await status(token)).toMatchObject(refused);
    const key = await signer();
    const now = Math.floor(Date.now() / 1000);
    await worker.namespace.put(`invite/${stream.id}/${id}`, JSON.stringify(kept));
    expect((await status(await sign(decodeJwt(token), key))).status).toBe(200);
    expect(await status(await sign({ ...decodeJwt(token), exp: now - 1 }, key))).toMatchObject(refused);
  });

  it('for another stream, as if that stream did not exist', async () => {
    const { token } = await invite(owner, stream.id);
    const other = await make();
    for (const id of [other.id, '0'.repeat(26)])
      expect(await status(token, id)).toMatchObject({
        status: 404,
        body: { type: problem('no-such-stream') },
      });
  });

  it('whose stream was deleted, and nothing of it remains', async () => {
    const { id } = await make();
    const { token } = await invite(owner, id);
    expect((await owner.send(`/api/streams/${id}`, { method: 'DELETE' })).status).toBe(200);
    expect((await status(token, id)).status).toBe(404);
    await expect
      .poll(async () => (await worker.kv()).filter(({ key }) => key.startsWith(`invite/${id}/`)))
      .toEqual([]);
  });

  it('whose signing key was removed, but not one whose key is merely older', async () => {
    const { id } = await make();
    const { token } = await invite(owner, id);
    const fresh = `k2:${Buffer.alloc(32, 7).toString('base64url')}`;
    const namespace = await worker.kv();
    for (const [keys, expected] of [
      [`${fresh} ${providers.settings.SEALING_KEYS}`, 200],
      [fresh, 401],
    ] as const) {
      await using other = await startWorker({ bindings: { ...providers.settings, SEALING_KEYS: keys } });
      for (const { key, value } of namespace) await other.namespace.put(key, value);
      const answer = await bearing(other, token, `/api/streams/${id}/status`);
      expect(answer.status).toBe(expected);
    }
  }, 60_000);
});

// How the Worker derives its invite keys: HMAC-SHA256 of the purpose.
async function signer(purpose = 'whip-mux invites 1'): Promise<Uint8Array> {
  const raw = Buffer.from((defaults.SEALING_KEYS ?? '').split(':')[1] ?? '', 'base64url');
  const hmac = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', raw, hmac, false, ['sign']);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, Buffer.from(purpose)));
}
const sign = (claims: object, key: Uint8Array): Promise<string> =>
  new SignJWT({ ...claims }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key);

describe('no other token is accepted as an invite:', () => {
  const claims = async () => decodeJwt((await invite(owner, stream.id)).token);
  const users = new TextEncoder().encode(defaults.AUTH_HS256_SECRETS);

  it("a user's token, or an invite's claims signed with a user's key", async () => {
    expect((await status(await tokenFor({ sub: stream.id, scope: 'publish' }))).status).toBe(404);
    expect((await status(await sign(await claims(), users))).status).toBe(401);
  });

  it.each([
    ['aud', 'relay'],
    ['aud', defaults.AUTH_AUDIENCE],
    ['aud', undefined],
    ['iss', defaults.AUTH_ISSUER],
    ['iss', undefined],
    ['scope', 'watch'],
    ['scope', undefined],
    ['jti', undefined],
    ['jti', 7],
    ['exp', undefined],
  ])('a token whose %s is %s', async (name, value) => {
    const changed: Record<string, unknown> = { ...(await claims()), [name]: value };
    expect((await status(await sign(changed, await signer()))).status).toBe(401);
  });

  it('a token signed with the key of another purpose, with no key, or with the sealing key itself', async () => {
    const key = Buffer.from((defaults.SEALING_KEYS ?? '').split(':')[1] ?? '', 'base64url');
    for (const other of [await signer('whip-mux invites 2'), key])
      expect((await status(await sign(await claims(), other))).status).toBe(401);
    const { token } = await invite(owner, stream.id);
    const [, payload, signature] = token.split('.');
    for (const alg of ['none', 'None', 'RS256']) {
      const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
      for (const tail of ['', signature])
        expect((await status(`${header}.${payload}.${tail}`)).status).toBe(401);
    }
  });
});

describe('with only an invite,', () => {
  const table = readFileSync(new URL('../../../src/api/serve.cpp', import.meta.url), 'utf8');
  const lines = table.split('\n').filter((line) => line.startsWith('  ROUTE('));
  const routes = lines.map((line): [string, string] => {
    const found = /ROUTE\("([A-Z]+)", "([^"]+)"/.exec(line);
    if (!found?.[1] || !found[2]) throw new Error(`not understood: ${line}`);
    return [found[1], found[2]];
  });
  // Routes for everyone, and the ones that invites are for: see whip.test.ts, room.test.ts
  // and uploads.test.ts.
  const open =
    /^\/(healthz|readyz|api\/openapi\.json|api\/webhooks\/.*|api\/relay\/.*|watch\/.*)$|\/(recordings|playback|calendar)$/;
  const invited = /\/(status|room)$|\/(whip|uploads)(\/|$)/;
  // A stream accepts 50 invites.
  let target: Stream;
  beforeAll(async () => void (target = streamOf(await owner.create({ enableMuxBackup: false }))));

  it('the routes are those of the table', () => expect(routes.length).toBeGreaterThan(25));

  it.each(routes.filter(([, path]) => !invited.test(path)))(
    '%s %s is refused, or answers as it does to anyone',
    async (method, pattern) => {
      const { token, id } = await invite(owner, target.id);
      const path = pattern.replace('{id}', target.id).replace(/\{\w+\}/, id);
      const headers = { 'content-type': 'application/json' };
      const body = ['GET', 'HEAD', 'DELETE'].includes(method) ? null : '{"title":"mine","enabled":false}';
      const before = streamOf(await owner.get(target.id));
      const answer = await bearing(worker, token, path, { method, headers, body });
      const anybody = await worker.fetch(path, { method, headers, body });
      expect(answer.status).toBe(anybody.status);
      if (!open.test(pattern)) expect(answer.status).toBe(401);
      expect(answer.text).not.toContain(token);
      expect(streamOf(await owner.get(target.id))).toEqual(before);
    },
  );

  it('a cookie that holds it changes nothing', async () => {
    const { token } = await invite(owner, stream.id);
    const headers = { cookie: `session=${token}` };
    const answer = await worker.fetch(`/api/streams/${stream.id}/status`, { headers });
    expect(answer.status).toBe(401);
  });
});

describe('if the store fails', () => {
  it('no invite is accepted', async () => {
    const { token } = await invite(owner, stream.id);
    const { STREAMS: _, ...settings } = { STREAMS: '', ...providers.settings };
    await using other = await startWorker({
      bindings: settings,
      entry: `
        import shipped from './shipped.js';
        const broken = { get: () => Promise.reject(new Error('broken')) };
        export default {
          fetch: (request, env, context) => shipped.fetch(request, { ...env, STREAMS: broken }, context),
        };`,
    });
    const answer = await bearing(other, token, `/api/streams/${stream.id}/status`);
    expect(answer).toMatchObject({ status: 503, body: { type: problem('store-unavailable') } });
  }, 60_000);
});
