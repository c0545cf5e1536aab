// WHIP at /app/{stream key}/whip. Mux does not document it, so it is off by default. Its media is treated like an
// encoder's RTMP.

import { WebRtcPublisher } from '../media/webrtc-publisher.ts';
import { feedOf } from '../media/webrtc-feed.ts';
import { WebRtcSessions, answered, offerIn, preflight, refuseSession } from '../media/webrtc-sessions.ts';
import type { Answer, Call, Routes } from '../shared/http.ts';
import { publish } from './media.ts';
import type { World } from './world.ts';

export class WebRtc {
  readonly #world: World;
  #sessions = new WebRtcSessions();

  constructor(world: World) {
    this.#world = world;
  }

  async #publish(call: Call): Promise<Answer> {
    const streamKey = call.params.key ?? '';
    const stream = [...this.#world.liveStreams.values()].find((each) => each.stream_key === streamKey);
    if (!stream) return refuseSession(404, 'The stream key is unknown.');
    const offer = offerIn(call);
    if (stream.status === 'disabled') return refuseSession(403, 'The live stream is disabled.');
    if (this.#world.encoders.get(stream.id)?.connected)
      return refuseSession(409, 'An encoder is already connected to the live stream.');
    const publisher = new WebRtcPublisher(['H264', 'VP8']);
    const answer = await answered(publisher.peer, () => publisher.answer(offer));
    void this.#broadcast(streamKey, publisher);
    return this.#sessions.open(publisher.peer, answer, call.path);
  }

  async #broadcast(streamKey: string, publisher: WebRtcPublisher): Promise<void> {
    const { peer } = publisher;
    await peer.connected;
    const publication = publish(this.#world, streamKey, () => peer.close());
    if (typeof publication === 'string') return peer.close();
    const feed = await feedOf(publisher);
    feed.subscribe((message) => publication.media(message));
    await feed.ended;
    publication.ended();
  }

  routes(): Routes {
    const path = '/app/:key/whip';
    return {
      [`POST ${path}`]: (call) => this.#publish(call),
      [`OPTIONS ${path}`]: () => preflight,
      [`OPTIONS ${path}/:session`]: () => preflight,
      [`PATCH ${path}/:session`]: (call) => this.#sessions.patch(call),
      [`DELETE ${path}/:session`]: (call) => this.#sessions.remove(call),
    };
  }

  closeAll(): void {
    this.#sessions.closeAll();
  }
}
