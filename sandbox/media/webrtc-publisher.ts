// A WHIP publisher and its WHEP viewers: packets are forwarded unchanged.

import { MediaStreamTrack } from 'werift';
import type { RtpPacket } from 'werift';
import { WebRtcPeer } from './webrtc-peer.ts';
import type { VideoCodec } from './webrtc-peer.ts';

export type PacketSink = (kind: 'audio' | 'video', packet: RtpPacket) => void;

/** Recordings and late viewers need key frames; WebRTC encoders send them only on request. */
const keyFrameGapMs = 2000;
/** A publisher that has sent nothing for this long has gone. */
const silenceMs = 10_000;
/** A publisher that has sent nothing for this long may be replaced. */
const stalledMs = 2000;
const baseline = 66;

/** The H.264 profile in this packet's parameter set, if any (RFC 6184, sections 5.6 and 5.7.1). */
function profileIn(payload: Buffer): number | undefined {
  const unit = (payload[0] ?? 0) & 0x1f;
  if (unit === 7) return payload[1];
  const aggregated = unit === 24 && ((payload[3] ?? 0) & 0x1f) === 7;
  return aggregated ? payload[4] : undefined;
}

export class WebRtcPublisher {
  readonly peer: WebRtcPeer;
  #sinks = new Set<PacketSink>();
  #viewers = new Set<Viewer>();
  #lastPacketAt = Number.NEGATIVE_INFINITY;
  #keyFrameTimer: NodeJS.Timeout | undefined;
  #isDecodable = true;
  #codec: VideoCodec = 'H264';

  constructor(codecs: VideoCodec[]) {
    this.peer = new WebRtcPeer(codecs);
    this.peer.connection.onTrack.subscribe((track) => {
      track.onReceiveRtp.subscribe((packet) => this.#pass(track.kind as 'audio' | 'video', packet));
    });
    void this.peer.connected.then(() => {
      this.#lastPacketAt = performance.now();
      this.#keyFrameTimer = setInterval(() => this.#tick(), keyFrameGapMs);
    });
    void this.peer.closed.then(() => {
      clearInterval(this.#keyFrameTimer);
      for (const viewer of this.#viewers) viewer.peer.close();
    });
  }

  /** The publisher's codecs; known once its offer was answered. */
  get codec(): VideoCodec {
    return this.#codec;
  }

  get hasVideo(): boolean {
    return this.#has('video');
  }

  get hasAudio(): boolean {
    return this.#has('audio');
  }

  #has(kind: 'audio' | 'video'): boolean {
    return this.peer.connection
      .getTransceivers()
      .some((each) => each.kind === kind && each.codecs.length > 0);
  }

  async answer(offer: string): Promise<string> {
    const answer = await this.peer.answer(offer);
    this.#codec = (/^a=rtpmap:\d+ (H264|VP8|VP9)\//m.exec(answer)?.[1] ?? 'H264') as VideoCodec;
    return answer;
  }

  /** Whether media is arriving now. */
  get isSending(): boolean {
    return !this.peer.isClosed && performance.now() - this.#lastPacketAt < stalledMs;
  }

  /** Returns a function that ends the subscription. */
  subscribe(sink: PacketSink): () => void {
    this.#sinks.add(sink);
    return () => void this.#sinks.delete(sink);
  }

  /** Answers a viewer's offer. */
  async watch(offer: string): Promise<{ peer: WebRtcPeer; answer: string }> {
    const viewer = new Viewer(this.#codec);
    const answer = await viewer.answer(offer);
    this.#viewers.add(viewer);
    const unsubscribe = this.subscribe((kind, packet) => viewer.send(kind, packet));
    void viewer.peer.connected.then(() => this.requestKeyFrame());
    void viewer.peer.closed.then(() => {
      unsubscribe();
      this.#viewers.delete(viewer);
    });
    return { peer: viewer.peer, answer };
  }

  requestKeyFrame(): void {
    for (const { kind, receiver } of this.peer.connection.getTransceivers()) {
      const { ssrc } = receiver.track;
      if (kind === 'video' && ssrc !== undefined) void receiver.sendRtcpPLI(ssrc).catch(() => undefined);
    }
  }

  #tick(): void {
    if (performance.now() - this.#lastPacketAt > silenceMs) this.peer.close();
    else this.requestKeyFrame();
  }

  /** Cloudflare silently drops H.264 of any profile but baseline: the picture stays black. */
  #pass(kind: 'audio' | 'video', packet: RtpPacket): void {
    this.#lastPacketAt = performance.now();
    if (kind === 'video' && this.#codec === 'H264') {
      const profile = profileIn(packet.payload);
      if (profile !== undefined) this.#isDecodable = profile === baseline;
      if (!this.#isDecodable) return;
    }
    for (const sink of this.#sinks) sink(kind, packet);
  }
}

class Viewer {
  readonly peer: WebRtcPeer;
  #tracks = new Map<string, MediaStreamTrack>();

  constructor(codec: VideoCodec) {
    this.peer = new WebRtcPeer([codec]);
  }

  answer(offer: string): Promise<string> {
    return this.peer.answer(offer, () => {
      for (const transceiver of this.peer.connection.getTransceivers()) {
        const { kind } = transceiver;
        if ((kind !== 'audio' && kind !== 'video') || this.#tracks.has(kind)) continue;
        const track = new MediaStreamTrack({ kind });
        transceiver.sender.replaceTrack(track).catch(() => undefined);
        transceiver.setDirection('sendonly');
        this.#tracks.set(kind, track);
      }
    });
  }

  send(kind: string, packet: RtpPacket): void {
    if (this.peer.connection.connectionState === 'connected')
      this.#tracks.get(kind)?.writeRtp(packet.clone());
  }
}
