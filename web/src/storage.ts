// Storage for this tab or for later visits. Does nothing if the browser blocks storage.

export type Shelf = 'tab' | 'device';

const storageOf = (shelf: Shelf): Storage => (shelf === 'tab' ? sessionStorage : localStorage);

export function recall(shelf: Shelf, key: string): string | undefined {
  try {
    return storageOf(shelf).getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Passing undefined removes the value. */
export function keep(shelf: Shelf, key: string, value: string | undefined): void {
  try {
    if (value === undefined) storageOf(shelf).removeItem(key);
    else storageOf(shelf).setItem(key, value);
  } catch {
    // Nothing is kept; the page asks again next time.
  }
}
