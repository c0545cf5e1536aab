// Sends bytes to an upload address by the resumable upload protocol (tus 1.0), one chunk after the other. The server
// knows how much it has, so an upload goes on after a closed page or a lost network.

// Cloudflare takes multiples of 256 KiB from 5 MiB on. Small chunks lose little when the network does.
export const chunkSize = 5 * 1024 * 1024;

// Nothing has got through for so long.
const patience = 30_000;

/** The server's answer to a chunk or a question. 0 if there was none. */
export class UploadFailure extends Error {
  readonly status: number;
  readonly retryAfter: string | null;

  constructor(status: number, retryAfter: string | null = null) {
    super(`the upload address answered ${status}`);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export interface Chunk {
  body: Blob;
  offset: number;
  signal: AbortSignal;
  /** How many bytes of the chunk have been sent. */
  onsent(bytes: number): void;
}

interface Question {
  method: 'HEAD' | 'PATCH';
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal;
  body?: Blob;
  onsent?(bytes: number): void;
}

// fetch() does not tell how much it has sent.
function ask({ method, url, headers, signal, body, onsent }: Question): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const abort = () => request.abort();
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(abort, patience);
    };
    request.open(method, url);
    for (const [name, value] of Object.entries({ 'Tus-Resumable': '1.0.0', ...headers }))
      request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => {
      wait();
      onsent?.(loaded);
    };
    request.onloadend = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      const { status } = request;
      if (status >= 200 && status < 300) resolve(request);
      else reject(new UploadFailure(status, status === 0 ? null : request.getResponseHeader('Retry-After')));
    };
    signal.addEventListener('abort', abort);
    wait();
    if (signal.aborted) reject(new UploadFailure(0));
    else request.send(body ?? null);
  });
}

function offsetIn(request: XMLHttpRequest): number {
  const offset = request.getResponseHeader('Upload-Offset');
  if (offset === null || !/^\d+$/.test(offset)) throw new UploadFailure(502);
  return Number(offset);
}

/** How many bytes the server has. */
export async function offsetAt(url: string, signal: AbortSignal): Promise<number> {
  return offsetIn(await ask({ method: 'HEAD', url, headers: {}, signal }));
}

/** Sends one chunk and returns how many bytes the server has then. */
export async function sendChunk(url: string, { body, offset, signal, onsent }: Chunk): Promise<number> {
  const headers = { 'Content-Type': 'application/offset+octet-stream', 'Upload-Offset': String(offset) };
  return offsetIn(await ask({ method: 'PATCH', url, headers, signal, body, onsent }));
}
