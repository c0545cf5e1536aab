// Reads a whole KV namespace, for tests about what must and must not be in it.

/** The part of a namespace's interface that tests use. */
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
  /** Seconds since 1970; undefined if it never expires. */
  expiration: number | undefined;
}

export async function listKv(namespace: KVNamespace, prefix = ''): Promise<KvEntry[]> {
  const entries: KvEntry[] = [];
  let cursor: string | undefined;
  do {
    const page: Page = await namespace.list({ prefix, cursor });
    for (const { name, expiration, metadata } of page.keys) {
      // Miniflare answers null once while another put replaces the value.
      const value = (await namespace.get(name)) ?? (await namespace.get(name));
      if (value !== null) entries.push({ key: name, value, metadata, expiration });
    }
    cursor = page.list_complete ? undefined : page.cursor;
  } while (cursor);
  return entries;
}
