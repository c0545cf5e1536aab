// The language of the texts: the one that the user has chosen on this device, else the browser's, else English. The texts
// of other languages than English are loaded only when they are used.

import { keep, recall } from '../storage.ts';

export type Language = 'en' | 'es';

/** Each in its own language. */
export const languages: Record<Language, string> = { en: 'English', es: 'Español' };

const kept = 'whip-mux.language';
const baseOf = (tag: string) => tag.toLowerCase().split('-')[0] ?? '';
const isKnown = (base: string): base is Language => base in languages;

export function languageNow(): Language {
  const wanted = [recall('device', kept) ?? '', ...navigator.languages].map(baseOf);
  return wanted.find(isKnown) ?? 'en';
}

/** How numbers and dates are written: as the browser wants it, if that is the same language. */
export const localeOf = (language: Language): string =>
  navigator.languages.find((tag) => baseOf(tag) === language) ?? language;

/** Shows the page in another language, now and at later visits. */
export function choose(language: Language): void {
  keep('device', kept, language);
  location.reload();
}
