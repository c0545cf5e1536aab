// Private streams: both providers require a signed token, which only the stream's managers and invited viewers get. The
// stand-ins create the keys and check the tokens as the providers do.

import { decodeJwt, importSPKI, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StartedWorker } from '../start-worker.ts';
import { startWorker } from '../start-worker.ts';
import { Client, streamOf } from './client.ts';
import type { Stream } from './client.ts';
import { askForInvite, invite, revoke } from './inviting.ts';
import { startProviders } from './providers.ts';
import type { Providers, Settings } from './providers.ts';
import { broadcast, goLive, Viewer } from './watching.ts';

const base64 = (text: string | Buffer): string => Buffer.from(text).toString('base64');
const pairs = {
  mux: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  cloudflare: generateKeyPairSync('rsa', { modulusLength: 2048 }),
};
const publicPem = (pair: typeof pairs.mux): string =>
  String(pair.publicKey.export({ type: 'spki', format: 'pem' }));
const keys: Settings = {
  MUX_SIGNING_KEY_ID: 'mux-key',
  MUX_SIGNING_PRIVATE_KEY: base64(String(pairs.mux.privateKey.export({ type: 'pkcs1', format: 'pem' }))),
  CLOUDFLARE_SIGNING_KEY_ID: 'cloudflare-key',
  CLOUDFLARE_SIGNING_JWK: base64(JSON.stringify(pairs.cloudflare.privateKey.export({ format: 'jwk' }))),
};

let providers: Providers;
let worker: StartedWorker;
let owner: Client;
let viewer: Viewer;

beforeAll(async () => {
  const known = (id: string, pair: typeof pairs.mux) => [{ id, publicKey: base64(publicPem(pair)) }];
  providers = await startProviders({
    mux: { signingKeys: known('mux-key', pairs.mux) },
    cloudflare: { signingKeys: known('cloudflare-key', pairs.cloudflare), whip: 'recorded' },
    settings: keys,
  });
  worker = await startWorker({ bindings: providers.settings });
  await providers.sendWebhooksTo(worker.url);
  owner = await Client.of(worker);
  viewer = new Viewer(worker);
}, 60_000);

afterAll(async () => {
  await worker?.stop();
  await providers?.close();
});

const make = async (): Promise<Stream> => streamOf(await owner.create({ visibility: 'private' }));
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
const problem = (name: string): string => `urn:whip-mux:problem:${name}`;

/** The claims of a token that this provider would accept now. */
async function claims(token: string, of: keyof typeof pairs): Promise<JWTPayload> {
  const key = await importSPKI(publicPem(pairs[of]), 'RS256');
  const { payload, protectedHeader } = await jwtVerify(token, key, { algorithms: ['RS256'] });
  expect(protectedHeader.kid).toBe(`${of}-key`);
  expect(payload.kid).toBe(`${of}-key`);
  return payload;
}

/** The token in a Cloudflare URL, in place of an id. */
const nameIn = (url: string | null | undefined): string => new URL(url ?? '').pathname.split('/')[1] ?? '';
const tokenIn = (url: string | null | undefined): string =>
  new URL(url ?? '').searchParams.get('token') ?? '';

const sixHours = 6 * 3600;

function expectHours({ exp = 0 }: JWTPayload): void {
  const left = exp - Date.now() / 1000;
  // An address stays the same for five minutes.
  expect(left).toBeGreaterThan(sixHours - 360);
  expect(left).toBeLessThanOrEqual(sixHours);
}

describe('a private stream', () => {
  it('is private at both providers, and says so', async () => {
    const stream = await make();
    expect(stream).toMatchObject({ visibility: 'private', playbackUrl: null });
    const { liveInputs } = await providers.cloudflare.get<{
      liveInputs: { uid: string; recording: { requireSignedURLs: boolean } }[];
    }>('state');
    expect(liveInputs.find(({ uid }) => uid === stream.cloudflareInputId)?.recording.requireSignedURLs).toBe(
      true,
    );
    const { liveStreams } = await providers.mux.get<{ liveStreams: { id: string }[] }>('state');
    expect(liveStreams.find(({ id }) => id === stream.muxLiveStreamId)).toMatchObject({
      playback_ids: [{ policy: 'signed' }],
      new_asset_settings: { playback_policies: ['signed'] },
    });
  });

  it('has no title on the page that anyone may load, not even for its owner', async () => {
    const { id } = streamOf(await owner.create({ visibility: 'private', title: 'Only for us' }));
    expect(await (await worker.fetch(`/watch/${id}`)).text()).not.toContain('Only for us');
    expect((await owner.send(`/watch/${id}`)).text).not.toContain('Only for us');
  });

  it('is public by default', async () => {
    expect(streamOf(await owner.create({}))).toMatchObject({ visibility: 'public' });
  });

  it.each([['hidden'], [true], ['']])('is refused as %j', async (visibility) => {
    const answer = await owner.create({ visibility });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'visibility' }] } });
  });

  it('is a 404 without a token and for another user', async () => {
    const { id } = await make();
    const unknown = await viewer.playback('0'.repeat(26));
    const stranger = await Client.of(worker, { sub: 'somebody-else' });
    for (const what of ['playback', 'recordings'] as const) {
      const nobody = await viewer.ask<{ type: string }>(id, what);
      expect(nobody).toMatchObject({ status: 404, body: { type: problem('no-such-stream') } });
      expect(nobody.body).toMatchObject({ ...unknown.body, requestId: expect.any(String) });
      expect(await stranger.send(`/api/streams/${id}/${what}`)).toMatchObject({ status: 404 });
      expect(await viewer.ask(id, what, bearer('no.token.atall'))).toMatchObject({ status: 401 });
    }
  });

  it('is watched live with tokens that both providers accept, valid for hours, and never cached', async () => {
    const stream = await make();
    await goLive(providers, stream, 'rtmps');
    const { token } = await invite(owner, stream.id, { purpose: 'watch' });
    const { status, cacheControl, headers, body } = await viewer.playback(stream.id, bearer(token));
    expect({ status, cacheControl, etag: headers.get('etag') }).toEqual({
      status: 200,
      cacheControl: 'no-store',
      etag: null,
    });
    expect(body.status).toBe('live');
    const input = await claims(nameIn(body.live?.iframe), 'cloudflare');
    expect(input.sub).toBe(stream.cloudflareInputId);
    expectHours(input);
    expect((await claims(nameIn(body.live?.hls), 'cloudflare')).sub).toBe(stream.cloudflareInputId);
    const atMux = body.ladder.find(({ source }) => source === 'mux');
    const played = await claims(tokenIn(atMux?.url), 'mux');
    expect(played).toMatchObject({ sub: stream.muxPlaybackId, aud: 'v' });
    expectHours(played);
    expect(await claims(tokenIn(body.poster), 'mux')).toMatchObject({
      sub: stream.muxPlaybackId,
      aud: 't',
      latest: 'true',
    });
    expect(body.ladder.every(({ url }) => !url.includes(`/${stream.cloudflareInputId}/`))).toBe(true);
  });

  it('plays its recordings with their own tokens, images included', async () => {
    const stream = await make();
    await broadcast(providers, stream);
    const answer = await owner.send(`/api/streams/${stream.id}/recordings`);
    const { broadcasts } = answer.body as unknown as {
      broadcasts: { recordings: Record<string, string>[] }[];
    };
    const recordings = broadcasts.flatMap(({ recordings }) => recordings);
    expect(recordings.map(({ source }) => source)).toEqual(['cloudflare', 'mux']);
    const [cloudflare, mux] = recordings;
    for (const url of [
      cloudflare?.playbackUrl,
      cloudflare?.dashUrl,
      cloudflare?.iframeUrl,
      cloudflare?.thumbnailUrl,
    ])
      expect((await claims(nameIn(url), 'cloudflare')).sub).toBe(cloudflare?.id);
    const video = await claims(tokenIn(mux?.playbackUrl), 'mux');
    const picture = await claims(tokenIn(mux?.thumbnailUrl), 'mux');
    expect([video.aud, picture.aud]).toEqual(['v', 't']);
    expect(picture.sub).toBe(video.sub);
    expect(mux?.playbackUrl).toContain(`/${video.sub}.m3u8?token=`);
    // The owner's own view shows that they exist, without any URL that plays without a token.
    const view = streamOf(await owner.send(`/api/streams/${stream.id}`));
    expect(view.recordingSources).toMatchObject({
      cloudflare: { available: true, playbackUrl: null },
      mux: { available: true, playbackUrl: null },
    });
  });

  it('logs no token of a viewer', async () => {
    const stream = await make();
    await broadcast(providers, stream);
    const answer = await owner.send(`/api/streams/${stream.id}/playback`);
    const { ladder } = answer.body as unknown as { ladder: { url: string }[] };
    expect(ladder).toHaveLength(3);
    const log = worker.logs().join('\n');
    for (const { url } of ladder) expect(log).not.toContain(tokenIn(url) || nameIn(url));
  });
});

describe('an invite to watch', () => {
  it('leads to the viewer’s page and allows only watching that stream', async () => {
    const [stream, other] = [await make(), await make()];
    const { token, url } = await invite(owner, stream.id, { purpose: 'watch', name: 'The family' });
    expect(url).toBe(`${worker.url}/watch/${stream.id}#invite=${token}`);
    expect(decodeJwt(token)).toMatchObject({ scope: 'watch' });
    expect(await viewer.recordings(stream.id, bearer(token))).toMatchObject({ status: 200 });
    expect(await viewer.playback(other.id, bearer(token))).toMatchObject({ status: 404 });
    expect(await viewer.ask(stream.id, 'status', bearer(token))).toMatchObject({ status: 401 });
    expect(await viewer.ask(stream.id, 'credentials', bearer(token))).toMatchObject({ status: 401 });
  });

  it('is refused once withdrawn, as is an invite to publish, which allows watching until then', async () => {
    const stream = await make();
    const { id, token } = await invite(owner, stream.id, { purpose: 'watch' });
    await revoke(owner, stream.id, id);
    expect(await viewer.playback(stream.id, bearer(token))).toMatchObject({
      status: 401,
      body: { type: problem('invite-refused') },
    });
    const publishing = await invite(owner, stream.id);
    for (const status of [200, 401]) {
      expect(await viewer.playback(stream.id, bearer(publishing.token))).toMatchObject({ status });
      expect(await viewer.recordings(stream.id, bearer(publishing.token))).toMatchObject({ status });
      await revoke(owner, stream.id, publishing.id);
    }
  });

  it('is refused for an unknown purpose', async () => {
    const { id } = await make();
    const answer = await askForInvite(owner, id, { purpose: 'rule' });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ field: 'purpose' }] } });
  });
});

/** Without media, Mux's stand-in has nothing to play. It looks at the id (404) and at the token (403) before. */
const accepted = 412;

const here = (url: string): string =>
  url.replace('https://stream.mux.com', providers.settings.MUX_API_URL ?? '');

describe('a change of visibility', () => {
  const change = (id: string, visibility: string) =>
    owner.send(`/api/streams/${id}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ visibility }),
    });
  interface World {
    videos: { uid: string; liveInput: string; requireSignedURLs: boolean }[];
    liveInputs: { uid: string; recording: object; enabled: boolean }[];
    assets: { live_stream_id?: string; playback_ids: { id: string; policy: string }[] }[];
  }
  const signedAt = async ({ cloudflareInputId, muxLiveStreamId }: Stream) => {
    const atCloudflare = await providers.cloudflare.get<World>('state');
    const atMux = await providers.mux.get<World>('state');
    return {
      input: atCloudflare.liveInputs.find(({ uid }) => uid === cloudflareInputId),
      videos: atCloudflare.videos
        .filter(({ liveInput }) => liveInput === cloudflareInputId)
        .map(({ requireSignedURLs }) => requireSignedURLs),
      assets: atMux.assets
        .filter(({ live_stream_id: stream }) => muxLiveStreamId !== null && stream === muxLiveStreamId)
        .map(({ playback_ids: ids }) => ids.map(({ policy }) => policy)),
    };
  };

  it('protects the recordings of an ended stream at both providers, and opens them again', async () => {
    const stream = streamOf(await owner.create({}));
    await broadcast(providers, stream);
    await owner.send(`/api/streams/${stream.id}/end`, { method: 'POST' });
    await providers.delivered();
    expect(streamOf(await change(stream.id, 'private'))).toMatchObject({ visibility: 'private' });
    expect(await signedAt(stream)).toMatchObject({
      input: { enabled: false, recording: { mode: 'automatic', requireSignedURLs: true } },
      videos: [true],
      assets: [['signed']],
    });
    expect(await viewer.playback(stream.id)).toMatchObject({ status: 404 });
    const hidden = await owner.send(`/api/streams/${stream.id}/playback`);
    const { ladder } = hidden.body as unknown as { ladder: { source: string; url: string }[] };
    const url = ladder.find(({ source }) => source === 'mux')?.url ?? '';
    const played = await claims(tokenIn(url), 'mux');
    expect(url).toContain(`/${played.sub}.m3u8?token=`);
    expect((await fetch(here(url))).status).toBe(accepted);

    expect(streamOf(await change(stream.id, 'public'))).toMatchObject({ visibility: 'public' });
    expect(await signedAt(stream)).toMatchObject({ videos: [false], assets: [['public']] });
    const { body } = await viewer.playback(stream.id);
    expect(body.ladder.map(({ source }) => source)).toEqual(['cloudflare', 'mux', 'cloudflare']);
    expect((await fetch(here(body.ladder[1]?.url ?? ''))).status).toBe(accepted);
    expect((await fetch(here(url))).status).toBe(404);
  });

  it('of a stream without a copy at Mux holds for what it will record', async () => {
    const stream = streamOf(await owner.create({ enableMuxBackup: false }));
    expect(streamOf(await change(stream.id, 'private'))).toMatchObject({ visibility: 'private' });
    expect(await signedAt(stream)).toMatchObject({
      input: { enabled: true, recording: { mode: 'automatic', requireSignedURLs: true } },
    });
    await broadcast(providers, stream);
    expect((await signedAt(stream)).videos).toEqual([true]);
  });

  it('is refused during a broadcast, and before the end of a stream with a copy at Mux', async () => {
    const alone = streamOf(await owner.create({ enableMuxBackup: false }));
    await goLive(providers, alone, 'rtmps');
    expect(await change(alone.id, 'private')).toMatchObject({
      status: 409,
      body: { type: problem('stream-is-live') },
    });
    const copied = streamOf(await owner.create({}));
    expect(await change(copied.id, 'private')).toMatchObject({
      status: 409,
      body: { type: problem('visibility-fixed') },
    });
    expect(streamOf(await change(copied.id, 'public'))).toMatchObject({ visibility: 'public' });
    expect(await change(copied.id, 'hidden')).toMatchObject({
      status: 400,
      body: { errors: [{ field: 'visibility' }] },
    });
  });

  it('that a provider fails is finished by the same request', async () => {
    const stream = streamOf(await owner.create({ enableMuxBackup: false }));
    await providers.cloudflare.post('faults', [
      { kind: 'status', method: 'PUT', path: '/live_inputs/', status: 400 },
    ]);
    expect(await change(stream.id, 'private')).toMatchObject({ status: 502 });
    expect(streamOf(await owner.send(`/api/streams/${stream.id}`))).toMatchObject({ visibility: 'private' });
    expect(streamOf(await change(stream.id, 'private'))).toMatchObject({ visibility: 'private' });
    expect(await signedAt(stream)).toMatchObject({ input: { recording: { requireSignedURLs: true } } });
  });
});

describe('a deployment', () => {
  const without = async (changes: Settings) => {
    const bindings = { ...providers.settings, ...changes };
    return startWorker({ bindings });
  };

  it.each([
    ['CLOUDFLARE_SIGNING_JWK', base64(JSON.stringify({ kty: 'RSA' }))],
    ['MUX_SIGNING_PRIVATE_KEY', base64(publicPem(pairs.mux))],
  ])('without a valid %s creates no private stream, and names that setting', async (name, value) => {
    await using other = await without({ [name]: value });
    const answer = await (await Client.of(other)).create({ visibility: 'private' });
    expect(answer).toMatchObject({ status: 503, body: { type: problem('not-configured') } });
    expect(answer.body.detail).toContain(name);
    expect(answer.text).not.toContain(value);
  });

  it('accepts a key that was converted to PKCS #8', async () => {
    const pem = String(pairs.mux.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    await using other = await without({ MUX_SIGNING_PRIVATE_KEY: base64(pem) });
    await providers.sendWebhooksTo(other.url);
    const user = await Client.of(other);
    const stream = streamOf(await user.create({ visibility: 'private' }));
    await broadcast(providers, stream);
    const answer = await user.send(`/api/streams/${stream.id}/playback`);
    const { ladder } = answer.body as unknown as { ladder: { source: string; url: string }[] };
    expect((await claims(tokenIn(ladder.find(({ source }) => source === 'mux')?.url), 'mux')).aud).toBe('v');
    await providers.sendWebhooksTo(worker.url);
  });
});
