// Uploads a copy, piece by piece, and removes each piece from the phone once Cloudflare says that it plays.

import { newKey, problemOf, statusOf } from '../api.ts';
import { backoff } from '../webrtc/backoff.ts';
import type { HttpFailure } from '../webrtc/http-failure.ts';
import { bytesIn } from './copy.ts';
import type { Address, Copy, Piece } from './copy.ts';
import type { Shelf } from './shelf.ts';
import { chunkSize, offsetAt, sendChunk, UploadFailure } from './tus.ts';
import type { UploadApi } from './upload-api.ts';

/** Why a copy cannot be uploaded without the user. */
export type Refused = 'not-allowed' | 'deleted' | 'refused' | 'unusable';

export class Refusal extends Error {
  readonly code: Refused;
  /** What the server says about it, in English. */
  readonly detail: string | undefined;

  constructor(code: Refused, detail?: string) {
    super(code);
    this.code = code;
    this.detail = detail;
  }
}

export interface Progress {
  /** Of the whole copy, from 0 to 1. */
  part: number;
  /** Undefined until it can be told. */
  secondsLeft: number | undefined;
  /** Everything has arrived. */
  sent: boolean;
}

// An address that takes nothing is not the phone's fault, but must not be asked for again for ever.
const mostAddresses = 4;
const [firstLook, longestPause] = [2_000, 30_000];

const isGone = (error: unknown): boolean =>
  error instanceof UploadFailure && [401, 403, 404, 410].includes(error.status);

export class Uploader {
  private readonly shelf: Shelf;
  private readonly api: UploadApi;
  private readonly copy: Copy;
  private readonly signal: AbortSignal;
  private readonly tell: (progress: Progress) => void;
  private begun: { at: number; sent: number } | undefined;
  private tries = 0;

  constructor(
    shelf: Shelf,
    api: UploadApi,
    copy: Copy,
    signal: AbortSignal,
    tell: (progress: Progress) => void,
  ) {
    this.shelf = shelf;
    this.api = api;
    this.copy = copy;
    this.signal = signal;
    this.tell = tell;
  }

  /** Resolves to whether the copy is safe: false if it was aborted. Throws a Refusal. */
  async run(): Promise<boolean> {
    const { pieces } = this.copy;
    for (const piece of pieces)
      if (!piece.safe && !piece.sent) await this.persistently(() => this.send(piece));
    for (const piece of pieces) if (!piece.safe) await this.persistently(() => this.await(piece));
    if (this.signal.aborted) return false;
    await this.shelf.remove(this.copy);
    return true;
  }

  /** Repeats what fails only for now, until it is aborted. */
  private async persistently(work: () => Promise<void>): Promise<void> {
    this.tries = 0;
    while (!this.signal.aborted) {
      try {
        return await work();
      } catch (error) {
        if (this.signal.aborted) return;
        await this.pause(backoff(this.tries++, this.patienceFor(error)));
      }
    }
  }

  /** How many seconds the server wants to be left alone. Throws what does not pass by itself. */
  private patienceFor(error: unknown): number | undefined {
    if (error instanceof Refusal) throw error;
    if (error instanceof UploadFailure) {
      const { status, retryAfter } = error;
      const passes = [0, 408, 409, 423, 425, 429].includes(status) || status >= 500;
      if (!passes) throw new Refusal('refused');
      return Number(retryAfter) || undefined;
    }
    const status = statusOf(error);
    if (status === undefined) return undefined;
    const { problem, retryAfter } = error as HttpFailure;
    if (problemOf(error) === 'recording-deleted') throw new Refusal('deleted');
    if (status === 401 || status === 403) throw new Refusal('not-allowed');
    if (status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status))
      throw new Refusal('refused', problem?.detail);
    return retryAfter;
  }

  private async send(piece: Piece): Promise<void> {
    for (let left = mostAddresses; left > 0; --left) {
      const address = await this.addressOf(piece);
      try {
        await this.sendTo(address, piece);
        if (this.signal.aborted) return;
        piece.sent = true;
        return await this.shelf.keep(this.copy);
      } catch (error) {
        if (!isGone(error)) throw error;
        // It has expired, so everything is sent again to another one. An address may also end with the upload.
        piece.sent = await this.hasArrived(address);
        if (!piece.sent) this.renew(piece);
        await this.shelf.keep(this.copy);
        if (piece.sent) return;
      }
    }
    throw new Refusal('refused');
  }

  private async hasArrived({ videoUid }: Address): Promise<boolean> {
    try {
      const { state } = await this.api.state(this.copy.stream, videoUid);
      return state === 'processing' || state === 'ready';
    } catch (error) {
      if (statusOf(error) === 404) return false;
      throw error;
    }
  }

  /** The next attempt is another upload. */
  private renew(piece: Piece): void {
    delete piece.address;
    piece.sent = false;
    piece.key = newKey();
  }

  private async addressOf(piece: Piece): Promise<Address> {
    if (piece.address) return piece.address;
    piece.address = await this.api.address(this.copy, piece);
    await this.shelf.keep(this.copy);
    return piece.address;
  }

  private async sendTo({ url }: Address, piece: Piece): Promise<void> {
    const { signal } = this;
    let offset = await offsetAt(url, signal);
    this.report(piece, offset);
    while (offset < piece.bytes && !signal.aborted) {
      const body = await this.shelf.read(piece, offset, Math.min(offset + chunkSize, piece.bytes));
      const from = offset;
      offset = await sendChunk(url, {
        body,
        offset,
        signal,
        onsent: (bytes) => this.report(piece, from + bytes),
      });
      if (offset > from) this.tries = 0;
      this.report(piece, offset);
    }
  }

  private report(piece: Piece, sent: number): void {
    const { pieces } = this.copy;
    const before = pieces.slice(0, pieces.indexOf(piece)).reduce((sum, { bytes }) => sum + bytes, 0);
    const [all, total] = [before + sent, bytesIn(this.copy)];
    this.begun ??= { at: Date.now(), sent: all };
    const seconds = (Date.now() - this.begun.at) / 1000;
    const speed = (all - this.begun.sent) / seconds;
    const known = seconds > 2 && speed > 0;
    this.tell({
      part: total === 0 ? 1 : all / total,
      secondsLeft: known ? (total - all) / speed : undefined,
      // The server has to say so first.
      sent: false,
    });
  }

  private async await(piece: Piece): Promise<void> {
    this.tell({ part: 1, secondsLeft: undefined, sent: true });
    for (let pause = firstLook; !this.signal.aborted; pause = Math.min(longestPause, pause * 1.5)) {
      const { state, reason } = await this.api.state(this.copy.stream, piece.address?.videoUid ?? '');
      this.tries = 0;
      if (state === 'ready') {
        piece.safe = true;
        await this.shelf.keep(this.copy);
        return this.shelf.empty(piece);
      }
      if (state === 'failed') {
        this.renew(piece);
        await this.shelf.keep(this.copy);
        throw new Refusal('unusable', reason ?? undefined);
      }
      await this.pause(pause);
    }
  }

  /** Waits for the given time, or until the network is back or the upload is aborted. */
  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        removeEventListener('online', go);
        this.signal.removeEventListener('abort', go);
        resolve();
      };
      const timer = setTimeout(go, milliseconds);
      addEventListener('online', go);
      this.signal.addEventListener('abort', go);
    });
  }
}
