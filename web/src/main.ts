// Loads the part of the app that the URL asks for, and only that part.

import { mount } from 'svelte';
import type { Component } from 'svelte';
import { takeFromAddress } from './session.ts';
import type { Purpose } from './session.ts';
import './style.css';

interface Route {
  load(): Promise<{ default: unknown }>;
  id: string;
  purpose?: Purpose;
  embedded: boolean;
}

function routeOf(path: string): Route | undefined {
  const [, part, id = ''] = /^\/(live|watch|embed)\/([A-Za-z0-9_-]+)\/?$/.exec(path) ?? [];
  if (part === 'live')
    return { load: () => import('./live/Live.svelte'), id, purpose: 'publish', embedded: false };
  if (part !== undefined)
    return { load: () => import('./watch/Watch.svelte'), id, purpose: 'watch', embedded: part === 'embed' };
  return path === '/' ? { load: () => import('./manage/Manage.svelte'), id, embedded: false } : undefined;
}

// A deployment removes the previous one's files, so reload the page, but only once.
addEventListener('vite:preloadError', (event) => {
  const once = 'whip-mux.reloaded';
  if (sessionStorage.getItem(once) === location.href) return;
  sessionStorage.setItem(once, location.href);
  event.preventDefault();
  location.reload();
});

// A new invitation or token opened in the same tab changes only the fragment, which loads nothing by itself.
addEventListener('hashchange', () => location.reload());

async function begin(target: HTMLElement): Promise<void> {
  const route = routeOf(location.pathname);
  takeFromAddress(route?.purpose && { stream: route.id, purpose: route.purpose });
  const { default: Part } = route ? await route.load() : await import('./ui/NotFound.svelte');
  mount(Part as Component<{ id: string; embedded: boolean }>, {
    target,
    props: { id: route?.id ?? '', embedded: route?.embedded ?? false },
  });
}

const target = document.getElementById('app');
if (target) void begin(target);
