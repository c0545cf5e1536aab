// One peer connection and its session at a WHIP or WHEP server, from the offer to the end.

import { iceFragment, refusedMedia, withIceOf, withoutExtension } from './sdp.ts';
import type { MediaKind } from './sdp.ts';
import { SessionResource } from './session-resource.ts';
import type { Endpoint, PatchOutcome } from './session-resource.ts';

/** The answer cannot be used: it is no session description, or refuses what was offered. */
export class UnusableAnswer extends Error {
  readonly refused: MediaKind[];

  constructor(refused: MediaKind[]) {
    super(refused.length > 0 ? `the server refused ${refused.join(' and ')}` : 'the answer is no SDP');
    this.refused = refused;
  }
}

/** The two sides did not reach each other. */
export class NoConnection extends Error {}

export interface NegotiationOptions {
  endpoint: Endpoint;
  /** `recvonly` of a server that is published to, `sendonly` of one that is watched. */
  far: 'recvonly' | 'sendonly';
  /** Servers known before, on top of those that the answer names. */
  iceServers?: RTCIceServer[];
  /** Puts all candidates into the offer, for servers that take none later. */
  completeOffer?: boolean;
}

// Safari on a phone turns the picture by this RTP extension, which recorders and RTMP know nothing about; without it
// the pixels themselves are turned.
const orientation = 'urn:3gpp:video-orientation';

const gatheringBudget = 1_000;
const trickleInterval = 60;
const trickleAgain = 1_000;

/** Resolves when the connection is up; false when it is lost, closed or not up within the time. */
function connected(peer: RTCPeerConnection, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const check = () => {
      const state = peer.connectionState;
      if (state === 'connected') finish(true);
      else if (state === 'failed' || state === 'closed') finish(false);
    };
    const finish = (up: boolean) => {
      clearTimeout(timer);
      peer.removeEventListener('connectionstatechange', check);
      resolve(up);
    };
    const timer = setTimeout(() => finish(peer.connectionState === 'connected'), milliseconds);
    peer.addEventListener('connectionstatechange', check);
    check();
  });
}

export class Negotiation {
  readonly peer: RTCPeerConnection;
  private readonly options: NegotiationOptions;
  private session: SessionResource | undefined;
  private answer = '';
  private closed = false;
  private candidates: string[] = [];
  private complete = false;
  private trickling: ReturnType<typeof setTimeout> | undefined;
  private generation = 0;

  constructor(options: NegotiationOptions) {
    this.options = options;
    this.peer = new RTCPeerConnection({
      bundlePolicy: 'max-bundle',
      rtcpMuxPolicy: 'require',
      iceServers: options.iceServers ?? [],
    });
    this.peer.addEventListener('icecandidate', ({ candidate }) => this.found(candidate));
  }

  /** Whether the server has taken candidates so far; where it has not, the next offer had better be complete. */
  get trickles(): boolean {
    return this.session?.trickles ?? true;
  }

  /** Throws HttpFailure, UnusableAnswer, NoConnection, or what fetch and the peer connection throw. */
  async open(milliseconds: number): Promise<void> {
    const until = Date.now() + milliseconds;
    const offer = await this.peer.createOffer();
    if (this.options.completeOffer) await this.gather(offer);
    const sent = withoutExtension(this.peer.localDescription?.sdp ?? offer.sdp ?? '', orientation);
    const opened = await SessionResource.open(this.options.endpoint, sent);
    this.session = opened.session;
    if (this.closed) return void this.session.remove();
    const { answer } = opened;
    if (!answer.startsWith('v=0')) throw new UnusableAnswer([]);
    const refused = refusedMedia(answer, [this.options.far]);
    if (refused.includes('video')) throw new UnusableAnswer(refused);

    if (!this.options.completeOffer) {
      const iceServers = [...(this.options.iceServers ?? []), ...opened.iceServers];
      if (opened.iceServers.length > 0)
        this.peer.setConfiguration({ ...this.peer.getConfiguration(), iceServers });
      await this.peer.setLocalDescription(offer);
    }
    await this.peer.setRemoteDescription({ type: 'answer', sdp: answer });
    this.answer = answer;
    this.trickleSoon();
    if (!(await connected(this.peer, Math.max(0, until - Date.now())))) throw new NoConnection();
  }

  /** Finds a new way to the same session; false where the server or the network does not let it. */
  async restart(milliseconds: number): Promise<boolean> {
    if (!this.session?.restarts || this.peer.signalingState !== 'stable') return false;
    const generation = ++this.generation;
    this.candidates = [];
    this.complete = false;
    try {
      const offer = await this.peer.createOffer({ iceRestart: true });
      await this.peer.setLocalDescription(offer);
      const outcome = await this.session.restart(iceFragment(offer.sdp ?? '', [], false));
      const sdp = outcome.kind === 'done' ? withIceOf(outcome.fragment ?? '', this.answer) : undefined;
      if (sdp === undefined || generation !== this.generation || this.closed) return false;
      const heardBefore = await this.answersHeard();
      await this.peer.setRemoteDescription({ type: 'answer', sdp });
      this.answer = sdp;
      this.trickleSoon();
      return await this.hearsMoreThan(heardBefore, milliseconds);
    } catch {
      return false;
    }
  }

  /** Ends both. With `leaving` the server is told although the page goes away. */
  close(leaving = false): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    clearTimeout(this.trickling);
    this.peer.close();
    // Closing one's own connection is no event.
    this.peer.dispatchEvent(new Event('connectionstatechange'));
    return this.session?.remove(leaving) ?? Promise.resolve();
  }

  // A connection that has stalled may still count as connected: only new answers to connectivity checks tell.
  private async answersHeard(): Promise<number> {
    let heard = 0;
    (await this.peer.getStats()).forEach((each: { type: string; responsesReceived?: number }) => {
      if (each.type === 'candidate-pair') heard += each.responsesReceived ?? 0;
    });
    return heard;
  }

  private async hearsMoreThan(heardBefore: number, milliseconds: number): Promise<boolean> {
    const until = Date.now() + milliseconds;
    while (!this.closed && Date.now() < until) {
      if ((await this.answersHeard()) > heardBefore) return true;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return false;
  }

  private async gather(offer: RTCSessionDescriptionInit): Promise<void> {
    const { peer } = this;
    await peer.setLocalDescription(offer);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, gatheringBudget);
      const check = () => {
        if (peer.iceGatheringState !== 'complete') return;
        clearTimeout(timer);
        resolve();
      };
      peer.addEventListener('icegatheringstatechange', check);
      check();
    });
  }

  private found(candidate: RTCIceCandidate | null): void {
    if (candidate && candidate.candidate !== '') this.candidates.push(candidate.candidate);
    else this.complete = true;
    this.trickleSoon();
  }

  // Candidates come in bursts: one request carries those of a moment, and the next waits for its answer.
  private trickleSoon(after = trickleInterval): void {
    const told = this.candidates.length === 0 && !this.complete;
    const possible = this.answer !== '' && !this.options.completeOffer && this.session?.trickles === true;
    if (told || !possible || this.closed || this.trickling !== undefined) return;
    this.trickling = setTimeout(() => {
      void this.trickle().then((wait) => {
        this.trickling = undefined;
        this.trickleSoon(wait);
      });
    }, after);
  }

  /** Gives the milliseconds to wait before the next. */
  private async trickle(): Promise<number> {
    const { session } = this;
    if (!session || this.peer.signalingState !== 'stable') return trickleInterval;
    const [candidates, complete, generation] = [this.candidates, this.complete, this.generation];
    this.candidates = [];
    this.complete = false;
    const local = this.peer.localDescription?.sdp ?? '';
    const outcome: PatchOutcome = await session.trickle(iceFragment(local, candidates, complete));
    if (outcome.kind !== 'failed' || generation !== this.generation) return trickleInterval;
    // Lost on the way: it goes with the next, which is still about the same ICE session.
    this.candidates = [...candidates, ...this.candidates];
    this.complete = this.complete || complete;
    return trickleAgain;
  }
}
