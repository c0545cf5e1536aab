// Ids and secrets in the formats of the two providers.

import { randomBytes, randomInt, randomUUID } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

export function alphanumeric(length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** 32 hexadecimal digits: Cloudflare's uid. */
export function hexId(): string {
  return randomBytes(16).toString('hex');
}

/** A Mux id: letters and digits, 44 of them in most recorded bodies. */
export function muxId(): string {
  return alphanumeric(44);
}

export const uuid: () => string = randomUUID;
