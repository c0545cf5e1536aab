// The upload addresses of phones' copies: a tus 1.0 server as strict as Cloudflare Stream's about offsets, chunk sizes
// and headers.

import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface Wanted {
  size: number;
  duration: number;
  startedAt: string;
  part: number;
  parts: number;
  type: string;
}

export interface Upload {
  id: string;
  wanted: Wanted;
  parts: Buffer[];
  offset: number;
  /** Bytes that came over the network, including those sent twice. */
  received: number;
  expired: boolean;
  state: 'uploading' | 'processing' | 'ready' | 'failed';
}

export interface TusRequest {
  method: string;
  upload: string;
  /** The request's Upload-Offset. */
  offset: number | undefined;
  /** Where the server stood then. */
  stood: number;
  status: number;
}

const unit = 256 * 1024;
const [smallest, largest] = [5 * 1024 * 1024, 200 * 1024 * 1024];

export class TusServer {
  readonly uploads: Upload[] = [];
  readonly requests: TusRequest[] = [];
  /** What becomes of complete uploads. `processing` lasts until it is changed. */
  outcome: 'processing' | 'ready' | 'failed' = 'ready';
  /** Statuses that answer the next chunks. */
  readonly refusals: number[] = [];
  /** Takes so many bytes of an upload and then no more, as if the network stood still. */
  stallsAt = Infinity;
  readonly #keys = new Map<string, Upload>();

  /** As the Worker answers a request for an address: one upload for one key. */
  mint(origin: string, key: string, wanted: Wanted): { status: number; body: unknown } {
    const known = this.#keys.get(key);
    const upload = known ?? this.#make(wanted);
    this.#keys.set(key, upload);
    const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
    const body = { url: `${origin}/tus/${upload.id}?tusv2=true`, videoUid: uidOf(upload), expiresAt };
    return { status: known ? 200 : 201, body };
  }

  stateOf(videoUid: string): { status: number; body?: unknown } {
    const upload = this.uploads.find((each) => uidOf(each) === videoUid);
    if (!upload) return { status: 404 };
    const { state } = upload;
    // The first look at a complete upload is too early.
    if (state === 'processing') upload.state = this.outcome;
    return { status: 200, body: { state, ...(state === 'failed' ? { reason: 'It holds no video.' } : {}) } };
  }

  bytesOf(upload: Upload): Buffer {
    return Buffer.concat(upload.parts);
  }

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = /\/tus\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    const upload = this.uploads.find((each) => each.id === id);
    const offset = request.headers['upload-offset'];
    const seen: TusRequest = {
      method: request.method ?? '',
      upload: id,
      offset: offset === undefined ? undefined : Number(offset),
      stood: upload?.offset ?? 0,
      status: 0,
    };
    this.requests.push(seen);
    response.setHeader('Tus-Resumable', '1.0.0');
    const answer = (status: number) => {
      seen.status = status;
      if (upload && status < 300) response.setHeader('Upload-Offset', upload.offset);
      response.writeHead(status).end();
    };
    if (request.headers['tus-resumable'] !== '1.0.0') return answer(412);
    if (!upload) return answer(404);
    if (upload.expired) return answer(410);
    if (request.method === 'HEAD') {
      response.setHeader('Upload-Length', upload.wanted.size);
      response.setHeader('Cache-Control', 'no-store');
      return answer(200);
    }
    if (request.method !== 'PATCH') return answer(405);
    if (request.headers['content-type'] !== 'application/offset+octet-stream') return answer(415);
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return answer(refusal);
    if (seen.offset !== upload.offset) return answer(409);
    const length = Number(request.headers['content-length']);
    const end = upload.offset + length;
    if (end > upload.wanted.size) return answer(413);
    const fits = length % unit === 0 && length >= smallest && length <= largest;
    if (!fits && end !== upload.wanted.size) return answer(400);
    if (!(await this.#take(request, upload))) return;
    if (upload.offset === upload.wanted.size) upload.state = 'processing';
    answer(204);
  }

  #make(wanted: Wanted): Upload {
    const id = randomBytes(8).toString('hex');
    const upload: Upload = {
      id,
      wanted,
      parts: [],
      offset: 0,
      received: 0,
      expired: false,
      state: 'uploading',
    };
    this.uploads.push(upload);
    return upload;
  }

  /** Returns false if the connection was lost; what came before stays. */
  async #take(request: IncomingMessage, upload: Upload): Promise<boolean> {
    try {
      for await (const part of request) {
        const taken = (part as Buffer).subarray(0, Math.max(0, this.stallsAt - upload.offset));
        upload.parts.push(taken);
        upload.offset += taken.length;
        upload.received += taken.length;
        if (taken.length < (part as Buffer).length) {
          await new Promise((resolve) => request.once('close', resolve));
          return false;
        }
      }
      return true;
    } catch {
      return false;
    }
  }
}

const uidOf = ({ id }: Upload): string => createHash('md5').update(id).digest('hex');
