// Mux's paging: `page` from 1 and `limit` up to 100, newest first, no total (Mux API reference, pagination).

import type { Call } from '../shared/http.ts';
import { invalid } from './errors.ts';

export const defaultLimit = 10;
export const maxLimit = 100;

export function whole(call: Call, name: string, fallback: number, max: number): number {
  const value = call.query.get(name);
  if (value === null) return fallback;
  if (!/^\d+$/.test(value) || Number(value) < 1 || Number(value) > max) {
    throw invalid(`${name} must be an integer between 1 and ${max}`);
  }
  return Number(value);
}

export function pageOf<Thing>(call: Call, things: Thing[]): Thing[] {
  const limit = whole(call, 'limit', defaultLimit, maxLimit);
  const page = whole(call, 'page', 1, Number.MAX_SAFE_INTEGER);
  return things.slice((page - 1) * limit, page * limit);
}

/** Newest first. */
export function newestFirst<Thing>(things: Iterable<Thing>): Thing[] {
  return [...things].reverse();
}
