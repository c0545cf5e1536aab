// Stands in for the Worker: the one endpoint that the relay calls, and the Worker's tokens.

import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEnd } from './processes.ts';

export const tokenSecret = 'a-secret-that-the-relay-and-the-worker-share';
export const credential = 'the-credential-of-the-relay';

export type Answer = { url: string; streamKey: string } | { status: number };

export interface Worker {
  url: string;
  /** The responses by stream; other streams are unknown. */
  streams: Map<string, Answer>;
  /** The streams that the relay asked about. */
  asked: string[];
}

export async function startWorker(): Promise<Worker> {
  const streams = new Map<string, Answer>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const problem = (status: number): void =>
      void response
        .writeHead(status, { 'content-type': 'application/problem+json' })
        .end(JSON.stringify({ status }));
    const stream = /^\/api\/relay\/streams\/([^/]+)\/destination$/.exec(request.url ?? '')?.[1];
    if (request.headers.authorization !== `Bearer ${credential}`) return problem(401);
    if (request.method !== 'GET' || stream === undefined) return problem(404);
    asked.push(stream);
    const answer = streams.get(stream) ?? { status: 404 };
    if ('status' in answer) return problem(answer.status);
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' };
    response.writeHead(200, headers).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, streams, asked };
}

const encoded = (what: object): string => Buffer.from(JSON.stringify(what)).toString('base64url');

/** A token as signed by the Worker, with optional other claims. */
export function token(stream: string, scope = 'publish', claims: object = {}, secret = tokenSecret): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { iss: 'whip-mux', aud: 'relay', sub: stream, scope, iat: now, exp: now + 300, ...claims };
  const signed = `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(all)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
