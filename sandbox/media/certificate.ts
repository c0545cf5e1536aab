// The certificate that the sandbox speaks RTMPS with: made when it is needed, good for this machine only.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificate {
  /** PEM, both. */
  cert: string;
  key: string;
}

const days = 3650;

export const certificateFile = 'certificate.pem';

/** Takes what an earlier call has put into the folder, or makes it. */
export async function certificateIn(folder: string): Promise<Certificate> {
  const [certPath, keyPath] = [join(folder, certificateFile), join(folder, 'key.pem')];
  if (!existsSync(certPath)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const files = ['-keyout', keyPath, '-out', certPath];
    const names = ['-subj', '/CN=WHIP-Mux sandbox', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
    await promisify(execFile)('openssl', ['req', ...kind, '-days', String(days), ...names, ...files]);
  }
  return { cert: readFileSync(certPath, 'utf8'), key: readFileSync(keyPath, 'utf8') };
}
