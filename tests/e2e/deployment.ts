// The complete system on 127.0.0.1: the Worker with its pages, the relay, both providers' stand-ins with real media,
// and users with browsers.

import { join } from 'node:path';
import Mux from '@mux/mux-node';
import Cloudflare from 'cloudflare';
import type { Page } from 'playwright-core';
import { inject } from 'vitest';
import { certificateFile } from '../../sandbox/media/certificate.ts';
import { temporaryFolder } from '../media/support.ts';
import { startNetwork } from '../relay/network.ts';
import type { Network } from '../relay/network.ts';
import { startRelay } from '../relay/relay.ts';
import type { Relay } from '../relay/relay.ts';
import { credential, tokenSecret } from '../relay/worker.ts';
import { afterwards } from '../sandbox/support.ts';
import { launch } from '../web/support/browser.ts';
import { isComplaint, phone } from '../web/support/seen.ts';
import { read, tokenFor } from '../worker/api/client.ts';
import type { Answer } from '../worker/api/client.ts';
import { startProviders, withoutRelay } from '../worker/api/providers.ts';
import type { Settings } from '../worker/api/providers.ts';
import { startWorker } from '../worker/start-worker.ts';

export interface Person {
  page: Page;
  /** Policy violations and uncaught errors on the pages. */
  complaints: string[];
}

export interface Deployment {
  /** The pages' origin. */
  origin: string;
  cloudflare: string;
  /** The token of a user, and the address that signs in this user. */
  token: string;
  signIn: string;
  /** Asks the API as that user: with POST where there are fields. */
  ask(path: string, fields?: object): Promise<Answer>;
  /** Opens a new browser context the size of a phone, not signed in. */
  person(): Promise<Person>;
  /** Runs the schedule once. */
  schedule(): Promise<void>;
  /** Makes both providers wait one second instead of a minute for a broadcast to reconnect. */
  waitBriefly(): Promise<void>;
}

export interface RelayedDeployment extends Deployment {
  relay: Relay;
  /** Replaces a relay that has ended. */
  restartRelay(): Promise<Relay>;
}

export async function deploy(): Promise<RelayedDeployment> {
  const ports = inject('ports');
  const folder = await temporaryFolder();
  const deployment = await start(folder, {
    RELAY_URL: `http://127.0.0.1:${ports.relay}`,
    RELAY_TOKEN_SECRET: tokenSecret,
    RELAY_CREDENTIAL: credential,
  });
  const restartRelay = (): Promise<Relay> =>
    startRelay(deployment.origin, {
      RELAY_LISTEN: `127.0.0.1:${ports.relay}`,
      RELAY_ALLOWED_ORIGINS: deployment.origin,
      RELAY_CA_FILE: join(folder, certificateFile),
    });
  return { ...deployment, relay: await restartRelay(), restartRelay };
}

/** A phone publishes to Cloudflare over a network that can be cut. Cloudflare records nothing of that. */
export async function deployWithoutRelay(): Promise<Deployment & { network: Network }> {
  const ports = inject('ports');
  const network = await startNetwork(`http://127.0.0.1:${ports.cloudflare}`, ports.network);
  const settings = { ...withoutRelay, SECOND_COPIES: 'on' };
  return { ...(await start(await temporaryFolder(), settings, network.url)), network };
}

/** `cloudflareUrl`: where Cloudflare's stand-in says that it is. */
async function start(folder: string, settings: Settings, cloudflareUrl?: string): Promise<Deployment> {
  const ports = inject('ports');
  const providers = await startProviders({
    mux: { port: ports.mux, media: { folder, rtmpPort: 0, rtmpsPort: 0 } },
    cloudflare: {
      port: ports.cloudflare,
      media: { folder, rtmpsPort: 0 },
      ...(cloudflareUrl && { publicUrl: cloudflareUrl }),
    },
    settings: { ...settings, RECORDING_CHECK_SECONDS: '2' },
  });
  afterwards(() => providers.close());
  const worker = await startWorker({ bindings: providers.settings });
  afterwards(() => worker.stop());
  await providers.sendWebhooksTo(worker.url);
  const token = await tokenFor({ sub: 'somebody' });
  const browser = await launch();
  afterwards(() => browser.close());

  async function person(): Promise<Person> {
    const permissions = ['camera', 'microphone', 'screen-wake-lock'];
    const context = await browser.newContext({ permissions, ...phone });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (isComplaint(message)) complaints.push(message.text());
    });
    return { page, complaints };
  }

  async function waitBriefly(): Promise<void> {
    const { settings } = providers;
    const account = settings['CLOUDFLARE_ACCOUNT_ID'] ?? '';
    const { stream } = new Cloudflare({
      baseURL: settings['CLOUDFLARE_API_URL'],
      apiToken: settings['CLOUDFLARE_API_TOKEN'] ?? '',
    });
    for (const { uid, meta } of await providers.liveInputs()) {
      const recording = { mode: 'automatic' as const, timeoutSeconds: 1 };
      await stream.liveInputs.update(uid, { account_id: account, meta, recording });
    }
    const { video } = new Mux({
      baseURL: settings['MUX_API_URL'],
      tokenId: settings['MUX_TOKEN_ID'],
      tokenSecret: settings['MUX_TOKEN_SECRET'],
    });
    for (const { id } of await providers.liveStreams())
      await video.liveStreams.update(id, { reconnect_window: 1 });
  }

  return {
    origin: worker.url,
    cloudflare: `http://127.0.0.1:${ports.cloudflare}`,
    token,
    signIn: `${worker.url}/#token=${token}`,
    async ask(path, fields) {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const init = fields ? { method: 'POST', body: JSON.stringify(fields) } : {};
      return read(await fetch(worker.url + path, { headers, ...init }));
    },
    person,
    async schedule() {
      await worker.namespace.delete('reconcile/state');
      await worker.scheduled();
    },
    waitBriefly,
  };
}
