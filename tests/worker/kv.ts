// Reads a KV namespace whole, for tests that say what must and what must not be in it.

/** As much of a namespace's own interface as tests use. */
export interface KVNamespace {
  get(key: string): Promise<string | null>;
  put(key: string, value: string, options?: { metadata?: unknown; expirationTtl?: number }): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix?: string; cursor?: string }): Promise<Page>;
}

interface Page {
  keys: { name: string; expiration?: number; metadata?: unknown }[];
  list_complete: boolean;
  cursor?: string;
}

export interface KvEntry {
  key: string;
  value: string;
  metadata: unknown;
  /** In seconds since 1970; undefined for never. */
  expiration: number | undefined;
}

export async function listKv(namespace: KVNamespace, prefix = ''): Promise<KvEntry[]> {
  const entries: KvEntry[] = [];
  let cursor: string | undefined;
  do {
    const page: Page = await namespace.list({ prefix, cursor });
    for (const { name, expiration, metadata } of page.keys) {
      entries.push({ key: name, value: (await namespace.get(name)) ?? '', metadata, expiration });
    }
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor);
  return entries;
}
