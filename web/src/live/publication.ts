// One publishing attempt: sends the camera's tracks over its own peer connection, negotiated with the WHIP server, and
// watches it until it ends.

import { Negotiation } from '../webrtc/negotiation.ts';
import type { Endpoint } from '../webrtc/session-resource.ts';
import { codecOrder } from './codecs.ts';
import type { CodecChoice } from './codecs.ts';
import { Fault, saysEnded } from './fault.ts';
import { healthBetween, sampleOf } from './health.ts';
import type { Health, Sample } from './health.ts';
import { LifeSigns, signsIn } from './life-signs.ts';

export interface PublicationOptions {
  endpoint: Endpoint;
  codec: CodecChoice;
  /** In bits per second. */
  maxVideoBitrate: number;
  iceServers?: RTCIceServer[];
  completeOffer: boolean;
  onHealth(health: Health): void;
}

const connecting = 8_000;
const restarting = 3_000;
const interval = 500;
// An encoder that gets frames but sends none for this long is broken.
const pictureless = 4_000;

export class Publication {
  private readonly negotiation: Negotiation;
  private readonly options: PublicationOptions;
  private readonly senders: Partial<Record<string, RTCRtpSender>> = {};
  private watching: ReturnType<typeof setInterval> | undefined;

  constructor(options: PublicationOptions) {
    this.options = options;
    const { endpoint, iceServers, completeOffer } = options;
    this.negotiation = new Negotiation({
      endpoint,
      far: 'recvonly',
      completeOffer,
      ...(iceServers ? { iceServers } : {}),
    });
  }

  get trickles(): boolean {
    return this.negotiation.trickles;
  }

  get sessionUrl(): string | undefined {
    return this.negotiation.sessionUrl;
  }

  /** Resolves when connected. Throws what Negotiation throws. */
  async open(stream: MediaStream): Promise<void> {
    for (const track of stream.getTracks()) this.add(track, stream);
    await this.negotiation.open(connecting);
    await this.keepResolution();
  }

  /** Resolves with the reason when the connection ends or stops getting through. */
  watch(): Promise<Fault> {
    const { peer } = this.negotiation;
    return new Promise((resolve) => {
      const signs = new LifeSigns(Date.now());
      let before: Sample | undefined;
      let pictureAt = Date.now();
      const end = (fault: Fault) => {
        clearInterval(this.watching);
        peer.onconnectionstatechange = null;
        resolve(fault);
      };
      peer.onconnectionstatechange = () => {
        const state = peer.connectionState;
        if (state === 'failed' || state === 'disconnected' || state === 'closed')
          end(new Fault('connection-lost'));
      };
      const look = async () => {
        const stats = await peer.getStats();
        const now = Date.now();
        if (signs.look(signsIn(stats), now) > 0) return end(new Fault('connection-lost'));
        const sample = sampleOf(stats, now);
        if (!before || sample.framesEncoded > before.framesEncoded || !this.hasPicture()) pictureAt = now;
        if (now - pictureAt > pictureless && sample.framesEncoded === 0) return end(new Fault('no-picture'));
        if (before) this.options.onHealth(healthBetween(before, sample));
        before = sample;
      };
      clearInterval(this.watching);
      this.watching = setInterval(() => void look().catch(() => undefined), interval);
    });
  }

  /** Whether the server has said that the organiser ended this session. */
  get ended(): boolean {
    return saysEnded(this.negotiation.refusal);
  }

  /** Restarts ICE on the same session. */
  restart(): Promise<boolean> {
    return this.negotiation.restart(restarting);
  }

  /** Call after a camera switch, an interruption or a device change. */
  async replaceTracks(stream: MediaStream): Promise<void> {
    await Promise.all(stream.getTracks().map((track) => this.senders[track.kind]?.replaceTrack(track)));
  }

  close(leaving = false): Promise<void> {
    clearInterval(this.watching);
    return this.negotiation.close(leaving);
  }

  // Safari is `sendonly` only with a transceiver; Cloudflare answers 406 to anything else.
  private add(track: MediaStreamTrack, stream: MediaStream): void {
    const { maxVideoBitrate, codec } = this.options;
    const video = track.kind === 'video';
    const transceiver = this.negotiation.peer.addTransceiver(track, {
      direction: 'sendonly',
      streams: [stream],
      ...(video ? { sendEncodings: [{ maxBitrate: maxVideoBitrate, maxFramerate: 30 }] } : {}),
    });
    this.senders[track.kind] = transceiver.sender;
    if (!video) return;
    const codecs = codecOrder(RTCRtpSender.getCapabilities('video')?.codecs ?? [], codec);
    if (codecs.length > 0 && 'setCodecPreferences' in transceiver) transceiver.setCodecPreferences(codecs);
  }

  // Otherwise the encoder starts at half the size and grows, and the recording changes size with it.
  private async keepResolution(): Promise<void> {
    const sender = this.senders['video'];
    if (!sender) return;
    const parameters = sender.getParameters() as RTCRtpSendParameters & {
      degradationPreference?: string;
    };
    parameters.degradationPreference = 'maintain-resolution';
    await sender.setParameters(parameters).catch(() => undefined);
  }

  private hasPicture(): boolean {
    const track = this.senders['video']?.track;
    return (
      document.visibilityState === 'visible' && track?.readyState === 'live' && !track.muted && track.enabled
    );
  }
}
