// Appends to files in the origin's private file system. Only a worker may open the handles that write in place; the
// other way, `createWritable`, keeps what is written in a second file, which a killed browser loses.

import { folderName } from './file-order.ts';
import type { FileAnswer, FileOrder } from './file-order.ts';

/** As in Safari before 16.4, the results may be promises. */
interface SyncHandle {
  getSize(): number | Promise<number>;
  write(bytes: ArrayBuffer, options: { at: number }): number;
  truncate(size: number): void | Promise<void>;
  flush(): void | Promise<void>;
  close(): void | Promise<void>;
}

const handles = new Map<string, SyncHandle>();

async function open(name: string): Promise<SyncHandle> {
  // eslint-disable-next-line compat/compat -- where it is missing, the page uses the database
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(folderName, { create: true });
  const file = (await folder.getFileHandle(name, { create: true })) as FileSystemFileHandle & {
    createSyncAccessHandle(): Promise<SyncHandle>;
  };
  return file.createSyncAccessHandle();
}

async function append(name: string, bytes: ArrayBuffer): Promise<void> {
  const handle = handles.get(name) ?? (await open(name));
  handles.set(name, handle);
  const at = await handle.getSize();
  try {
    if (handle.write(bytes, { at }) < bytes.byteLength) throw new DOMException('', 'QuotaExceededError');
    await handle.flush();
  } catch (error) {
    // Half a slice would only confuse a player.
    await handle.truncate(at);
    throw error;
  }
}

async function close(name: string): Promise<void> {
  await handles.get(name)?.close();
  handles.delete(name);
}

async function perform({ id, name, bytes }: FileOrder): Promise<FileAnswer> {
  try {
    await (bytes ? append(name, bytes) : close(name));
    return { id };
  } catch (error) {
    return { id, fault: error instanceof Error || error instanceof DOMException ? error.name : 'Error' };
  }
}

const answer = (message: FileAnswer): void =>
  (self as unknown as { postMessage(message: FileAnswer): void }).postMessage(message);

// One order at a time, in order.
let last: Promise<unknown> = Promise.resolve();
addEventListener('message', ({ data }: MessageEvent<FileOrder>) => {
  last = last.then(() => perform(data)).then(answer);
});
