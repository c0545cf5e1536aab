// Watches a broadcast over WHEP and stops at the first sign that nothing arrives anymore. Does not retry: the player
// decides what to try next.

import { Emitter } from '../webrtc/emitter.ts';
import { Negotiation } from '../webrtc/negotiation.ts';
import type { Endpoint } from '../webrtc/session-resource.ts';
import { eachStat } from '../webrtc/stats.ts';

export type WhepState = 'idle' | 'connecting' | 'playing' | 'ended';

interface WhepEvents {
  state: WhepState;
}

const connecting = 6_000;
const interval = 500;
const frozen = 5_000;

export class WhepClient extends Emitter<WhepEvents> {
  readonly stream = new MediaStream();
  private readonly negotiation: Negotiation;
  private state: WhepState = 'idle';
  private watching: ReturnType<typeof setInterval> | undefined;
  private readonly onPageHide = () => void this.end(true);

  constructor(endpoint: Endpoint) {
    super();
    this.negotiation = new Negotiation({ endpoint, far: 'sendonly' });
  }

  getState(): WhepState {
    return this.state;
  }

  /** Resolves when connected. Throws what Negotiation throws. */
  async start(): Promise<void> {
    if (this.state !== 'idle') return;
    this.set('connecting');
    addEventListener('pagehide', this.onPageHide);
    const { peer } = this.negotiation;
    peer.ontrack = ({ track }) => this.stream.addTrack(track);
    peer.addTransceiver('video', { direction: 'recvonly' });
    peer.addTransceiver('audio', { direction: 'recvonly' });
    try {
      await this.negotiation.open(connecting);
    } catch (error) {
      await this.end();
      throw error;
    }
    if (this.getState() !== 'connecting') return;
    this.set('playing');
    this.watch();
  }

  stop(): Promise<void> {
    return this.end();
  }

  private watch(): void {
    const { peer } = this.negotiation;
    peer.onconnectionstatechange = () => {
      if (peer.connectionState !== 'connected' && peer.connectionState !== 'connecting') void this.end();
    };
    let decoded = -1;
    let movedAt = Date.now();
    this.watching = setInterval(() => {
      void peer.getStats().then((stats) => {
        const now = Date.now();
        eachStat(stats, (each) => {
          if (each.type !== 'inbound-rtp' || each.kind !== 'video') return;
          if (each.framesDecoded !== decoded) movedAt = now;
          decoded = each.framesDecoded ?? decoded;
        });
        // Pages in the background decode nothing; that is not the server's fault.
        if (document.visibilityState !== 'visible') movedAt = now;
        if (now - movedAt > frozen) void this.end();
      });
    }, interval);
  }

  private async end(leaving = false): Promise<void> {
    if (this.state === 'ended') return;
    clearInterval(this.watching);
    removeEventListener('pagehide', this.onPageHide);
    this.set('ended');
    await this.negotiation.close(leaving);
  }

  private set(state: WhepState): void {
    this.state = state;
    this.emit('state', state);
  }
}
