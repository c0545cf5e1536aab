// What the phone knows about a copy: the recording of one broadcast, made by the phone itself, in one or more pieces.

/** Why the phone stopped recording although the broadcast went on. */
export type GaveUp = 'unsupported' | 'no-storage' | 'full' | 'slow-storage' | 'encoder' | 'busy';

/** Where a piece's bytes are: in the origin's private file system or, where that cannot be used, in IndexedDB. */
export type Place = 'files' | 'database';

/** Where a piece goes at Cloudflare, as the server says. */
export interface Address {
  url: string;
  videoUid: string;
}

/** Where a file of a copy is. */
export interface Stored {
  name: string;
  place: Place;
}

/** One file that plays by itself. */
export interface Piece extends Stored {
  /** The media type, without codecs. */
  type: string;
  /** In milliseconds since 1970. */
  startedAt: number;
  seconds: number;
  bytes: number;
  /** The Idempotency-Key of the request for its address. */
  key: string;
  address?: Address;
  /** All of it has arrived there. */
  sent?: boolean;
  /** Cloudflare has it and plays it, so it is no longer on the phone. */
  safe?: boolean;
}

export interface Copy {
  id: string;
  /** The id of the stream. */
  stream: string;
  /** In milliseconds since 1970. */
  startedAt: number;
  pieces: Piece[];
  gaveUp?: GaveUp;
  /** The pieces that fit have been joined, or are uploaded as they are. Nothing is uploaded before. */
  settled?: true;
  /** Files that are no pieces: an unfinished joined file, or the files that it replaced. */
  unneeded?: Stored[];
}

export const secondsIn = (copy: Copy): number => copy.pieces.reduce((sum, { seconds }) => sum + seconds, 0);
export const bytesIn = (copy: Copy): number => copy.pieces.reduce((sum, { bytes }) => sum + bytes, 0);
