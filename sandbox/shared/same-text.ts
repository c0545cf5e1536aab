// Compares credentials without telling by its duration how much of them was right.

import { timingSafeEqual } from 'node:crypto';

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
