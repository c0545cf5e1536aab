// Reads a file from an address as the providers do: HEAD for its size, then ranges.

const pieceBytes = 16 * 1024 * 1024;
const timeoutMs = 30_000;

/** Fails unless the server answers HEAD with a size, and GET with ranges. */
export async function readSource(address: string): Promise<Buffer> {
  const ask = (method: string, headers = {}): Promise<Response> =>
    fetch(address, { method, headers, signal: AbortSignal.timeout(timeoutMs) });
  const head = await ask('HEAD');
  const size = Number(head.headers.get('content-length') ?? Number.NaN);
  if (!head.ok || !(size > 0)) throw new Error(`HEAD was answered ${head.status} and the size ${size}`);
  const pieces: Buffer[] = [];
  for (let from = 0; from < size; from += pieceBytes) {
    const to = Math.min(from + pieceBytes, size) - 1;
    const piece = await ask('GET', { range: `bytes=${from}-${to}` });
    if (piece.status !== 206) throw new Error(`a range was answered ${piece.status}`);
    pieces.push(Buffer.from(await piece.arrayBuffer()));
  }
  return Buffer.concat(pieces);
}
