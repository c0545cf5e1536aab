// Numbers, times and dates as texts show them.

/** The locale of numbers and dates. */
let locale = 'en';

export function formatFor(wanted: string): void {
  locale = wanted;
}

export const count = (number: number): string => number.toLocaleString(locale);

/** 03:12, or 1:03:12. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (part: number) => String(part).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

export const moment = (iso: string, seconds = false): string =>
  new Date(iso).toLocaleString(locale, {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
  });
