// When a broadcast is to start, in the time zone of the device.

import { languageNow, localeOf } from './language.ts';

const styles: Record<'short' | 'long', Intl.DateTimeFormatOptions> = {
  short: { weekday: 'short', day: 'numeric', month: 'short' },
  long: { weekday: 'long', day: 'numeric', month: 'long', timeZoneName: 'short' },
};

/** `Sat, 5 Dec, 14:00`, or `Saturday, 5 December at 14:00 CET`. */
export function appointment(iso: string, style: 'short' | 'long'): string {
  const time = new Date(iso);
  const year = time.getFullYear() === new Date().getFullYear() ? {} : { year: 'numeric' as const };
  const minutes = { hour: 'numeric', minute: '2-digit' } as const;
  return time.toLocaleString(localeOf(languageNow()), { ...styles[style], ...year, ...minutes });
}

/** The name of the device's time zone, such as `Europe/Oslo`. */
export const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
