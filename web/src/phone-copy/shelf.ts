// Where the copies are kept on the phone. What was written survives a reload, a killed browser and an empty battery.

import { Database } from './database.ts';
import type { Copy, Piece, Place, Stored } from './copy.ts';
import { folderName } from './file-order.ts';
import type { FileAnswer, FileOrder } from './file-order.ts';

// Safari loses its database with larger blocks.
const largestBlock = 2_000_000;

export const isFull = (error: unknown): boolean =>
  (error instanceof Error || error instanceof DOMException) && error.name === 'QuotaExceededError';

/** The writing side of the private file system. */
class Files {
  private readonly worker = new Worker(new URL('./file-worker.ts', import.meta.url), { type: 'module' });
  private readonly waiting = new Map<number, (fault: string | undefined) => void>();
  private count = 0;

  constructor() {
    this.worker.onmessage = ({ data }: MessageEvent<FileAnswer>) => {
      this.waiting.get(data.id)?.(data.fault);
      this.waiting.delete(data.id);
    };
    this.worker.onerror = () => {
      for (const answer of this.waiting.values()) answer('WorkerError');
      this.waiting.clear();
    };
  }

  async order(name: string, bytes?: ArrayBuffer): Promise<void> {
    const id = ++this.count;
    const order: FileOrder = { id, name, ...(bytes ? { bytes } : {}) };
    const fault = await new Promise<string | undefined>((resolve) => {
      this.waiting.set(id, resolve);
      this.worker.postMessage(order, bytes ? [bytes] : []);
    });
    if (fault !== undefined) throw new DOMException(fault, fault);
  }
}

const folder = async (): Promise<FileSystemDirectoryHandle> => {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(folderName, { create: true });
};

export class Shelf {
  private readonly database: Database;
  private files: Files | undefined;
  /** The end of each piece in the database that is being written. */
  private readonly ends = new Map<string, number>();

  private constructor(database: Database) {
    this.database = database;
  }

  static async open(): Promise<Shelf> {
    return new Shelf(await Database.open());
  }

  copies(): Promise<Copy[]> {
    return this.database.copies();
  }

  async keep(copy: Copy): Promise<void> {
    await this.database.keep(copy);
  }

  /** Removes a copy with all its bytes. */
  async remove(copy: Copy): Promise<void> {
    for (const stored of [...copy.pieces, ...(copy.unneeded ?? [])]) await this.empty(stored);
    await this.database.forget(copy.id);
  }

  /** Begins a file and returns where it is. Throws if there is no place at all. */
  async begin(name: string): Promise<Place> {
    try {
      this.files ??= new Files();
      await this.files.order(name, new ArrayBuffer(0));
      return 'files';
    } catch (error) {
      if (isFull(error)) throw error;
      return 'database';
    }
  }

  async append(piece: Stored, bytes: ArrayBuffer): Promise<void> {
    if (piece.place === 'files') return this.files?.order(piece.name, bytes);
    for (let from = 0; from < bytes.byteLength; from += largestBlock) {
      const block = bytes.slice(from, from + largestBlock);
      const at = this.ends.get(piece.name) ?? 0;
      await this.database.addBlock(piece.name, at, block);
      this.ends.set(piece.name, at + block.byteLength);
    }
  }

  /** Nothing more is appended. */
  async close({ name, place }: Stored): Promise<void> {
    this.ends.delete(name);
    if (place === 'files') await this.files?.order(name);
  }

  /** How many bytes of a piece are there, which may be more than its index says after a kill. */
  async size({ name, place }: Stored): Promise<number> {
    if (place === 'files') return (await this.file(name))?.size ?? 0;
    const last = (await this.database.offsets(name)).pop();
    return last === undefined ? 0 : last + (await this.database.block(name, last)).byteLength;
  }

  /** Some of a piece's bytes, or all. */
  async read({ name, place, type }: Piece, from = 0, to = Infinity): Promise<Blob> {
    if (place === 'files') {
      const file = await this.file(name);
      return file?.slice(from, Math.min(to, file.size), type) ?? new Blob();
    }
    const offsets = await this.database.offsets(name);
    const parts: ArrayBuffer[] = [];
    for (const [number, at] of offsets.entries()) {
      if (at >= to || (offsets[number + 1] ?? Infinity) <= from) continue;
      const block = await this.database.block(name, at);
      parts.push(block.slice(Math.max(0, from - at), Math.min(block.byteLength, to - at)));
    }
    return new Blob(parts, { type });
  }

  /** Removes a file's bytes. */
  async empty({ name, place }: Stored): Promise<void> {
    if (place === 'database') return void (await this.database.removeBlocks(name));
    const all = await folder();
    await all.removeEntry(name).catch(() => undefined);
  }

  private async file(name: string): Promise<File | undefined> {
    try {
      return await (await (await folder()).getFileHandle(name)).getFile();
    } catch {
      return undefined;
    }
  }
}

/** Asks the browser not to remove the copies by itself, and returns how many bytes fit, if it says so. */
export async function freeSpace(): Promise<number | undefined> {
  try {
    const { storage } = navigator;
    await storage.persist();
    const { quota, usage = 0 } = await storage.estimate();
    return quota === undefined ? undefined : Math.max(0, quota - usage);
  } catch {
    return undefined;
  }
}
