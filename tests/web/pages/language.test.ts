// The pages in Spanish: chosen by the browser or by the switch, and loaded only then.

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { common } from '../../../web/src/texts/common.ts';
import { detailTexts } from '../../../web/src/texts/details.ts';
import { texts as spanishCommon } from '../../../web/src/texts/es/common.ts';
import { texts as spanishDetails } from '../../../web/src/texts/es/details.ts';
import { texts as spanishEvents } from '../../../web/src/texts/es/events.ts';
import { texts as spanishLibrary } from '../../../web/src/texts/es/library.ts';
import { texts as spanishLive } from '../../../web/src/texts/es/live.ts';
import { texts as spanishManage } from '../../../web/src/texts/es/manage.ts';
import { texts as spanishPhoneSettings } from '../../../web/src/texts/es/phone-settings.ts';
import { texts as spanishStart } from '../../../web/src/texts/es/start.ts';
import { texts as spanishWaiting } from '../../../web/src/texts/es/waiting.ts';
import { texts as spanishWatch } from '../../../web/src/texts/es/watch.ts';
import { eventTexts } from '../../../web/src/texts/events.ts';
import { library } from '../../../web/src/texts/library.ts';
import { live } from '../../../web/src/texts/live.ts';
import { manage } from '../../../web/src/texts/manage.ts';
import { phoneSettings } from '../../../web/src/texts/phone-settings.ts';
import { startTexts } from '../../../web/src/texts/start.ts';
import { waitingTexts } from '../../../web/src/texts/waiting.ts';
import { watch } from '../../../web/src/texts/watch.ts';
import { launch } from '../support/browser.ts';
import { openScreen } from '../support/open-screen.ts';
import type { Opened } from '../support/open-screen.ts';
import { press } from '../support/screens.ts';
import { shows } from '../support/seen.ts';
import { ownerToken, problem, streamId } from '../support/site.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

const open = (path: string, text: string, locale: string): Promise<Opened> =>
  openScreen(browser, { name: path, path, shows: text }, { locale });
const languageOf = (page: Page) => page.evaluate(() => document.documentElement.lang);
const loadsSpanish = async (page: Page): Promise<boolean> => {
  const loaded = await page.evaluate(async () => {
    const names = performance.getEntriesByType('resource').map(({ name }) => name);
    const scripts = await Promise.all(
      names.filter((name) => name.endsWith('.js')).map(async (name) => (await fetch(name)).text()),
    );
    return scripts.join('');
  });
  return loaded.includes('transmisi');
};

test.each([
  [`/live/${streamId}#invite=an-invite`, 'Vas a emitir en directo'],
  [`/#token=${ownerToken}`, 'Mis transmisiones'],
  [`/watch/${streamId}`, 'Aún no ha empezado'],
  ['/nowhere', 'Página no encontrada'],
])('%s is in Spanish for a browser that wants it', async (path, text) => {
  await using opened = await open(path, text, 'es-MX');
  expect(await languageOf(opened.page)).toBe('es');
  expect(opened.complaints).toEqual([]);
});

test('the switch changes the language, here and at the next visit, and English loads no Spanish', async () => {
  await using opened = await open(`/#token=${ownerToken}`, 'My streams', 'sv-SE');
  const { page, site } = opened;
  expect(await languageOf(page)).toBe('en');
  expect(await loadsSpanish(page)).toBe(false);
  await press(page, 'Español');
  await shows(page, 'Mis transmisiones');
  expect(await loadsSpanish(page)).toBe(true);
  await press(page, /^Detalles/);
  await shows(page, /20 nov 2026/);
  const tab = await page.context().newPage();
  await tab.goto(`${site.origin}/watch/${streamId}`);
  await shows(tab, 'Aún no ha empezado');
  await press(tab, 'English');
  await shows(tab, 'Not live yet');
});

test('what the server says in English is said in Spanish', async () => {
  await using opened = await open(`/#token=${ownerToken}`, 'Mis transmisiones', 'es');
  const { page, site } = opened;
  site.script('POST /api/streams', problem(429, 'too-many-streams', 'You have too many', 'End one.'));
  await press(page, 'Nueva transmisión');
  await page.getByLabel('Título').fill('Concierto');
  await press(page, 'Crear transmisión');
  await shows(page, 'Has llegado al límite de transmisiones abiertas');
  site.script('POST /api/streams', problem(418, 'teapot', 'A teapot', 'Pour.'));
  await press(page, 'Crear transmisión');
  await shows(page, 'Algo ha fallado por nuestra parte');
});

describe('the Spanish texts', () => {
  /** Every text by its path, with functions called with what they take. */
  function all(texts: object, path = ''): [string, string][] {
    return Object.entries(texts).flatMap(([name, value]: [string, unknown]) => {
      const at = `${path}.${name}`;
      if (typeof value === 'string') return [[at, value] as [string, string]];
      return typeof value === 'object' && value !== null ? all(value, at) : [];
    });
  }
  // The same in both languages.
  const same = /product|\.cloudflare$|\.mux$|\.obs$|methods\.obs$/;

  test.each([
    ['common', common, spanishCommon],
    ['events', eventTexts, spanishEvents],
    ['library', library, spanishLibrary],
    ['live', live, spanishLive],
    ['manage', manage, spanishManage],
    ['phone-settings', phoneSettings, spanishPhoneSettings],
    ['start', startTexts, spanishStart],
    ['watch', watch, spanishWatch],
    ['waiting', waitingTexts, spanishWaiting],
    ['details', detailTexts, spanishDetails],
  ])('%s are all there, and none is English', (_name, english, spanish) => {
    const translated = new Map(all(spanish));
    for (const [path, text] of all(english)) {
      expect(translated.get(path), path).toBeTruthy();
      if (!same.test(path)) expect(translated.get(path), path).not.toBe(text);
    }
  });
});
