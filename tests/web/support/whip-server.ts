// A WHIP and WHEP server with a real peer (werift). Every response can be scripted, for cases of RFC 9725 that a
// well-behaved server never shows.

import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MediaStreamTrack, RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import type { RtpPacket } from 'werift';

/** The requests received, in order. */
export interface Recorded {
  method: string;
  path: string;
  headers: Record<string, string | undefined>;
  body: string;
  at: number;
}

/** Responds instead of the server if it returns true. */
export type Script = (request: Recorded, response: ServerResponse) => boolean | undefined;

interface Session {
  peer: RTCPeerConnection;
  etag: string;
  generation: number;
}

const h264 = () =>
  new RTCRtpCodecParameters({
    mimeType: 'video/H264',
    clockRate: 90000,
    rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'goog-remb' }],
    parameters: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
  });
const vp8 = () =>
  new RTCRtpCodecParameters({
    mimeType: 'video/VP8',
    clockRate: 90000,
    rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }, { type: 'goog-remb' }],
  });
const opus = () => new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48000, channels: 2 });

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

const valueIn = (sdp: string, attribute: string): string | undefined =>
  new RegExp(`^a=${attribute}:(.*?)\\r?$`, 'm').exec(sdp)?.[1];

export class WhipServer implements AsyncDisposable {
  readonly requests: Recorded[] = [];
  readonly sessions = new Map<string, Session>();
  /** Number of video packets received. */
  packets = 0;
  /** The video codec of the last publisher. */
  codec = '';
  script: Script = () => false;
  #server = createServer((request, response) => void this.serve(request, response));
  #port = 0;
  #count = 0;
  readonly #viewers = new Set<MediaStreamTrack>();

  static async start(port = 0): Promise<WhipServer> {
    const server = new WhipServer();
    await server.listen(port);
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get whip(): string {
    return `${this.origin}/whip`;
  }

  get whep(): string {
    return `${this.origin}/whep`;
  }

  listen(port = this.#port): Promise<void> {
    return new Promise((resolve) => {
      this.#server.listen(port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  of(method: string): Recorded[] {
    return this.requests.filter((request) => request.method === method);
  }

  /** Like a killed process: all sessions are lost and nothing listens. */
  async kill(): Promise<void> {
    const { sessions } = this;
    const peers = [...sessions.values()].map(({ peer }) => peer);
    sessions.clear();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await Promise.all([closed, ...peers.map((peer) => peer.close())]);
  }

  async revive(): Promise<void> {
    this.#server = createServer((request, response) => void this.serve(request, response));
    await this.listen();
  }

  /** Media stops while HTTP continues, as if the server had lost the session. */
  async dropSessions(): Promise<void> {
    const peers = [...this.sessions.values()].map(({ peer }) => peer);
    this.sessions.clear();
    await Promise.all(peers.map((peer) => peer.close()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  /** Handles one request, for servers that mount this one under some of their paths. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const recorded: Recorded = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers as Record<string, string | undefined>,
      body: await bodyOf(request).catch(() => ''),
      at: Date.now(),
    };
    response.setHeader('Access-Control-Allow-Origin', '*');
    response.setHeader('Access-Control-Allow-Methods', 'POST, PATCH, DELETE');
    response.setHeader('Access-Control-Allow-Headers', 'authorization, content-type, if-match');
    response.setHeader('Access-Control-Expose-Headers', 'Location, ETag, Link, Retry-After');
    this.requests.push(recorded);
    if (this.script(recorded, response)) return;
    if (recorded.method === 'OPTIONS') return void response.writeHead(204).end();
    try {
      if (recorded.method === 'POST') await this.accept(recorded, response);
      else if (recorded.method === 'PATCH') await this.#patch(recorded, response);
      else if (recorded.method === 'DELETE') await this.#remove(recorded, response);
      else response.writeHead(405).end();
    } catch (error) {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    }
  }

  /** Answers an offer. `headers` override the response's headers; undefined removes one. */
  async accept(
    request: Recorded,
    response: ServerResponse,
    headers: Record<string, string | string[] | undefined> = {},
    change: (answer: string) => string = (answer) => answer,
  ): Promise<void> {
    const peer = new RTCPeerConnection({
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
      bundlePolicy: 'max-bundle',
      codecs: { audio: [opus()], video: [h264(), vp8()] },
    });
    const publishing = request.body.includes('a=sendonly');
    if (publishing) this.#receive(peer);
    await peer.setRemoteDescription({ type: 'offer', sdp: request.body });
    if (!publishing) this.#feed(peer);
    await peer.setLocalDescription(await peer.createAnswer());
    const answer = (peer.localDescription?.sdp ?? '').replace(
      /(profile-level-id=42e01f)/g,
      '$1;x-google-start-bitrate=1000',
    );
    const id = String(++this.#count);
    const etag = `"${id}-0"`;
    this.sessions.set(id, { peer, etag, generation: 0 });
    this.codec = /^a=rtpmap:\d+ (H264|VP8)/m.exec(answer)?.[1] ?? '';
    const all = {
      'Content-Type': 'application/sdp',
      Location: `${request.path.startsWith('/api/') ? request.path : '/session'}/${id}`,
      ETag: etag,
      ...headers,
    };
    for (const [name, value] of Object.entries(all)) if (value !== undefined) response.setHeader(name, value);
    response.writeHead(201).end(change(answer));
  }

  #receive(peer: RTCPeerConnection): void {
    peer.onTrack.subscribe((track) => {
      if (track.kind !== 'video') return;
      track.onReceiveRtp.subscribe((packet: RtpPacket) => {
        this.packets += 1;
        for (const viewer of this.#viewers) viewer.writeRtp(packet);
      });
      const receiver = peer.getTransceivers().find((each) => each.receiver.track === track)?.receiver;
      const timer = setInterval(() => {
        if (peer.connectionState === 'closed') clearInterval(timer);
        else if (track.ssrc !== undefined) void receiver?.sendRtcpPLI(track.ssrc).catch(() => undefined);
      }, 1000);
    });
  }

  #feed(peer: RTCPeerConnection): void {
    for (const transceiver of peer.getTransceivers()) {
      if (transceiver.kind !== 'video') continue;
      const track = new MediaStreamTrack({ kind: 'video' });
      transceiver.sender.replaceTrack(track).catch(() => undefined);
      transceiver.setDirection('sendonly');
      this.#viewers.add(track);
    }
  }

  #sessionOf(request: Recorded, response: ServerResponse): [string, Session] | undefined {
    const id = /\/(\w+)$/.exec(request.path)?.[1] ?? '';
    const session = this.sessions.get(id);
    if (session) return [id, session];
    response.writeHead(404).end();
    return undefined;
  }

  async #patch(request: Recorded, response: ServerResponse): Promise<void> {
    const [, session] = this.#sessionOf(request, response) ?? [];
    if (!session) return;
    const match = request.headers['if-match'];
    if (match === undefined) return void response.writeHead(428).end();
    if (match === '*') return this.#restart(request, response, session);
    if (match !== session.etag) return void response.writeHead(412).end();
    for (const [, candidate] of request.body.matchAll(/^a=(candidate:.*?)\r?$/gm))
      await session.peer.addIceCandidate({ candidate: candidate ?? '', sdpMid: '0', sdpMLineIndex: 0 });
    response.writeHead(204).end();
  }

  async #restart(request: Recorded, response: ServerResponse, session: Session): Promise<void> {
    const { peer } = session;
    const offer = (peer.remoteDescription?.sdp ?? '')
      .replace(/^a=candidate:.*\r?\n/gm, '')
      .replace(/^a=ice-ufrag:.*$/gm, `a=ice-ufrag:${valueIn(request.body, 'ice-ufrag')}`)
      .replace(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${valueIn(request.body, 'ice-pwd')}`);
    await peer.setRemoteDescription({ type: 'offer', sdp: offer });
    await peer.setLocalDescription(await peer.createAnswer());
    const answer = peer.localDescription?.sdp ?? '';
    session.etag = session.etag.replace(/-\d+/, `-${++session.generation}`);
    const lines = answer
      .split(/\r?\n/)
      .filter((line) => /^a=(ice-ufrag|ice-pwd|candidate|end-of)/.test(line));
    response.setHeader('ETag', session.etag);
    response.setHeader('Content-Type', 'application/trickle-ice-sdpfrag');
    response.writeHead(200).end([...new Set(lines)].join('\r\n') + '\r\n');
  }

  async #remove(request: Recorded, response: ServerResponse): Promise<void> {
    const [id, session] = this.#sessionOf(request, response) ?? [];
    if (id === undefined || !session) return;
    this.sessions.delete(id);
    response.writeHead(200).end();
    await session.peer.close();
  }
}
