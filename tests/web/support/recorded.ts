// Looks into the index of the copies on the phone.

import type { Page } from 'playwright-core';

/** Waits until so many seconds are on the phone. */
export const recorded = (page: Page, seconds: number, copies = 1) =>
  page.waitForFunction(
    async ({ least, count }) => {
      const request = indexedDB.open('whip-mux.copies');
      const database = await new Promise<IDBDatabase>((resolve) => {
        request.onsuccess = () => resolve(request.result);
      });
      const all = database.transaction('copies').objectStore('copies').getAll();
      const found = await new Promise<{ pieces: { seconds: number }[] }[]>((resolve) => {
        all.onsuccess = () => resolve(all.result);
      });
      database.close();
      const long = found.filter(({ pieces }) => pieces.reduce((sum, each) => sum + each.seconds, 0) >= least);
      return long.length >= count;
    },
    { least: seconds, count: copies },
    { timeout: 60_000, polling: 200 },
  );
