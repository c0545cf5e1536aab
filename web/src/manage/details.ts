// Start, description and cover as a form has them: texts, empty for none.

import type { Details } from '../api-schema.ts';

export interface Typed {
  /** As an input of the type datetime-local has it, in the time zone of the device. */
  start: string;
  description: string;
  cover: string;
}

export type DetailName = keyof Details;
const names: readonly string[] = ['scheduledStart', 'description', 'coverUrl'] satisfies DetailName[];
export const isDetail = (name: string): boolean => names.includes(name);

const minute = 60_000;

/** `2026-12-05T14:00`. */
function localText(iso: string): string {
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * minute).toISOString().slice(0, 16);
}

export const typedOf = ({ scheduledStart, description, coverUrl }: Partial<Details>): Typed => ({
  start: scheduledStart ? localText(scheduledStart) : '',
  description: description ?? '',
  cover: coverUrl ?? '',
});

/** Undefined for a text that is no time. */
function timeOf(text: string): string | null | undefined {
  if (text === '') return null;
  const time = new Date(text);
  return isNaN(time.getTime()) ? undefined : time.toISOString();
}

const textOf = (text: string): string | null => (text.trim() === '' ? null : text.trim());

/** What differs from `before`. Undefined if the start is no time. */
export function changesIn(typed: Typed, before: Partial<Details>): Partial<Details> | undefined {
  const known = typedOf(before);
  const changes: Partial<Details> = {};
  const scheduledStart = timeOf(typed.start);
  if (scheduledStart === undefined) return undefined;
  if (typed.start !== known.start) changes.scheduledStart = scheduledStart;
  if (textOf(typed.description) !== textOf(known.description))
    changes.description = textOf(typed.description);
  if (textOf(typed.cover) !== textOf(known.cover)) changes.coverUrl = textOf(typed.cover);
  return changes;
}
