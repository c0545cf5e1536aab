// The phone's IndexedDB: the index of the copies, and the bytes of pieces where the private file system cannot be used.
// A write is on disk when its promise resolves.

import type { Copy } from './copy.ts';

const name = 'whip-mux.copies';
const index = 'copies';
const blocks = 'blocks';

type Mode = 'readonly' | 'readwrite';

const done = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the database failed'));
  });

export class Database {
  private readonly database: IDBDatabase;

  private constructor(database: IDBDatabase) {
    this.database = database;
  }

  static async open(): Promise<Database> {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(index, { keyPath: 'id' });
      // Keyed by the piece's name and the offset in it.
      request.result.createObjectStore(blocks);
    };
    return new Database(await done(request));
  }

  copies(): Promise<Copy[]> {
    return this.use(index, 'readonly', (store) => done(store.getAll() as IDBRequest<Copy[]>));
  }

  keep(copy: Copy): Promise<unknown> {
    return this.use(index, 'readwrite', (store) => done(store.put(copy)));
  }

  forget(id: string): Promise<unknown> {
    return this.use(index, 'readwrite', (store) => done(store.delete(id)));
  }

  addBlock(piece: string, at: number, bytes: ArrayBuffer): Promise<unknown> {
    return this.use(blocks, 'readwrite', (store) => done(store.put(bytes, [piece, at])));
  }

  /** The offsets of a piece's blocks, in order. */
  async offsets(piece: string): Promise<number[]> {
    const keys = await this.use(blocks, 'readonly', (store) => done(store.getAllKeys(this.allOf(piece))));
    return keys.map((key) => (key as [string, number])[1]);
  }

  block(piece: string, at: number): Promise<ArrayBuffer> {
    return this.use(blocks, 'readonly', (store) => done(store.get([piece, at]) as IDBRequest<ArrayBuffer>));
  }

  removeBlocks(piece: string): Promise<unknown> {
    return this.use(blocks, 'readwrite', (store) => done(store.delete(this.allOf(piece))));
  }

  private allOf(piece: string): IDBKeyRange {
    return IDBKeyRange.bound([piece, 0], [piece, Infinity]);
  }

  private async use<Result>(
    name: string,
    mode: Mode,
    work: (store: IDBObjectStore) => Promise<Result>,
  ): Promise<Result> {
    // Browsers that do not know `durability` ignore it.
    const options = mode === 'readwrite' ? ({ durability: 'strict' } as const) : undefined;
    const transaction = this.database.transaction(name, mode, options);
    const finished = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('the database failed'));
    });
    const [result] = await Promise.all([work(transaction.objectStore(name)), finished]);
    return result;
  }
}
