// Publishes a camera to a WHIP server (RFC 9725) and keeps the broadcast going through network loss, server restarts,
// camera switches and the lock screen.

import { backoff } from '../webrtc/backoff.ts';
import { Emitter } from '../webrtc/emitter.ts';
import type { Endpoint } from '../webrtc/session-resource.ts';
import { beginPublishing, endPublishing, rememberVp8 } from './codecs.ts';
import type { CodecChoice } from './codecs.ts';
import { Fault, faultOf, passes } from './fault.ts';
import type { Health } from './health.ts';
import { Publication } from './publication.ts';

export type WhipState =
  'idle' | 'requesting-media' | 'connecting' | 'streaming' | 'reconnecting' | 'stopped' | 'error';

export interface WhipStatus {
  state: WhipState;
  /** When the broadcast began, in milliseconds since 1970. */
  liveSince: number | undefined;
  /** When the connection was lost, while `reconnecting`. */
  lostSince: number | undefined;
  /** The reason for `error`, or what is delaying `connecting` or `reconnecting`. */
  fault: Fault | undefined;
}

/** Source of video and audio: a Camera or anything with the same interface. */
export interface MediaSource {
  open(): Promise<MediaStream>;
  flip(): Promise<void>;
  mute(muted: boolean): void;
  on(event: 'tracks', listener: (stream: MediaStream) => void): () => void;
}

export interface WhipClientOptions extends Endpoint {
  media: MediaSource;
  codec?: CodecChoice;
  /** In bits per second; 2,500,000 by default. */
  maxVideoBitrate?: number;
  iceServers?: RTCIceServer[];
}

interface WhipEvents {
  status: WhipStatus;
  health: Health;
}

// Before the first frame gets through, users should wait at most this long for an error with advice.
const patience = 20_000;

export class WhipClient extends Emitter<WhipEvents> {
  private readonly options: WhipClientOptions;
  status: WhipStatus = { state: 'idle', liveSince: undefined, lostSince: undefined, fault: undefined };
  private publication: Publication | undefined;
  private codec: CodecChoice;
  private completeOffer = false;
  /** Where the next attempt posts to. */
  private address: string;
  /** The newest session, which may authorise another one when the token has expired. */
  private sessionUrl: string | undefined;
  /** Incremented to cancel whatever is running. */
  private run = 0;
  private tries = 0;
  private wake: (() => void) | undefined;
  private forget: (() => void)[] = [];

  constructor(options: WhipClientOptions) {
    super();
    this.options = options;
    this.codec = options.codec ?? 'h264';
    this.address = options.url;
  }

  getState(): WhipState {
    return this.status.state;
  }

  /** Resolves when first live or after a final failure; check the state. */
  start(): Promise<void> {
    const { state } = this.status;
    if (state !== 'idle' && state !== 'stopped' && state !== 'error') return Promise.resolve();
    this.listen();
    const settled = new Promise<void>((resolve) => {
      const forget = this.on('status', ({ state: now }) => {
        if (now !== 'streaming' && now !== 'stopped' && now !== 'error') return;
        forget();
        resolve();
      });
    });
    void this.publish(++this.run);
    return settled;
  }

  /** Ends the broadcast and tells the server. `fault` says why, if the user does not want it. */
  async stop(fault?: Fault): Promise<void> {
    await this.end('stopped', fault);
  }

  flip(): Promise<void> {
    return this.options.media.flip();
  }

  mute(muted: boolean): void {
    this.options.media.mute(muted);
  }

  private async publish(run: number): Promise<void> {
    this.address = this.options.url;
    this.sessionUrl = undefined;
    this.set({ state: 'requesting-media', liveSince: undefined, lostSince: undefined, fault: undefined });
    let stream: MediaStream;
    try {
      stream = await this.options.media.open();
    } catch (error) {
      return this.fail(run, faultOf(error));
    }
    if (run !== this.run) return;
    this.set({ state: 'connecting' });
    const giveUpAt = Date.now() + patience;
    this.tries = 0;
    while (run === this.run) {
      const fault = await this.attempt(run, stream);
      if (run !== this.run) return;
      const begun = this.status.liveSince !== undefined;
      if (begun && fault.code === 'stream-ended') return this.end('stopped', fault);
      if (begun && fault.code === 'not-allowed' && this.goesOn()) {
        this.lost(fault);
        continue;
      }
      if (!passes(fault) || (!begun && (fault.code === 'stream-busy' || Date.now() > giveUpAt)))
        return this.fail(run, fault);
      if (begun) this.lost(fault);
      else this.set({ fault });
      await this.pause(backoff(this.tries++, fault.retryAfter));
    }
  }

  /** Resolves with the reason when the attempt ends. */
  private async attempt(run: number, stream: MediaStream): Promise<Fault> {
    const publication = new Publication({
      endpoint: { url: this.address, token: this.options.token },
      codec: this.codec,
      maxVideoBitrate: this.options.maxVideoBitrate ?? 2_500_000,
      completeOffer: this.completeOffer,
      ...(this.options.iceServers ? { iceServers: this.options.iceServers } : {}),
      onHealth: (health) => run === this.run && this.emit('health', health),
    });
    this.publication = publication;
    beginPublishing(this.codec);
    try {
      await publication.open(stream);
      this.sessionUrl = publication.sessionUrl;
      if (this.address !== this.options.url) this.address = this.sessionUrl ?? this.address;
      // The user may have switched cameras in the meantime.
      await publication.replaceTracks(stream);
      for (;;) {
        if (run !== this.run) return new Fault('connection-lost');
        this.set({
          state: 'streaming',
          liveSince: this.status.liveSince ?? Date.now(),
          lostSince: undefined,
          fault: undefined,
        });
        this.tries = 0;
        const fault = await publication.watch();
        if (run !== this.run) return fault;
        if (fault.code === 'no-picture') this.useVp8();
        this.lost(fault);
        if (fault.code !== 'connection-lost') return fault;
        const restarted = await publication.restart();
        if (publication.ended) return new Fault('stream-ended');
        if (!restarted) return fault;
      }
    } catch (error) {
      // If the server takes no trickled candidates and was not reached, send them all in the next offer.
      const fault = faultOf(error);
      if (fault.code === 'no-connection') this.completeOffer = !publication.trickles;
      return fault;
    } finally {
      void publication.close();
    }
  }

  /** A token that expires in mid-broadcast ends nothing: the session itself authorises the next one. */
  private goesOn(): boolean {
    if (this.sessionUrl === undefined || this.address === this.sessionUrl) return false;
    this.address = this.sessionUrl;
    return true;
  }

  private lost(fault: Fault): void {
    this.set({ state: 'reconnecting', lostSince: this.status.lostSince ?? Date.now(), fault });
  }

  private useVp8(): void {
    this.codec = 'vp8';
    rememberVp8();
  }

  /** Waits for the given time or until the network is back. */
  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private fail(run: number, fault: Fault): Promise<void> {
    return run === this.run ? this.end('error', fault) : Promise.resolve();
  }

  private async end(state: 'stopped' | 'error', fault: Fault | undefined, leaving = false): Promise<void> {
    if (this.status.state === 'stopped' || this.status.state === 'error') return;
    ++this.run;
    this.wake?.();
    for (const forget of this.forget.splice(0)) forget();
    endPublishing();
    const closed = this.publication?.close(leaving);
    this.publication = undefined;
    this.set({ state, fault });
    await closed;
  }

  private listen(): void {
    const listen = (event: string, listener: (event: Event) => void) => {
      addEventListener(event, listener);
      this.forget.push(() => removeEventListener(event, listener));
    };
    listen('online', () => this.wake?.());
    listen('pagehide', () => void this.end('stopped', undefined, true));
    this.forget.push(
      this.options.media.on('tracks', (stream) => void this.publication?.replaceTracks(stream)),
    );
  }

  private set(change: Partial<WhipStatus>): void {
    this.status = { ...this.status, ...change };
    this.emit('status', this.status);
  }
}
