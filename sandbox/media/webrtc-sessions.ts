// WHIP and WHEP over HTTP: a session's answer, trickled candidates, ICE restarts and its end (RFC 9725; Cloudflare
// names draft-ietf-wish-whip-06). Providers document no status but 201.

import { Refusal } from '../shared/http.ts';
import type { Answer, Call } from '../shared/http.ts';
import type { WebRtcPeer } from './webrtc-peer.ts';

/** Pages from any origin may publish and watch. Location is known to be readable; the rest is assumed. */
const crossOrigin = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'Location, ETag, Link',
};

const maxOfferBytes = 65_536;

/** The answer to a preflight. */
export const preflight: Answer = {
  status: 204,
  headers: {
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'POST, PATCH, DELETE, OPTIONS',
    'access-control-allow-headers': '*, authorization',
    'access-control-max-age': '600',
  },
};

export function refuseSession(status: number, reason: string): never {
  throw new Refusal({ status, headers: crossOrigin, body: reason });
}

/** Returns the offer in the body, or refuses the call. */
export function offerIn({ headers, body }: Call): string {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  if (type.trim().toLowerCase() !== 'application/sdp') return refuseSession(415, 'Expecting application/sdp');
  if (Buffer.byteLength(body) > maxOfferBytes || !body.startsWith('v=0') || !/^m=(audio|video) /m.test(body))
    return refuseSession(400, 'Unable to parse SDP');
  return body;
}

/** Calls `answer`; its exceptions are problems with the offer. */
export async function answered<T>(peer: WebRtcPeer, answer: () => Promise<T>): Promise<T> {
  try {
    return await answer();
  } catch {
    peer.close();
    return refuseSession(400, 'Unable to parse SDP');
  }
}

export class WebRtcSessions {
  #peers = new Map<string, WebRtcPeer>();

  /** `path` is the base path of these sessions. */
  open(peer: WebRtcPeer, answer: string, path: string, headers: Record<string, string> = {}): Answer {
    this.#peers.set(peer.id, peer);
    void peer.closed.then(() => this.#peers.delete(peer.id));
    return {
      status: 201,
      headers: {
        ...crossOrigin,
        'content-type': 'application/sdp',
        location: `${path}/${peer.id}`,
        etag: peer.etag,
        ...headers,
      },
      body: answer,
    };
  }

  #peerOf({ params }: Call): WebRtcPeer {
    return this.#peers.get(params.session ?? '') ?? refuseSession(404, 'The session does not exist.');
  }

  async patch(call: Call): Promise<Answer> {
    const peer = this.#peerOf(call);
    const [type = ''] = (call.headers['content-type'] ?? '').split(';');
    if (type.trim() !== 'application/trickle-ice-sdpfrag')
      return refuseSession(415, 'Expecting application/trickle-ice-sdpfrag');
    const match = call.headers['if-match'];
    if (match !== undefined && match !== '*' && match !== peer.etag)
      return refuseSession(412, 'The session was restarted in the meantime.');
    const credentials = peer.newCredentials(call.body);
    if (!credentials) {
      await peer.addCandidates(call.body);
      return { status: 204, headers: crossOrigin };
    }
    const body = await peer.restart(credentials, call.body);
    const headers = { ...crossOrigin, 'content-type': 'application/trickle-ice-sdpfrag', etag: peer.etag };
    return { status: 200, headers, body };
  }

  remove(call: Call): Answer {
    this.#peerOf(call).close();
    return { status: 200, headers: crossOrigin };
  }

  closeAll(): void {
    for (const peer of this.#peers.values()) peer.close();
  }
}
