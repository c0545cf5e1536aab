// A KV namespace in memory, as workerd's own KV binding speaks to one.

const entries = new Map();
const view = ({ value, metadata }) =>
  new Response(value, metadata ? { headers: { 'cf-kv-metadata': metadata } } : {});

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const key = decodeURIComponent(pathname.slice(1));
    if (key === 'bulk/get') {
      const { keys } = await request.json();
      return Response.json(Object.fromEntries(keys.map((each) => [each, entries.get(each)?.value ?? null])));
    }
    if (request.method === 'PUT') {
      entries.set(key, { value: await request.text(), metadata: request.headers.get('cf-kv-metadata') });
      return new Response();
    }
    if (request.method === 'DELETE') return new Response(entries.delete(key) ? '' : null);
    if (key !== '') return entries.has(key) ? view(entries.get(key)) : new Response(null, { status: 404 });
    const prefix = searchParams.get('prefix') ?? '';
    const keys = [...entries].filter(([name]) => name.startsWith(prefix)).sort();
    const listed = keys.map(([name, { metadata }]) => ({
      name,
      metadata: JSON.parse(metadata) ?? undefined,
    }));
    return Response.json({ keys: listed, list_complete: true });
  },
};
