// Builds the Worker's module and the web app once, as ./run does. Picks the ports of the relay, of both stand-ins and of
// the network before one of them first, because the pages' content security policy lists them.

import type { TestProject } from 'vitest/node';
import { freePort } from '../relay/free-port.ts';
import bundle from '../worker/bundle.ts';

export interface Ports {
  mux: number;
  cloudflare: number;
  relay: number;
  network: number;
}

declare module 'vitest' {
  export interface ProvidedContext {
    ports: Ports;
  }
}

export default async function setup({ provide }: TestProject): Promise<void> {
  const ports: Ports = {
    mux: await freePort(),
    cloudflare: await freePort(),
    relay: await freePort(),
    network: await freePort(),
  };
  const origins = Object.values(ports).map((port) => `http://127.0.0.1:${port}`);
  process.env['WEB_MEDIA_ORIGINS'] = origins.join(' ');
  await bundle();
  provide('ports', ports);
}
