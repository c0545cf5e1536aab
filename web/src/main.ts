// Loads the part of the app that the URL asks for, and only that part.

import { mount } from 'svelte';
import type { Component } from 'svelte';
import { takeFromAddress } from './session.ts';
import type { Purpose } from './session.ts';
import { common } from './texts/common.ts';
import { formatFor } from './texts/format.ts';
import { languageNow, localeOf } from './texts/language.ts';
import './style.css';

interface Route {
  load(): Promise<{ default: unknown; texts?: object }>;
  /** The page's texts in Spanish. */
  spanish(): Promise<{ texts: object }>;
  id: string;
  purpose?: Purpose;
  embedded: boolean;
}

function routeOf(path: string): Route | undefined {
  const [, part, id = ''] = /^\/(live|watch|embed)\/([A-Za-z0-9_-]+)\/?$/.exec(path) ?? [];
  if (part === 'live')
    return {
      load: () => import('./live/Live.svelte'),
      spanish: () => import('./texts/es/live.ts'),
      id,
      purpose: 'publish',
      embedded: false,
    };
  if (part !== undefined)
    return {
      load: () => import('./watch/Watch.svelte'),
      spanish: () => import('./texts/es/watch.ts'),
      id,
      purpose: 'watch',
      embedded: part === 'embed',
    };
  if (path !== '/') return undefined;
  return {
    load: () => import('./manage/Manage.svelte'),
    spanish: () => import('./texts/es/manage.ts'),
    id,
    embedded: false,
  };
}

// A deployment removes the previous one's files, so reload the page, but only once and not for an optional part.
addEventListener('vite:preloadError', (event) => {
  const once = 'whip-mux.reloaded';
  if (sessionStorage.getItem(once) === location.href || document.documentElement.dataset['optional']) return;
  sessionStorage.setItem(once, location.href);
  event.preventDefault();
  location.reload();
});

// A new invitation or token opened in the same tab changes only the fragment, which loads nothing by itself.
addEventListener('hashchange', () => location.reload());

/** Replaces the English texts before anything is shown. */
async function translate(route: Route | undefined, texts: object | undefined): Promise<void> {
  const [general, page] = await Promise.all([import('./texts/es/common.ts'), route?.spanish()]);
  Object.assign(common, general.texts);
  if (texts && page) Object.assign(texts, page.texts);
}

async function begin(target: HTMLElement): Promise<void> {
  const route = routeOf(location.pathname);
  takeFromAddress(route?.purpose && { stream: route.id, purpose: route.purpose });
  const language = languageNow();
  document.documentElement.lang = language;
  formatFor(localeOf(language));
  const loading: ReturnType<Route['load']> = route ? route.load() : import('./ui/NotFound.svelte');
  const { default: Part, texts } = await loading;
  // In English, the page's own texts are there.
  if (language === 'es') await translate(route, texts);
  mount(Part as Component<{ id: string; embedded: boolean }>, {
    target,
    props: { id: route?.id ?? '', embedded: route?.embedded ?? false },
  });
}

const target = document.getElementById('app');
if (target) void begin(target);
