// The part of the Worker's API that takes copies from phones.

import { Api } from '../api.ts';
import type { Address, Copy, Piece } from './copy.ts';

export interface UploadState {
  state: 'uploading' | 'processing' | 'ready' | 'failed';
  reason?: string | null;
}

export class UploadApi extends Api {
  /** Asks where to send a piece. Asking again with the piece's key makes no second upload. */
  async address(copy: Copy, piece: Piece): Promise<Address> {
    const body = {
      size: piece.bytes,
      duration: Math.max(1, Math.ceil(piece.seconds)),
      startedAt: new Date(piece.startedAt).toISOString(),
      part: copy.pieces.indexOf(piece) + 1,
      parts: copy.pieces.length,
      type: piece.type,
    };
    const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': piece.key };
    const path = `/api/streams/${copy.stream}/uploads`;
    const { text } = await this.request('POST', path, headers, JSON.stringify(body));
    const { url, videoUid } = JSON.parse(text) as Address;
    return { url, videoUid };
  }

  async state(stream: string, videoUid: string): Promise<UploadState> {
    const path = `/api/streams/${stream}/uploads/${encodeURIComponent(videoUid)}`;
    return JSON.parse((await this.request('GET', path)).text) as UploadState;
  }
}
