// Texts of all pages, in English. A translation is another folder with the same files: see language.ts.

import { count } from './format.ts';

export interface Advice {
  title: string;
  advice: string;
}

const plural = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

export const common = {
  product: 'WHIP-Mux',
  close: 'Close',
  cancel: 'Cancel',
  tryAgain: 'Try again',
  copy: 'Copy',
  show: 'Show',
  hide: 'Hide',
  copied: 'Copied',
  on: 'On',
  off: 'Off',
  copyFailed: 'Couldn’t copy. The text is selected, so you can copy it yourself.',
  loading: 'Loading…',
  notFound: {
    title: 'Page not found',
    advice: 'Check the link, or ask for a new one.',
  },
  manage: 'My streams',
  watching: (viewers: number) => `${count(viewers)} watching`,
  badges: {
    cloudflare: 'Cloudflare',
    mux: 'Mux',
    states: {
      waiting: 'not started',
      starting: 'starting…',
      recording: 'recording',
      saving: 'saving…',
      ready: 'ready',
      failed: 'failed',
      missing: 'not recording',
      removed: 'removed',
      off: 'off',
    },
    label: 'Recordings',
  },
  /** The text for a problem that the server reports, which speaks English. Undefined for the text of `api.failed`. */
  problem(type: string, title: string, detail: string): Advice | undefined {
    const plain: Record<string, Advice> = {
      'too-many-streams': {
        title: 'You’ve reached the limit of open streams',
        advice: 'End or delete one to create another.',
      },
      'too-many-requests': { title: 'That was too fast', advice: 'Wait a minute, then try again.' },
      'no-such-stream': {
        title: 'Stream not found',
        advice: 'It may have been deleted. Check that you’re signed in as its owner.',
      },
      'not-configured': { title: 'Setup isn’t finished', advice: detail },
      'provider-busy': { title: 'Cloudflare or Mux is busy', advice: 'Try again in a moment.' },
      'provider-timeout': { title: 'Cloudflare or Mux took too long', advice: 'Try again in a moment.' },
    };
    return plain[type] ?? { title, advice: detail };
  },
  // Shown when the server's answer holds no text of its own.
  api: {
    invalid: {
      title: 'Something isn’t filled in correctly',
      advice: 'Check what you entered, then try again.',
    },
    offline: { title: 'You’re offline', advice: 'We’ll carry on when you’re back online.' },
    unreachable: { title: 'Can’t reach the server', advice: 'Check your connection, then try again.' },
    failed: { title: 'Something went wrong on our side', advice: 'Try again in a moment.' },
    signedOut: { title: 'Your session has expired', advice: 'Open this page from your app again.' },
  },
  /** A duration in words, for screen readers and sentences. */
  duration(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const parts = [
      plural(Math.floor(whole / 3600), 'hour', 'hours'),
      plural(Math.floor(whole / 60) % 60, 'minute', 'minutes'),
      plural(whole % 60, 'second', 'seconds'),
    ];
    const first = whole >= 3600 ? 0 : whole >= 60 ? 1 : 2;
    return parts.slice(first, first + 2).join(' and ');
  },
};
