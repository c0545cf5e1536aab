// The fields for creating and updating a live input (Cloudflare API reference, create a live input). Unknown fields are
// silently dropped, including `deleteRecordingAfterDays` inside `recording`, a trap found by measurement.

import { anyObject, flag, listOf, nullable, object, oneOf, text } from '../shared/check.ts';
import type { Check, Fields } from '../shared/check.ts';
import { badRequest, badRetention } from './envelope.ts';
import type { LiveInput, Recording } from './world.ts';

const anyNumber: Check = (value, name) => (typeof value === 'number' ? [] : [`${name} must be a number`]);

const recordingFields = object(
  {
    mode: oneOf('off', 'automatic'),
    timeoutSeconds: nullable(anyNumber),
    requireSignedURLs: flag,
    allowedOrigins: nullable(listOf(text())),
    hideLiveViewerCount: flag,
  },
  { open: true },
);

export const liveInputFields: Check = object(
  {
    meta: nullable(anyObject),
    enabled: flag,
    recording: nullable(recordingFields),
    deleteRecordingAfterDays: nullable(anyNumber),
    defaultCreator: nullable(text(64)),
    preferLowLatency: flag,
  },
  { open: true },
);

/** 0 means the platform's default and is returned as null. */
function timeoutSeconds(value: unknown): number | null {
  const seconds = Number(value ?? 0);
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 86400) {
    throw badRequest('recording.timeoutSeconds must be between 0 and 86400');
  }
  return seconds || null;
}

function recordingFrom(fields: Fields): Recording {
  const origins = fields.allowedOrigins as string[] | null | undefined;
  return {
    mode: fields.mode === 'automatic' ? 'automatic' : 'off',
    timeoutSeconds: timeoutSeconds(fields.timeoutSeconds),
    requireSignedURLs: fields.requireSignedURLs === true,
    allowedOrigins: origins?.length ? origins : null,
    hideLiveViewerCount: fields.hideLiveViewerCount === true,
  };
}

function retention(value: unknown): number | null {
  if (value === null) return null;
  if (!Number.isInteger(value) || Number(value) < 30 || Number(value) > 1096) throw badRetention();
  return Number(value);
}

type Settings = Pick<LiveInput, 'meta' | 'enabled' | 'recording' | 'deleteRecordingAfterDays'> &
  Pick<LiveInput, 'defaultCreator' | 'preferLowLatency'>;

/** An update keeps what it leaves out: the documentation shows `{"enabled": false}` alone. */
export function settingsFrom(body: Fields, before?: LiveInput): Settings {
  const days = body.deleteRecordingAfterDays;
  const recording = { ...before?.recording, ...((body.recording ?? {}) as Fields) };
  return {
    meta: (body.meta ?? before?.meta ?? {}) as Fields,
    enabled: (body.enabled ?? before?.enabled) !== false,
    recording: recordingFrom(recording),
    deleteRecordingAfterDays:
      days === undefined ? (before?.deleteRecordingAfterDays ?? null) : retention(days),
    defaultCreator: (body.defaultCreator as string | null | undefined) ?? before?.defaultCreator,
    preferLowLatency: (body.preferLowLatency as boolean | undefined) ?? before?.preferLowLatency,
  };
}
