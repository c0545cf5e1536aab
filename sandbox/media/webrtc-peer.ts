// One end of a WebRTC session with werift: the parts that WHIP and WHEP share. On 127.0.0.1 only. To keep Chromium's
// bitrate up, it uses REMB and a start bitrate, without transport-wide congestion control.

import { randomUUID } from 'node:crypto';
import { RTCPeerConnection, RTCRtpCodecParameters, RTCRtpHeaderExtensionParameters } from 'werift';

const feedback = [
  { type: 'nack' },
  { type: 'nack', parameter: 'pli' },
  { type: 'ccm', parameter: 'fir' },
  { type: 'goog-remb' },
];
const constrainedBaseline = 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f';

function video(mimeType: string, parameters?: string): RTCRtpCodecParameters {
  return new RTCRtpCodecParameters({ mimeType, clockRate: 90000, rtcpFeedback: feedback, parameters });
}

export type VideoCodec = 'H264' | 'VP8' | 'VP9';

const videoCodecs: Record<VideoCodec, () => RTCRtpCodecParameters> = {
  H264: () => video('video/H264', constrainedBaseline),
  VP8: () => video('video/VP8'),
  VP9: () => video('video/VP9', 'profile-id=0'),
};

const opus = (): RTCRtpCodecParameters =>
  new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48000, channels: 2 });

const extension = (uri: string): RTCRtpHeaderExtensionParameters =>
  new RTCRtpHeaderExtensionParameters({ uri });
const mid = 'urn:ietf:params:rtp-hdrext:sdes:mid';
const sendTime = 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time';

/** How long a connection may take. */
const connectMs = 30_000;
const startKilobits = 2000;

const lineOf = (sdp: string, attribute: string): string | undefined =>
  new RegExp(`^a=${attribute}:(.*?)\\r?$`, 'm').exec(sdp)?.[1];

/** Keeps only supported H.264 formats in an offer; werift looks only at the name. */
export function withoutOtherProfiles(offer: string): string {
  const lines = offer.split(/\r?\n/);
  const named = lines.flatMap((line) => /^a=rtpmap:(\d+) H264\//i.exec(line)?.[1] ?? []);
  const fits = (type: string): boolean => {
    const format = lines.find((line) => line.startsWith(`a=fmtp:${type} `))?.toLowerCase() ?? '';
    return format.includes('profile-level-id=42e0') && format.includes('packetization-mode=1');
  };
  const unfit = named.filter((type) => !fits(type));
  const attribute = /^a=(?:rtpmap|fmtp|rtcp-fb):(\d+)/;
  return lines
    .filter((line) => !unfit.includes(attribute.exec(line)?.[1] ?? ''))
    .map((line) => {
      if (!line.startsWith('m=video')) return line;
      const [kind, port, protocol, ...types] = line.split(' ');
      return [kind, port, protocol, ...types.filter((type) => !unfit.includes(type))].join(' ');
    })
    .join('\r\n');
}

export class WebRtcPeer {
  readonly id: string = randomUUID();
  readonly connection: RTCPeerConnection;
  /** The answered offer. */
  #offer = '';
  #generation = 0;
  #isClosed = false;
  #connected = Promise.withResolvers<void>();
  #closed = Promise.withResolvers<void>();
  readonly connected: Promise<void> = this.#connected.promise;
  /** Resolves when the session is over, for any reason. */
  readonly closed: Promise<void> = this.#closed.promise;

  constructor(codecs: VideoCodec[]) {
    this.connection = new RTCPeerConnection({
      iceServers: [],
      iceUseIpv6: false,
      iceAdditionalHostAddresses: ['127.0.0.1'],
      bundlePolicy: 'max-bundle',
      codecs: { audio: [opus()], video: codecs.map((codec) => videoCodecs[codec]()) },
      headerExtensions: { audio: [extension(mid)], video: [extension(mid), extension(sendTime)] },
    });
    const timer = setTimeout(() => this.close(), connectMs);
    this.connection.connectionStateChange.subscribe((state) => {
      if (state === 'connected') {
        clearTimeout(timer);
        this.#connected.resolve();
      }
      if (state === 'failed' || state === 'closed') this.close();
    });
    void this.closed.then(() => clearTimeout(timer));
  }

  get etag(): string {
    return `"${this.id}-${this.#generation}"`;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Throws if the offer is invalid. `prepare` sees the transceivers before the answer is created. */
  async answer(offer: string, prepare?: () => void): Promise<string> {
    this.#offer = withoutOtherProfiles(offer);
    await this.connection.setRemoteDescription({ type: 'offer', sdp: this.#offer });
    prepare?.();
    return this.#localAnswer();
  }

  async #localAnswer(): Promise<string> {
    await this.connection.setLocalDescription(await this.connection.createAnswer());
    const answer = this.connection.localDescription?.sdp ?? '';
    return answer.replace(/(profile-level-id=42e01f)/g, `$1;x-google-start-bitrate=${startKilobits}`);
  }

  /** Adds trickled candidates (RFC 8840). */
  async addCandidates(fragment: string): Promise<void> {
    for (const [, candidate = ''] of fragment.matchAll(/^a=(candidate:.*?)\r?$/gm))
      await this.connection.addIceCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
  }

  /** The credentials of a new ICE generation; null if the fragment has only candidates. */
  newCredentials(fragment: string): { ufrag: string; password: string } | null {
    const [ufrag, password] = [lineOf(fragment, 'ice-ufrag'), lineOf(fragment, 'ice-pwd')];
    if (!ufrag || !password || ufrag === lineOf(this.#offer, 'ice-ufrag')) return null;
    return { ufrag, password };
  }

  /** Starts a new ICE generation and returns our side of it as a fragment. */
  async restart({ ufrag, password }: { ufrag: string; password: string }, fragment: string): Promise<string> {
    this.#offer = this.#offer
      .replace(/^a=candidate:.*\r?\n/gm, '')
      .replace(/^a=ice-ufrag:.*$/gm, `a=ice-ufrag:${ufrag}`)
      .replace(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${password}`);
    await this.connection.setRemoteDescription({ type: 'offer', sdp: this.#offer });
    const answer = await this.#localAnswer();
    await this.addCandidates(fragment);
    this.#generation += 1;
    const lines = answer
      .split(/\r?\n/)
      .filter((line) => /^a=(ice-ufrag|ice-pwd|candidate|end-of-candidates)/.test(line));
    return [...new Set(lines)].join('\r\n') + '\r\n';
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#closed.resolve();
    void this.connection.close();
  }
}
