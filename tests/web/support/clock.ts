// The clock of a page. It can stand still but for the steps of a test. What a server answers takes none of its time
// then.

import type { Page } from 'playwright-core';
import { eventually } from './publisher.ts';
import type { RoomServer } from './room-server.ts';

declare global {
  interface Window {
    /** The sockets of this page that are not closed, and those of them that wait for a message. */
    sockets: { open: Set<WebSocket>; waiting: Set<WebSocket> };
  }
}

function followSockets(): void {
  const open = new Set<WebSocket>();
  const waiting = new Set<WebSocket>();
  window.sockets = { open, waiting };
  window.WebSocket = class extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      open.add(this);
      waiting.add(this);
      this.addEventListener('message', () => waiting.delete(this));
      this.addEventListener('close', () => {
        open.delete(this);
        waiting.delete(this);
      });
    }

    override send(data: string): void {
      if (data === 'ping') waiting.add(this);
      super.send(data);
    }
  };
}

export class PageClock {
  readonly #page: Page;
  readonly #rooms: RoomServer;
  readonly #requests = new Set<unknown>();

  constructor(page: Page, rooms: RoomServer) {
    this.#page = page;
    this.#rooms = rooms;
    page.on('request', (request) => this.#requests.add(request));
    page.on('requestfinished', (request) => this.#requests.delete(request));
    page.on('requestfailed', (request) => this.#requests.delete(request));
  }

  /** Lets the clock stand still from before the page's first script. */
  async stop(): Promise<void> {
    const now = Date.now();
    await this.#page.clock.install({ time: now });
    await this.#page.clock.pauseAt(now + 1000);
    await this.#page.addInitScript(followSockets);
  }

  /** In `step`s, before each of which the page has every answer that it waits for. */
  async pass(milliseconds: number, step = 1000): Promise<void> {
    for (let passed = 0; passed < milliseconds; passed += step) {
      await this.#answered();
      await this.#page.clock.runFor(step);
    }
    await this.#answered();
  }

  /** From here on the page's clock goes as every clock does. */
  resume(): Promise<void> {
    return this.#page.clock.resume();
  }

  /** Waits until the page has noticed that each of its sockets is closed. */
  socketsClosed(): Promise<void> {
    return eventually(() => this.#page.evaluate(() => window.sockets.open.size === 0));
  }

  #answered(): Promise<void> {
    return eventually(async () => {
      // A room that keeps silent lets the page wait in vain.
      const silent = this.#rooms.mute || this.#rooms.here.some(({ deaf }) => deaf);
      const waiting = await this.#page.evaluate(() => window.sockets.waiting.size);
      return (silent || waiting === 0) && this.#requests.size === 0;
    });
  }
}
