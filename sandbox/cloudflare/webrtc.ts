// WHIP in and WHEP out (Cloudflare Stream documentation, WebRTC). As documented, a WHIP broadcast can be watched over
// WHEP and is neither recorded nor restreamed, and only WHIP broadcasts can be watched over WHEP. Not documented, and
// decided here: a disabled input is refused, and so is a second publisher while the first one is sending.

import { WebRtcPublisher } from '../media/webrtc-publisher.ts';
import { feedOf } from '../media/webrtc-feed.ts';
import { WebRtcSessions, answered, offerIn, preflight, refuseSession } from '../media/webrtc-sessions.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { connectPublisher, isCarried } from './ingest.ts';
import { publisherLeft } from './media.ts';
import { admittedUid } from './signing-keys.ts';
import type { LiveInput, Publisher, World } from './world.ts';

/** The status that Cloudflare's examples treat as "wrong URL". */
const wrongUrl = (): never => refuseSession(405, 'Method Not Allowed');

/** One report says that requests without it are refused; the clients that Cloudflare tested send the last form. */
const acceptsSdp = /application\/sdp|application\/\*|\*\/\*/;

const named = { 'protocol-version': 'draft-ietf-wish-whip-06' };

export class WebRtc {
  readonly #world: World;
  /** By live input. */
  #publishers = new Map<string, WebRtcPublisher>();
  #sessions = new WebRtcSessions();

  constructor(world: World) {
    this.#world = world;
  }

  #inputOf({ params }: Call): LiveInput {
    const inputs = [...this.#world.liveInputs.values()];
    return inputs.find(({ credentials }) => credentials.whipSecret === params.secret) ?? wrongUrl();
  }

  #isTaken({ uid }: LiveInput): boolean {
    const broadcast = this.#world.broadcasts.get(uid);
    return (
      this.#publishers.get(uid)?.isSending ??
      (broadcast?.connected === true && broadcast.protocol !== 'webrtc')
    );
  }

  async #publish(call: Call): Promise<Answer> {
    const input = this.#inputOf(call);
    const offer = offerIn(call);
    if (!/^a=sendonly\r?$/m.test(offer))
      return refuseSession(406, 'Expecting SDP to send at least one track in direction sendonly');
    if (!input.enabled) return refuseSession(403, 'The live input is disabled.');
    if (this.#isTaken(input)) return refuseSession(409, 'The live input already has a publisher.');
    this.#publishers.get(input.uid)?.peer.close();

    const publisher = new WebRtcPublisher(['H264', 'VP8', 'VP9']);
    this.#publishers.set(input.uid, publisher);
    const answer = await answered(publisher.peer, () => publisher.answer(offer));
    void this.#broadcast(input, publisher);
    return this.#sessions.open(publisher.peer, answer, call.path, named);
  }

  async #broadcast({ uid, credentials }: LiveInput, webRtc: WebRtcPublisher): Promise<void> {
    const { peer } = webRtc;
    let publisher: Publisher | null = null;
    void peer.closed.then(async () => {
      if (this.#publishers.get(uid) === webRtc) this.#publishers.delete(uid);
      // Media still in ffmpeg belongs to the recording.
      await publisher?.feed?.ended;
      if (publisher) publisherLeft(this.#world, uid, publisher);
    });
    await peer.connected;
    const feed = isCarried(this.#world, 'webrtc') ? await feedOf(webRtc) : null;
    if (peer.isClosed) return;
    if (this.#world.liveInputs.get(uid)?.credentials !== credentials) return peer.close();
    publisher = { feed, drop: () => peer.close() };
    if ('refused' in (await connectPublisher(this.#world, uid, 'webrtc', publisher))) peer.close();
  }

  async #play(call: Call): Promise<Answer> {
    const uid = admittedUid(this.#world, call.params.uid ?? '');
    if (uid === null) return refuseSession(401, 'Unauthorized');
    if (!this.#world.liveInputs.has(uid)) return wrongUrl();
    const offer = offerIn(call);
    if (!acceptsSdp.test(call.headers.accept ?? ''))
      return refuseSession(406, 'Expecting Accept: application/sdp');
    const publisher = this.#publishers.get(uid);
    if (!publisher || this.#world.broadcasts.get(uid)?.connected !== true)
      return refuseSession(409, 'Live broadcast not started yet');
    const { peer, answer } = await publisher
      .watch(offer)
      .catch(() => refuseSession(400, 'Unable to parse SDP'));
    return this.#sessions.open(peer, answer, call.path, named);
  }

  routes(): Routes {
    const routes: Routes = {
      'POST /:secret/webRTC/publish': (call) => this.#publish(call),
      'POST /:uid/webRTC/play': (call) => this.#play(call),
    };
    for (const path of ['/:secret/webRTC/publish', '/:uid/webRTC/play']) {
      routes[`OPTIONS ${path}`] = () => preflight;
      routes[`OPTIONS ${path}/:session`] = () => preflight;
      routes[`PATCH ${path}/:session`] = (call) => this.#sessions.patch(call);
      routes[`DELETE ${path}/:session`] = (call) => this.#sessions.remove(call);
    }
    return routes;
  }

  closeAll(): void {
    this.#sessions.closeAll();
  }
}
