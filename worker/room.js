// A stream's room: keeps WebSockets to the pages that show the stream, sends each role's pages what the core tells for
// that role, and counts viewers. src/streams/watch/room.h says more.

import { DurableObject } from 'cloudflare:workers';

const mostSockets = 20_000; // of one role, so that viewers never keep an owner out; the platform takes 32,768
const longestMessage = 1024; // of a page, in bytes; it has nothing to say but `ping`

// In milliseconds. A page pings every 30 s.
const longestSilence = 75_000;
const betweenCounts = 1000;
const betweenChecks = 30_000;
const storeDelay = 120_000; // no read of KV is older; versions are in microseconds

// `live` and the roles, each with [the version, the last that was told]; and the most viewers of the broadcast.
const nothing = { peak: 0 };

function send(sockets, text) {
  for (const socket of sockets) {
    try {
      socket.send(text);
    } catch {} // it is closing
  }
}

export class Room extends DurableObject {
  #known;
  #counted = ''; // as last told
  #timer;

  // Runs again whenever the object wakes.
  constructor(ctx, env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#known = ctx.storage.kv.get('known') ?? { ...nothing };
  }

  #open(tag) {
    return this.ctx.getWebSockets(tag).filter(({ readyState }) => readyState === WebSocket.OPEN);
  }

  // Keeps what is newer and tells it. A page that joins brings what was read for it: news only if it is newer, because
  // the same version read at another time may say it with other tokens.
  #hear(version, live, messages, joins) {
    let isNews = false;
    for (const [name, told] of [...messages, ['live', live]]) {
      const [before, last] = this.#known[name] ?? [-1];
      if (version < before || (joins && version === before)) continue;
      this.#known[name] = [version, told];
      isNews = true;
      if (told === last) continue;
      if (name !== 'live') send(this.#open(name), told);
      else if (live) this.#known.peak = 0;
    }
    if (isNews) this.#keep();
  }

  #keep() {
    this.ctx.storage.kv.put('known', this.#known);
  }

  // A socket that died without a word does not count. While someone watches a broadcast, an alarm looks for those.
  async #count() {
    const [viewers, now] = [new Set(), Date.now()];
    for (const socket of this.#open('viewer')) {
      const { viewer, since } = socket.deserializeAttachment();
      const heard = this.ctx.getWebSocketAutoResponseTimestamp(socket) ?? since;
      if (now - heard < longestSilence) viewers.add(viewer);
    }
    const isLive = this.#known.live?.[1] === 1;
    if (isLive && viewers.size > this.#known.peak) {
      this.#known.peak = viewers.size;
      this.#keep();
    }
    const counted = JSON.stringify({ viewers: viewers.size, peakViewers: this.#known.peak });
    if (counted !== this.#counted) {
      this.#counted = counted;
      for (const role of ['publisher', 'owner']) send(this.#open(role), counted);
    }
    const { storage } = this.ctx;
    if (isLive && viewers.size > 0 && (await storage.getAlarm()) === null)
      await storage.setAlarm(now + betweenChecks);
  }

  #countSoon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      return this.#count();
    }, betweenCounts);
  }

  // A page joins: the upgrade, with what the core says in a header.
  async fetch(request) {
    const [version, live, messages, viewer, tags] = JSON.parse(request.headers.get('x-join'));
    const [[role, brought]] = messages;
    if (this.ctx.getWebSockets(role).length >= mostSockets) return new Response(null, { status: 503 });
    this.#hear(version, live, messages, true);
    const [newest, told] = this.#known[role];
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, tags);
    server.serializeAttachment({ viewer, since: Date.now() });
    const isOld = newest > version && Date.now() - newest / 1000 < storeDelay;
    server.send(isOld ? told : brought);
    if (role === 'viewer') {
      this.#countSoon();
    } else {
      this.#counted = ''; // so that this page hears it too
      await this.#count();
    }
    return new Response(null, { status: 101, webSocket: client });
  }

  // The core tells.
  async tell(version, live, messages, closing, code) {
    if (code === 0) {
      this.#hear(version, live, messages, false);
      if (this.ctx.getWebSockets().length > 0) this.#countSoon();
      return;
    }
    for (const socket of this.#open(closing || undefined)) socket.close(code);
    if (closing) return;
    this.#known = { ...nothing };
    await this.ctx.storage.deleteAll();
  }

  webSocketMessage(socket, message) {
    socket.close((message.byteLength ?? message.length) > longestMessage ? 1009 : 1003);
    this.#countSoon();
  }

  webSocketClose(socket) {
    socket.close(); // the runtime would answer the page ten seconds later
    this.#countSoon();
  }

  webSocketError() {
    this.#countSoon();
  }

  alarm() {
    return this.#count();
  }
}
