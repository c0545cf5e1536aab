// TLS in front of an RTMP server, with certificates for tests only.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { atEnd } from './processes.ts';

export interface Certificate {
  /** The certificate file, which clients must trust. */
  file: string;
  key: string;
}

export function makeCertificate(host: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'whip-mux-tls-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const made = { file: join(folder, 'certificate.pem'), key: join(folder, 'key.pem') };
  const how = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const what = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  execFileSync('openssl', [...how, ...what, '-keyout', made.key, '-out', made.file], { stdio: 'ignore' });
  return made;
}

/** Returns the TLS port, which forwards decrypted traffic to `port`. */
export async function startTls({ file, key }: Certificate, port: number): Promise<number> {
  const open: Socket[] = [];
  const server = createServer({ cert: readFileSync(file), key: readFileSync(key) }, (socket) => {
    const upstream = connect(port, '127.0.0.1');
    for (const each of [socket, upstream]) {
      open.push(each);
      each.on('error', () => each.destroy());
    }
    socket.pipe(upstream).pipe(socket);
  });
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => {
    for (const each of open) each.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
