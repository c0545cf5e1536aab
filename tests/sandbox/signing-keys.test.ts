// Keys for signed playback: created, listed and deleted with the official SDKs, and the stand-ins check tokens that the
// Mux SDK and jose sign with them.

import Mux from '@mux/mux-node';
import { importJWK, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { account, runCloudflare, runMux } from './support.ts';

const text = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString();

describe('a signing key at Mux', () => {
  it('is returned once, listed without its secret, and deleted', async () => {
    const { mux } = await runMux();
    const made = await mux.system.signingKeys.create();
    expect(text(made.private_key)).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(await mux.system.signingKeys.retrieve(made.id)).toEqual({
      id: made.id,
      created_at: made.created_at,
    });
    const listed = [];
    for await (const key of mux.system.signingKeys.list()) listed.push(key);
    expect(listed).toEqual([{ id: made.id, created_at: made.created_at }]);
    await mux.system.signingKeys.delete(made.id);
    await expect(mux.system.signingKeys.retrieve(made.id)).rejects.toBeInstanceOf(Mux.NotFoundError);
    await expect(mux.system.signingKeys.delete(made.id)).rejects.toBeInstanceOf(Mux.NotFoundError);
  });
});

describe('a signing key at Cloudflare', () => {
  it('is returned once, listed without its secret, and deleted', async () => {
    const { stream } = await runCloudflare();
    const made = await stream.keys.create({ account_id: account });
    expect(text(made.pem)).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/);
    expect(JSON.parse(text(made.jwk))).toMatchObject({ kty: 'RSA', kid: made.id });
    const listed = [];
    for await (const key of stream.keys.get({ account_id: account })) listed.push(key);
    expect(listed).toEqual([{ id: made.id, created: made.created }]);
    await stream.keys.delete(made.id ?? '', { account_id: account });
    await expect(stream.keys.delete(made.id ?? '', { account_id: account })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('admits only the bearer of a token to a live input that requires one', async () => {
    const { url, stream } = await runCloudflare();
    const recording = { mode: 'automatic', requireSignedURLs: true } as const;
    const input = await stream.liveInputs.create({ account_id: account, recording });
    const uid = input.uid ?? '';
    const made = await stream.keys.create({ account_id: account });
    const key = await importJWK(JSON.parse(text(made.jwk)), 'RS256');
    const token = (sub: string, expires: string, kid = made.id ?? ''): Promise<string> =>
      new SignJWT({ kid })
        .setProtectedHeader({ alg: 'RS256', kid })
        .setSubject(sub)
        .setExpirationTime(expires)
        .sign(key);
    const status = async (name: string): Promise<number> => (await fetch(`${url}/${name}/lifecycle`)).status;

    const good = await token(uid, '1 hour');
    expect(await status(good)).toBe(200);
    expect(await status(uid)).toBe(401);
    expect(await status(await token(uid, '1 second ago'))).toBe(401);
    expect(await status(await token(uid, '1 hour', 'f'.repeat(32)))).toBe(401);
    expect(await status(`${good.slice(0, -4)}AAAA`)).toBe(401);
    await stream.keys.delete(made.id ?? '', { account_id: account });
    expect(await status(good)).toBe(401);
  });
});
