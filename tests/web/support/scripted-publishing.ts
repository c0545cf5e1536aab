// Gives each test of the importing file a new scripted server and a page that can publish to it.

import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startStage } from './engine.ts';
import type { Stage } from './engine.ts';
import { Publisher } from './publisher.ts';
import { WhipServer } from './whip-server.ts';

let stage: Stage;
export let server: WhipServer;
export let publisher: Publisher;

beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(async () => {
  server = await WhipServer.start();
  publisher = new Publisher(await stage.page());
});
afterEach(async () => {
  await publisher.page.context().close();
  await server[Symbol.asyncDispose]();
});
