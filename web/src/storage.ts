// What a browser keeps for a page: for this tab, or for later visits. One that keeps nothing is no reason to stop.

export type Shelf = 'tab' | 'device';

const storageOf = (shelf: Shelf): Storage => (shelf === 'tab' ? sessionStorage : localStorage);

export function recall(shelf: Shelf, key: string): string | undefined {
  try {
    return storageOf(shelf).getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Undefined takes away what was kept. */
export function keep(shelf: Shelf, key: string, value: string | undefined): void {
  try {
    if (value === undefined) storageOf(shelf).removeItem(key);
    else storageOf(shelf).setItem(key, value);
  } catch {
    // It is asked for anew the next time.
  }
}
