// A peer connection and its session on a WHIP or WHEP server, from offer to close.

import type { Problem } from './http-failure.ts';
import { iceFragment, refusedMedia, withIceOf, withoutExtension } from './sdp.ts';
import type { MediaKind } from './sdp.ts';
import { SessionResource } from './session-resource.ts';
import type { Endpoint, PatchOutcome } from './session-resource.ts';

/** The answer is not SDP, or refuses media that was offered. */
export class UnusableAnswer extends Error {
  readonly refused: MediaKind[];

  constructor(refused: MediaKind[]) {
    super(refused.length > 0 ? `the server refused ${refused.join(' and ')}` : 'the answer is not SDP');
    this.refused = refused;
  }
}

/** No connection was established in time. */
export class NoConnection extends Error {}

export interface NegotiationOptions {
  endpoint: Endpoint;
  /** The server's direction: `recvonly` when publishing, `sendonly` when watching. */
  far: 'recvonly' | 'sendonly';
  /** Used in addition to the servers that the answer names. */
  iceServers?: RTCIceServer[];
  /** Puts all candidates into the offer, for servers without trickle ICE. */
  completeOffer?: boolean;
}

// Safari on iPhone signals rotation with this RTP extension, which recorders and RTMP ignore. Without the extension it
// rotates the frames themselves.
const orientation = 'urn:3gpp:video-orientation';

const gatheringBudget = 1_000;
const trickleInterval = 60;
const trickleAgain = 1_000;

/** Resolves to true once connected; to false if the connection fails, closes or takes too long. */
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

  /** Whether the server has accepted trickled candidates so far. If not, the next offer should be complete. */
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

  /** The session's address, once there is one. */
  get sessionUrl(): string | undefined {
    return this.session?.url;
  }

  /** Why the server refused to change the session, if it said so. */
  get refusal(): Problem | undefined {
    return this.session?.refusal;
  }

  /** Restarts ICE on the same session. Returns false if the server does not support it or nothing gets through. */
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

  /** Closes the connection and the session. With `leaving`, the DELETE request outlives the page. */
  close(leaving = false): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    clearTimeout(this.trickling);
    this.peer.close();
    // Closing a connection locally fires no event.
    this.peer.dispatchEvent(new Event('connectionstatechange'));
    return this.session?.remove(leaving) ?? Promise.resolve();
  }

  // A stalled connection may still report `connected`. Only new connectivity check responses prove that it works.
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

  // Candidates arrive in bursts: send each burst in one request, and one request at a time.
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

  /** Returns the milliseconds to wait before the next request. */
  private async trickle(): Promise<number> {
    const { session } = this;
    if (!session || this.peer.signalingState !== 'stable') return trickleInterval;
    const [candidates, complete, generation] = [this.candidates, this.complete, this.generation];
    this.candidates = [];
    this.complete = false;
    const local = this.peer.localDescription?.sdp ?? '';
    const outcome: PatchOutcome = await session.trickle(iceFragment(local, candidates, complete));
    if (outcome.kind !== 'failed' || generation !== this.generation) return trickleInterval;
    // The request failed: send these candidates with the next one, as the ICE session is still the same.
    this.candidates = [...candidates, ...this.candidates];
    this.complete = this.complete || complete;
    return trickleAgain;
  }
}
