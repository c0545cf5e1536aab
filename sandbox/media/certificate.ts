// The sandbox's RTMPS certificate: created on demand, valid for this machine only.

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Certificate {
  /** Both in PEM. */
  cert: string;
  key: string;
}

const days = 3650;

export const certificateFile = 'certificate.pem';

/** Returns the certificate in the folder, or creates it. */
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
