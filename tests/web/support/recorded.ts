// Looks into the index of the copies on the phone.

import type { Page } from 'playwright-core';
import { eventually } from './publisher.ts';

export interface Indexed {
  startedAt: number;
  pieces: { name: string; startedAt: number; seconds: number; bytes: number }[];
  unneeded?: unknown[];
}

/** The copies on the phone. None before the page has made its database. */
export const indexed = (page: Page): Promise<Indexed[]> =>
  page.evaluate(async () => {
    const request = indexedDB.open('whip-mux.copies');
    const database = await new Promise<IDBDatabase | undefined>((resolve) => {
      request.onupgradeneeded = () => request.transaction?.abort();
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => resolve(undefined);
    });
    if (!database) return [];
    const all = database.transaction('copies').objectStore('copies').getAll();
    const found = await new Promise<Indexed[]>((resolve) => {
      all.onsuccess = () => resolve(all.result as Indexed[]);
    });
    database.close();
    return found;
  });

export const secondsIn = ({ pieces }: Indexed): number => pieces.reduce((sum, each) => sum + each.seconds, 0);

/** Waits until so many copies of so many seconds are on the phone. */
export const recorded = (page: Page, seconds: number, copies = 1): Promise<void> =>
  eventually(async () => {
    const long = (await indexed(page)).filter((copy) => secondsIn(copy) >= seconds);
    return long.length >= copies;
  });

/** How much is left of copies in the browser. */
export const left = (page: Page) =>
  page.evaluate(async () => {
    const files: string[] = [];
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('phone-copies', { create: true });
    for await (const name of (folder as unknown as { keys(): AsyncIterable<string> }).keys())
      files.push(name);
    return { files: files.length, mark: localStorage.getItem('whip-mux.copies') };
  });
