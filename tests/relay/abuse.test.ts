// Invalid and hostile requests: each gets a clear response, and the relay keeps serving.

import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { atEnd, seconds, until } from './processes.ts';
import { startRelay } from './relay.ts';
import type { Relay } from './relay.ts';
import { setScene } from './stage.ts';
import { startWorker, token, tokenSecret, credential } from './worker.ts';

// An offer like Chromium's, from a peer that never connects.
const sections = (['audio', 'video'] as const).map(
  (kind, index) =>
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${index === 0 ? 111 : 108}\r\nc=IN IP4 0.0.0.0\r\n` +
    'a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=ice-options:trickle\r\n' +
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}\r\n` +
    `a=setup:actpass\r\na=mid:${index}\r\na=sendonly\r\na=rtcp-mux\r\na=msid:s t${index}\r\n` +
    (index === 0
      ? 'a=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n'
      : 'a=rtpmap:108 H264/90000\r\na=fmtp:108 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f\r\n') +
    `a=ssrc:${1000 + index} cname:c\r\n`,
);
const head = 'v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n';
const offer = head + sections.join('');

interface Ask {
  method?: string;
  path?: string;
  type?: string;
  authorization?: string;
  headers?: Record<string, string>;
  body?: string;
}

async function ask(relay: Relay, stream: string, what: Ask = {}): Promise<Response> {
  const method = what.method ?? 'POST';
  const headers: Record<string, string> = {
    authorization: what.authorization ?? `Bearer ${token(stream)}`,
    'content-type': what.type ?? 'application/sdp',
    ...what.headers,
  };
  const bodyless = method === 'DELETE' || method === 'OPTIONS' || method === 'GET';
  return fetch(new URL(what.path ?? `/whip/${stream}`, relay.url), {
    method,
    headers,
    ...(bodyless ? {} : { body: what.body ?? offer }),
  });
}

async function refused(relay: Relay, status: number, type: string, what: Ask = {}): Promise<Response> {
  const answer = await ask(relay, 'one', what);
  const body = (await answer.json()) as { type: string; status: number; detail: string };
  expect({ status: answer.status, type: body.type }).toEqual({
    status,
    type: `urn:whip-mux:problem:${type}`,
  });
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  expect(body.detail.length).toBeGreaterThan(10);
  return answer;
}

async function scene(settings: NodeJS.ProcessEnv = {}): Promise<Relay> {
  const worker = await startWorker();
  for (const stream of ['one', 'two', ...Array.from({ length: 120 }, (_, index) => `s${index}`)])
    worker.streams.set(stream, { url: 'rtmp://127.0.0.1:1/live', streamKey: `secret-key-${stream}` });
  worker.streams.set('ended', { status: 409 });
  return startRelay(worker.url, settings);
}

test('invalid offers and requests are refused, each with its own problem', async () => {
  const relay = await scene();
  await refused(relay, 400, 'invalid-sdp', { body: 'garbage' });
  await refused(relay, 400, 'invalid-sdp', { body: '{"sdp":"v=0"}' });
  await refused(relay, 400, 'invalid-sdp', { body: '' });
  await refused(relay, 422, 'unacceptable-offer', { body: head });
  await refused(relay, 422, 'unacceptable-offer', { body: offer.replaceAll('sendonly', 'recvonly') });
  await refused(relay, 413, 'too-large', { body: offer + 'a=x:y\r\n'.repeat(150_000) });
  await refused(relay, 415, 'wrong-content-type', { type: 'application/json' });
  await refused(relay, 405, 'method-not-allowed', { method: 'GET' });
  await refused(relay, 404, 'not-found', { path: '/whip/' });
  await refused(relay, 404, 'not-found', { path: '/whip/one/session/more' });
  await refused(relay, 404, 'not-found', { path: '/whip/a%20b' });
  await refused(relay, 404, 'unknown-session', { method: 'DELETE', path: '/whip/one/no-such-session' });

  const exp = Math.floor(Date.now() / 1000) - 1;
  await refused(relay, 401, 'unauthorized', { authorization: '' });
  await refused(relay, 401, 'unauthorized', { authorization: `Bearer ${token('one', 'publish', { exp })}` });
  await refused(relay, 401, 'unauthorized', {
    authorization: `Bearer ${token('one', 'publish', {}, 'x'.repeat(40))}`,
  });
  await refused(relay, 403, 'forbidden', { authorization: `Bearer ${token('two')}` });
  await refused(relay, 403, 'forbidden', { authorization: `Bearer ${token('one', 'watch')}` });

  expect((await ask(relay, 'nobody')).status).toBe(404);
  expect((await ask(relay, 'ended')).status).toBe(409);
  expect((await ask(relay, 'one')).status).toBe(201);
});

test('only clients that know a session’s ETag can change it', async () => {
  const relay = await scene();
  const made = await ask(relay, 'one');
  expect(made.status).toBe(201);
  expect(made.headers.get('content-type')).toBe('application/sdp');
  const path = made.headers.get('location')!;
  expect(path).toMatch(/^\/whip\/one\/[\w-]{22}$/);
  const etag = made.headers.get('etag')!;
  const type = 'application/trickle-ice-sdpfrag';
  const body =
    'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\na=candidate:1 1 udp 2122260223 127.0.0.1 61764 typ host\r\n';
  const patch = (headers: Record<string, string>, more: Ask = {}): Promise<Response> =>
    ask(relay, 'one', { method: 'PATCH', path, type, headers, body, ...more });
  expect((await patch({ 'if-match': etag })).status).toBe(204);
  expect((await patch({})).status).toBe(428);
  expect((await patch({ 'if-match': '"another"' })).status).toBe(412);
  expect((await patch({ 'if-match': etag }, { type: 'application/sdp' })).status).toBe(415);
  expect((await patch({ 'if-match': etag }, { body: 'garbage' })).status).toBe(400);
  expect((await patch({ 'if-match': etag }, { authorization: `Bearer ${token('two')}` })).status).toBe(403);

  const again = await patch(
    { 'if-match': '*' },
    { body: `a=ice-ufrag:anew\r\na=ice-pwd:${'p'.repeat(24)}\r\n` },
  );
  expect(again.status).toBe(200);
  expect(again.headers.get('content-type')).toBe(type);
  expect(again.headers.get('etag')).not.toBe(etag);
  expect(await again.text()).toMatch(/a=ice-ufrag:.{4,}\r\na=ice-pwd:.{22,}\r\n/);
  expect((await patch({ 'if-match': etag })).status).toBe(412);

  expect((await ask(relay, 'one', { method: 'DELETE', path })).status).toBe(204);
  expect((await ask(relay, 'one', { method: 'DELETE', path })).status).toBe(404);
});

test('an expired token is of use only in the session that it began', async () => {
  const relay = await scene();
  const bearer = (stream: string, claims: object, scope = 'publish', secret = tokenSecret): Ask => ({
    authorization: `Bearer ${token(stream, scope, claims, secret)}`,
  });
  const exp = Math.floor(Date.now() / 1000) + 4; // a session that sends nothing loses its place after 2 s
  const own = bearer('one', { exp });
  const made = await ask(relay, 'one', own);
  expect(made.status).toBe(201);
  const session = { path: made.headers.get('location')!, type: 'application/trickle-ice-sdpfrag' };
  const patch: Ask = {
    ...session,
    method: 'PATCH',
    headers: { 'if-match': made.headers.get('etag')! },
    body: 'm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n',
  };
  await until('it has expired', () => Date.now() / 1000 >= exp);

  expect((await ask(relay, 'one', { ...patch, ...own })).status).toBe(204);
  expect((await ask(relay, 'one', { ...patch, ...bearer('one', { exp, jti: 'another' }) })).status).toBe(204);
  await refused(relay, 403, 'forbidden', { ...patch, ...bearer('two', { exp }) });
  await refused(relay, 403, 'forbidden', { ...patch, ...bearer('one', { exp }, 'watch') });
  await refused(relay, 401, 'unauthorized', {
    ...patch,
    ...bearer('one', { exp }, 'publish', 'x'.repeat(40)),
  });
  await refused(relay, 401, 'unauthorized', { ...patch, ...bearer('one', { exp, aud: 'another' }) });

  await refused(relay, 401, 'unauthorized', bearer('one', { exp, jti: 'another' }));
  await refused(relay, 401, 'unauthorized', { path: '/whep/one', ...bearer('one', { exp }, 'watch') });
  const again = await ask(relay, 'one', own);
  expect(again.status).toBe(201);
  const path = again.headers.get('location')!;
  expect((await ask(relay, 'one', { method: 'DELETE', path, ...own })).status).toBe(204);
  await refused(relay, 401, 'unauthorized', own);
});

test('pages of allowed origins get the CORS headers and OPTIONS that a WHIP client needs', async () => {
  const relay = await scene({
    RELAY_ALLOWED_ORIGINS: 'https://app.example',
    RELAY_ICE_SERVERS: 'stun:stun.example:3478,turn:turn.example',
    RELAY_PUBLIC_ADDRESS: '203.0.113.9',
  });
  const origin = 'https://app.example';
  const options = await ask(relay, 'one', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  expect(options.status).toBe(204);
  expect(options.headers.get('accept-post')).toBe('application/sdp');
  expect(options.headers.get('access-control-allow-methods')).toBe('POST, OPTIONS');
  expect(options.headers.get('access-control-allow-headers')).toContain('If-Match');
  expect(options.headers.get('access-control-allow-origin')).toBe(origin);

  const made = await ask(relay, 'one', { headers: { origin } });
  expect(made.headers.get('access-control-expose-headers')).toBe('Location, ETag, Link, Retry-After');
  expect(made.headers.get('link')).toBe(
    '<stun:stun.example:3478>; rel="ice-server", <turn:turn.example>; rel="ice-server"',
  );
  // The public address of a router replaces the machine's own.
  const candidates = (await made.text()).match(/a=candidate:.*typ host/g) ?? [];
  expect(candidates.length).toBeGreaterThan(0);
  expect(candidates.every((each) => each.includes(' 203.0.113.9 '))).toBe(true);
  const foreign = await ask(relay, 'two', { headers: { origin: 'https://evil.example' } });
  expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
});

test('a second publisher of the same stream is refused while the first is sending; other streams are not affected', async () => {
  const { rtmp, relay, phone } = await setScene(['one', 'two']);
  const page = await phone();
  const session = await page.publish('whip-whep', 'one', { audio: false });
  await until('video has been sent on', () => rtmp.size('key-one') > 20_000);
  const second = await refused(relay, 409, 'already-publishing');
  expect(second.headers.get('retry-after')).toBe('2');
  expect((await ask(relay, 'two')).status).toBe(201);
  expect((await page.sent(session)).state).toBe('connected');
});

test('a hundred offers that never connect use up places, and the relay keeps working', async () => {
  const { rtmp, worker, relay, phone } = await setScene(['one'], { RELAY_MAX_PUBLISHERS: '10' });
  const page = await phone();
  const session = await page.publish('plain', 'one', { audio: false });
  for (let index = 0; index < 100; ++index)
    worker.streams.set(`s${index}`, { url: 'rtmp://127.0.0.1:1/live', streamKey: 'nobody' });
  const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => ask(relay, `s${index}`)));
  const counts = (status: number): number => answers.filter((each) => each.status === status).length;
  expect(counts(201)).toBe(9);
  expect(counts(503)).toBe(91);
  expect(answers.find((each) => each.status === 503)?.headers.get('retry-after')).toBe('10');
  const before = rtmp.size('key-one');
  await until('the one that sends is not touched', () => rtmp.size('key-one') > before + 50_000);
  await until('the places are free again', async () => (await relay.metric('relay_publishers')) === 1, 40);
  expect((await ask(relay, 's1')).status).toBe(201);
  expect((await page.sent(session)).state).toBe('connected');
});

test('silent and garbage connections block no one', async () => {
  const relay = await scene();
  const port = Number(new URL(relay.url).port);
  for (let index = 0; index < 50; ++index) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    if (index % 2 === 0) socket.write('POST /whip/one HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nv=');
    else socket.write(Buffer.alloc(2000, 0xff));
    atEnd(() => void socket.destroy());
  }
  expect((await fetch(`${relay.url}/healthz`)).status).toBe(200);
  expect((await ask(relay, 'one')).status).toBe(201);
});

test('publishers are told to retry while the Worker is unreachable or does not accept the relay', async () => {
  const worker = await startWorker();
  const stranger = await startRelay(worker.url, { RELAY_CREDENTIAL: 'a-wrong-one' });
  const answer = await refused(stranger, 503, 'control-plane-unavailable');
  expect(answer.headers.get('retry-after')).toBe('5');
  await until('the operator is told', () => stranger.logged('worker_refused_credential')[0]);
  expect(stranger.logged('worker_refused_credential')).toHaveLength(1);
  const lonely = await startRelay('http://127.0.0.1:1');
  await refused(lonely, 503, 'control-plane-unavailable');
});

test('no secret is in the log, on the command line, in a response or in the metrics', async () => {
  const relay = await scene();
  const texts = [await (await ask(relay, 'one')).text(), await (await ask(relay, 'one')).text()];
  await seconds(3);
  texts.push(relay.said(), readFileSync(`/proc/${relay.process.pid}/cmdline`, 'utf8'));
  texts.push(await (await fetch(`${relay.url}/metrics`)).text());
  for (const secret of ['secret-key', tokenSecret, credential, 'rtmp://', token('one').slice(0, 40)])
    expect(texts.filter((each) => each.includes(secret))).toEqual([]);
});
