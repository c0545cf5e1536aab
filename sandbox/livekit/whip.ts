// LiveKit's WHIP server (livekit/ingress, August 2026): the key is the bearer or in the path, a session's address
// contains it, there is no trickle, and errors are plain text. Anybody with the key may publish; a second phone replaces
// the first, as any participant with the same identity does.

import { crc32 } from 'node:zlib';
import { Refusal } from '../shared/http.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { alphanumeric } from '../shared/ids.ts';
import { ingressInfo } from './ingress.ts';
import { awaitPicture, pictureIn } from './picture.ts';
import { notify } from './webhooks.ts';
import type { Ingress, Phone, World } from './world.ts';

const open = { 'access-control-allow-origin': '*' };
const exposed = { ...open, 'access-control-expose-headers': 'Location' };

function refuse(status: number, words: string): never {
  throw new Refusal({ status, headers: open, body: words });
}

/** Plays a phone without media, which is there at once. */
function scripted(resource: string, offer: string): Phone {
  const { promise: closed, resolve: close } = Promise.withResolvers<void>();
  return {
    resource,
    picture: pictureIn(offer),
    publisher: null,
    connected: Promise.resolve(),
    closed,
    close,
  };
}

const scriptedAnswer = 'v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n';

/** Loaded on demand: only real media needs these packages. */
async function answered(resource: string, offer: string): Promise<{ phone: Phone; answer: string }> {
  const { WebRtcPublisher } = await import('../media/webrtc-publisher.ts');
  const publisher = new WebRtcPublisher(['H264', 'VP8']);
  const { peer } = publisher;
  const answer = await publisher.answer(offer).catch(() => refuse(400, 'invalid SDP'));
  const { connected, closed } = peer;
  const phone: Phone = { resource, picture: null, publisher, connected, closed, close: () => peer.close() };
  awaitPicture(publisher, (picture) => (phone.picture = picture));
  return { phone, answer };
}

function enter(world: World, ingress: Ingress, status: Ingress['status']): void {
  if (ingress.status === status) return;
  ingress.status = status;
  const ended = status === 'ENDPOINT_INACTIVE';
  if (status !== 'ENDPOINT_BUFFERING')
    notify(world, ended ? 'ingress_ended' : 'ingress_started', ingress.roomName, {
      ingressInfo: ingressInfo(world, ingress),
    });
}

async function follow(world: World, ingress: Ingress, phone: Phone): Promise<void> {
  const room = ingress.roomName;
  const about = { room: { name: room }, participant: { identity: ingress.participantIdentity } };
  void phone.closed.then(() => {
    notify(world, 'participant_left', room, about);
    if (ingress.phone !== phone) return;
    ingress.phone = null;
    enter(world, ingress, 'ENDPOINT_INACTIVE');
  });
  await phone.connected;
  if (ingress.phone !== phone) return;
  enter(world, ingress, 'ENDPOINT_PUBLISHING');
  notify(world, 'participant_joined', room, about);
  for (const type of ['AUDIO', 'VIDEO'])
    notify(world, 'track_published', room, { ...about, track: { sid: `TR_${alphanumeric(12)}`, type } });
}

export function whipRoutes(world: World): Routes {
  const sessions = new Map<string, Phone>();

  async function publish(call: Call, key: string): Promise<Answer> {
    const ingress = [...world.ingresses.values()].find(({ streamKey }) => streamKey === key);
    if (!ingress?.enabled) return refuse(404, 'ingress not found');
    const kinds = call.body.match(/^m=(audio|video) /gm) ?? [];
    if (!call.body.startsWith('v=0') || kinds.length === 0) return refuse(400, 'invalid SDP');
    if (new Set(kinds).size < kinds.length) return refuse(406, 'more than 1 track with given media kind');
    const resource = `WH_${alphanumeric(12)}`;
    const { phone, answer } = world.media
      ? await answered(resource, call.body)
      : { phone: scripted(resource, call.body), answer: scriptedAnswer };
    const before = ingress.phone;
    ingress.phone = phone;
    sessions.set(resource, phone);
    void phone.closed.then(() => sessions.delete(resource));
    if (before) enter(world, ingress, 'ENDPOINT_BUFFERING');
    before?.close();
    void follow(world, ingress, phone);
    const headers = {
      ...exposed,
      'content-type': 'application/sdp',
      location: `/w/${key}/${resource}`,
      etag: crc32(call.body).toString(16).padStart(8, '0'),
    };
    return { status: 201, headers, body: answer };
  }

  const sessionOf = ({ params }: Call): Phone =>
    sessions.get(params.resource ?? '') ?? refuse(404, 'ingress not found');

  async function restart(call: Call): Promise<Answer> {
    if (!/^a=ice-ufrag:/m.test(call.body)) return refuse(400, 'whip restart request was invalid');
    const peer = sessionOf(call).publisher?.peer;
    if (call.headers['if-match'] !== '*') return refuse(422, 'Trickle-ICE not supported');
    const credentials = peer?.newCredentials(call.body);
    if (!peer || !credentials) return refuse(404, 'ingress not found');
    const body = await peer.restart(credentials, call.body);
    const headers = { ...open, 'content-type': 'application/trickle-ice-sdpfrag', etag: peer.etag };
    return { status: 200, headers, body };
  }

  const preflight = (methods: string): Answer => ({
    status: 204,
    headers: { ...exposed, 'access-control-allow-headers': '*', 'access-control-allow-methods': methods },
  });
  const forPost = (): Answer => preflight('POST, OPTIONS');
  return {
    'POST /w': (call) => publish(call, (call.headers.authorization ?? '').replace(/^Bearer /, '')),
    'POST /w/:key': (call) => publish(call, call.params.key ?? ''),
    'PATCH /w/:key/:resource': restart,
    'DELETE /w/:key/:resource': (call) => {
      sessionOf(call).close();
      return { status: 200, headers: open };
    },
    'OPTIONS /w': forPost,
    'OPTIONS /w/:key': forPost,
    'OPTIONS /w/:key/:resource': () => preflight('PATCH, OPTIONS, DELETE'),
  };
}
