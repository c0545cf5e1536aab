// LiveKit's stand-in, held to LiveKit's own library: it sends what the core sends, and reads what the core reads.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  AccessToken,
  AudioCodec,
  EgressClient,
  EgressStatus,
  EncodingOptions,
  IngressClient,
  IngressInput,
  StreamOutput,
  StreamProtocol,
  VideoCodec,
  WebhookReceiver,
} from 'livekit-server-sdk';
import type { VideoGrant } from 'livekit-server-sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startLiveKit } from '../../sandbox/livekit/server.ts';
import { control } from '../../sandbox/shared/control-client.ts';
import type { Control } from '../../sandbox/shared/control-client.ts';
import type { Listener } from '../../sandbox/shared/http.ts';
import { receiveWebhooks } from './support.ts';

const apiKey = 'APItests';
const apiSecret = 'a-secret-of-livekit-and-worker-of-32-bytes';
const room = 'whip-mux:main:1';
const target = 'rtmps://live.cloudflare.com:443/live/KEY';
const sdp = { 'content-type': 'application/sdp' };
const offer = 'v=0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 102\r\n';

let livekit: Listener;
let desk: Control;
let ingress: IngressClient;
let egress: EgressClient;
/** The method and the body of the library's calls. */
const sent: [string, unknown][] = [];

beforeEach(async () => {
  livekit = await startLiveKit({ port: 0, apiKey, apiSecret });
  desk = control(livekit.url);
  ingress = new IngressClient(livekit.url, apiKey, apiSecret);
  egress = new EgressClient(livekit.url, apiKey, apiSecret);
  sent.length = 0;
  const plain = globalThis.fetch;
  vi.spyOn(globalThis, 'fetch').mockImplementation((to, init) => {
    const [, called] = /\/twirp\/livekit\.(.*)$/.exec(String(to)) ?? [];
    if (called) sent.push([called, JSON.parse(String(init?.body))]);
    return plain(to, init);
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await livekit.close();
});

const options = {
  name: room,
  roomName: room,
  participantIdentity: 'phone',
  participantName: 'Phone',
  enableTranscoding: false,
};
const make = () => ingress.createIngress(IngressInput.WHIP_INPUT, options);
const publish = (key: string, body = offer): Promise<Response> =>
  fetch(`${livekit.url}/w`, { method: 'POST', headers: { ...sdp, authorization: `Bearer ${key}` }, body });

/** A phone that is in the room. */
async function begin(): Promise<{ ingressId: string; session: string }> {
  const { ingressId, streamKey } = await make();
  const begun = await publish(streamKey);
  expect(begun.status).toBe(201);
  return { ingressId, session: new URL(begun.headers.get('location') ?? '', livekit.url).href };
}

const start = (urls = [target], width = 1280) =>
  egress.startParticipantEgress(
    room,
    'phone',
    { stream: new StreamOutput({ protocol: StreamProtocol.RTMP, urls }) },
    {
      encodingOptions: new EncodingOptions({
        width,
        height: 720,
        framerate: 30,
        videoCodec: VideoCodec.H264_MAIN,
        videoBitrate: 3000,
        keyFrameInterval: 2,
        audioCodec: AudioCodec.AAC,
        audioBitrate: 128,
      }),
    },
  );

interface Witness {
  /** What the core sends: tests/unit/livekit/api_test.cpp has the same. */
  core: [string, unknown];
  /** Sends the same and returns what the core reads from the response. */
  by(): Promise<unknown[]>;
}

/** By the core's call labels. */
const witnesses: Record<string, Witness> = {
  'livekit-create-ingress': {
    core: ['Ingress/CreateIngress', { inputType: 'WHIP_INPUT', ...options }],
    by: async () => {
      const { ingressId, roomName, url, streamKey, state } = await make();
      expect(state?.toJson()).not.toHaveProperty('status');
      return [ingressId, roomName, url, streamKey];
    },
  },
  'livekit-list-ingresses': {
    core: ['Ingress/ListIngress', { roomName: room }],
    by: async () => {
      await begin();
      const [found] = await ingress.listIngress({ roomName: room });
      const video = { width: 1280, height: 720 };
      expect(found?.state?.toJson()).toMatchObject({ status: 'ENDPOINT_PUBLISHING', video });
      // For the core, an empty name is the same as none.
      expect(await ingress.listIngress()).toEqual([found]);
      return [found?.ingressId, found?.roomName, found?.name, found?.url, found?.streamKey];
    },
  },
  'livekit-delete-ingress': {
    core: ['Ingress/DeleteIngress', { ingressId: 'IN_1' }],
    by: async () => {
      const { ingressId } = await begin();
      await ingress.deleteIngress(ingressId);
      sent.splice(0, sent.length, ['Ingress/DeleteIngress', { ingressId: 'IN_1' }]);
      return [(await ingress.listIngress({ roomName: room })).length === 0];
    },
  },
  'livekit-start-egress': {
    core: [
      'Egress/StartParticipantEgress',
      {
        roomName: room,
        identity: 'phone',
        streamOutputs: [{ protocol: 'RTMP', urls: [target] }],
        advanced: {
          width: 1280,
          height: 720,
          framerate: 30,
          videoCodec: 'H264_MAIN',
          videoBitrate: 3000,
          keyFrameInterval: 2,
          audioCodec: 'AAC',
          audioBitrate: 128,
        },
      },
    ],
    by: async () => {
      await begin();
      const { egressId, status } = await start();
      expect(status).toBe(EgressStatus.EGRESS_STARTING);
      return [egressId];
    },
  },
  'livekit-list-egress': {
    core: ['Egress/ListEgress', { roomName: room, active: true }],
    by: async () => {
      await begin();
      const { egressId } = await start();
      const found = await egress.listEgress({ roomName: room, active: true });
      expect(found.map((each) => each.egressId)).toEqual([egressId]);
      return [egressId];
    },
  },
};

describe('every call of the core has a witness:', () => {
  it('all calls of the core, and no others', () => {
    const path = new URL('../../src/livekit/', import.meta.url).pathname;
    const sources = readdirSync(path).map((name) => readFileSync(join(path, name), 'utf8'));
    const labels = sources.flatMap((text) =>
      [...text.matchAll(/\.label = "([\w-]+)"/g)].map(([, label]) => label),
    );
    expect(Object.keys(witnesses).sort()).toEqual(labels.sort());
  });

  it.each(Object.entries(witnesses))('%s', async (_, { core, by }) => {
    expect(await by()).not.toContain(undefined);
    expect(sent).toContainEqual(core);
  });
});

describe('the stand-in refuses', () => {
  const ask = (authorization: string, body: object = {}, method = 'ListIngress'): Promise<Response> =>
    fetch(`${livekit.url}/twirp/livekit.Ingress/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
      body: JSON.stringify(body),
    });

  async function tokenWith(grant: VideoGrant): Promise<string> {
    const token = new AccessToken(apiKey, apiSecret);
    token.addGrant(grant);
    return `Bearer ${await token.toJwt()}`;
  }

  const failure = (call: Promise<unknown>) =>
    call.then(
      () => 'success',
      ({ status, code }) => `${status} ${code}`,
    );

  it('tokens of another key, with another secret, and without the grant', async () => {
    for (const authorization of ['', 'token', 'Bearer token'])
      expect((await ask(authorization)).status).toBe(401);
    for (const other of [
      new IngressClient(livekit.url, 'APIother', apiSecret),
      new IngressClient(livekit.url, apiKey, `${apiSecret}!`),
    ])
      expect(await failure(other.listIngress())).toMatch(/^401/);
    // Grants of the other service.
    expect((await ask(await tokenWith({ roomRecord: true }))).status).toBe(401);
    expect((await ask(await tokenWith({ ingressAdmin: true }))).status).toBe(200);
  });

  it('an egress of a room without a phone, of nobody, to nowhere, and of a size that no encoder has', async () => {
    expect(await failure(start())).toBe('404 not_found');
    await begin();
    for (const width of [8, 721]) expect(await failure(start([target], width))).toBe('400 invalid_argument');
    expect(await failure(start([]))).toBe('400 invalid_argument');
    expect(await failure(start(['https://live.cloudflare.com/live/KEY']))).toBe('400 invalid_argument');
    expect(await failure(egress.stopEgress('EG_absent'))).toBe('404 not_found');
  });

  it('an ingress that is not there, and one without a participant', async () => {
    expect(await failure(ingress.deleteIngress('IN_absent'))).toBe('404 not_found');
    expect(await failure(ingress.updateIngress('IN_absent', { name: 'x' }))).toBe('404 not_found');
    // The library does not send it.
    const refused = await ask(
      await tokenWith({ ingressAdmin: true }),
      { inputType: 'WHIP_INPUT' },
      'CreateIngress',
    );
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: 'invalid_argument' });
  });
});

describe('WHIP', () => {
  it('a session has an address with the key, which is all that its end needs', async () => {
    const { session } = await begin();
    const [found] = await ingress.listIngress({ roomName: room });
    expect(session).toContain(`/w/${found?.streamKey}/WH_`);
    expect((await fetch(session, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(session, { method: 'DELETE' })).status).toBe(404);
    const [after] = await ingress.listIngress({ roomName: room });
    expect(after?.state?.toJson()).not.toHaveProperty('status');
  });

  it('a disabled, a deleted and an unknown ingress take nobody', async () => {
    const { ingressId, streamKey } = await make();
    await ingress.updateIngress(ingressId, { name: room, enabled: false });
    expect((await publish(streamKey)).status).toBe(404);
    await ingress.updateIngress(ingressId, { name: room, enabled: true });
    expect((await publish(streamKey)).status).toBe(201);
    await ingress.deleteIngress(ingressId);
    expect((await publish(streamKey)).status).toBe(404);
  });

  it('two tracks of a kind, and trickled candidates, are refused', async () => {
    const { streamKey } = await make();
    expect((await publish(streamKey, offer + offer.slice(offer.indexOf('m=')))).status).toBe(406);
    const { session } = await begin();
    const headers = { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '"1"' };
    expect((await fetch(session, { method: 'PATCH', headers, body: 'a=ice-ufrag:x\r\n' })).status).toBe(422);
  });

  it('a phone that returns ends the egress of the session before', async () => {
    const { ingressId } = await begin();
    const { egressId } = await start();
    const [found] = await ingress.listIngress({ ingressId });
    expect((await publish(found?.streamKey ?? '')).status).toBe(201);
    await expect
      .poll(async () => (await egress.listEgress({ egressId }))[0]?.status)
      .toBe(EgressStatus.EGRESS_COMPLETE);
    expect(await egress.listEgress({ roomName: room, active: true })).toEqual([]);
  });
});

it("LiveKit's own receiver accepts the webhooks, and not with another body or secret", async () => {
  const hook = await receiveWebhooks();
  await desk.put('webhooks', { url: hook.url });
  const { session } = await begin();
  await start();
  await fetch(session, { method: 'DELETE' });
  const events = () => hook.received.map(({ json }) => String(json.event));
  const all = [
    'egress_ended',
    'egress_started',
    'ingress_ended',
    'ingress_started',
    'participant_joined',
    'participant_left',
    'track_published',
  ];
  await expect.poll(() => [...new Set(events())].sort()).toEqual(expect.arrayContaining(all));
  const receiver = new WebhookReceiver(apiKey, apiSecret);
  for (const { body, headers } of hook.received) {
    expect(headers['content-type']).toBe('application/webhook+json');
    const event = await receiver.receive(body, headers.authorization);
    expect(event.id).toMatch(/^EV_/);
    const named = event.ingressInfo?.roomName ?? event.egressInfo?.roomName ?? event.room?.name;
    expect(named, event.event).toBe(room);
    await expect(receiver.receive(`${body} `, headers.authorization)).rejects.toThrow(/checksum/);
    await expect(
      new WebhookReceiver(apiKey, `${apiSecret}!`).receive(body, headers.authorization),
    ).rejects.toThrow();
  }
});
