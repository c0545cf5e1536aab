// A token issuer: key pairs, and a server that publishes the public keys and counts how often they are fetched.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { defaults } from './providers.ts';

export type KeyName = 'rsa' | 'ec';

export interface Issuer extends AsyncDisposable {
  url: string;
  publicKeys: Record<KeyName, JWK>;
  privateKeys: Record<KeyName, CryptoKey>;
  /** The paths requested, in order. */
  fetched: string[];
  /** The response to key requests. */
  answer: { status: number; body: string };
  /** Publishes these keys. */
  publish(keys: JWK[]): void;
  /** A valid token signed with one of the keys. */
  sign(key: KeyName, claims?: JWTPayload, header?: Record<string, unknown>): Promise<string>;
}

export const algorithms = { rsa: 'RS256', ec: 'ES256' } as const;

/** Valid claims, with overrides. */
export function claimsWith(more: Record<string, unknown> = {}): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: defaults.AUTH_ISSUER,
    aud: defaults.AUTH_AUDIENCE,
    sub: 'user-of-an-issuer',
    iat: now,
    exp: now + 600,
    ...more,
  };
}

async function keyPair(name: KeyName): Promise<{ privateKey: CryptoKey; jwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair(algorithms[name]);
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid: `${name}-key`, use: 'sig' } };
}

export async function startIssuer(): Promise<Issuer> {
  const [rsa, ec] = [await keyPair('rsa'), await keyPair('ec')];
  const privateKeys = { rsa: rsa.privateKey, ec: ec.privateKey };
  const server = createServer((request, response) => {
    issuer.fetched.push(request.url ?? '');
    response.writeHead(issuer.answer.status, { 'content-type': 'application/json' }).end(issuer.answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    publicKeys: { rsa: rsa.jwk, ec: ec.jwk },
    privateKeys,
    fetched: [],
    answer: { status: 200, body: '' },
    publish: (keys) => void (issuer.answer = { status: 200, body: JSON.stringify({ keys }) }),
    sign: (key, claims, header) =>
      new SignJWT(claimsWith(claims))
        .setProtectedHeader({ alg: algorithms[key], kid: `${key}-key`, ...header })
        .sign(privateKeys[key]),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  issuer.publish([rsa.jwk, ec.jwk]);
  return issuer;
}
