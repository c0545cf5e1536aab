// A stream's room: keeps WebSockets to the pages that show the stream, sends each role's pages what the core tells for
// that role, counts viewers, and wakes the core when something is due for the stream. src/streams/watch/room.h and
// src/streams/reconcile/alarm.h say more.

import { DurableObject } from 'cloudflare:workers';
import { instances } from './module.js';
import { serve } from './serve.js';

const mostSockets = 20_000; // of one role, so that viewers never keep an owner out; the platform takes 32,768
const longestMessage = 1024; // of a page, in bytes
// A page has nothing to say but `ping` and, if it publishes, how fast it sends. Owners hear that.
const report = /^\{"report":\{"kilobitsPerSecond":\d{1,9},"framesPerSecond":\d{1,9}\}\}$/;

// In milliseconds. A page pings every 30 s.
const longestSilence = 75_000; // then a viewer does not count
const forgottenAfter = 300_000; // then the socket is closed
const betweenCounts = 1000;
const betweenReports = 5000; // of one publisher; a page sends one every 10 s
const betweenChecks = 30_000;
const betweenTries = 60_000; // to wake the core
const storeDelay = 120_000; // no read of KV is older; versions are in microseconds

const rightHasEnded = 4401; // as in src/streams/watch/room.h
const anAlarm = 2; // as in wasm/abi.h

// `live` and the roles, each with [the version, the last that was told]; the most viewers of the broadcast; and the tags
// whose sockets were closed, with the time, until no read of KV can admit them any more.
const nothing = { peak: 0, closed: {} };

// The room's name, when what is due, and the core's memory.
const noWakes = { name: '', due: {}, memory: '' };

// The storage is over its limit: the count goes on without it.
const ignore = () => {};

function send(sockets, text) {
  for (const socket of sockets) {
    try {
      socket.send(text);
    } catch {} // it is closing
  }
}

export class Room extends DurableObject {
  #known;
  #wakes;
  #running = {}; // what is being done, and was due when
  #crowd = {}; // of each role, how many sockets at most
  #counted = ''; // as last told
  #timer;
  #reportedAt = new WeakMap(); // of each socket

  // Runs again whenever the object wakes.
  constructor(ctx, env) {
    super(ctx, env);
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
    this.#known = { ...nothing, ...ctx.storage.kv.get('known') };
    this.#wakes = ctx.storage.kv.get('wakes') ?? structuredClone(noWakes);
  }

  #heardAt(socket) {
    return +(this.ctx.getWebSocketAutoResponseTimestamp(socket) ?? socket.deserializeAttachment().since);
  }

  // The owners' pages that are there. Publishers report to them.
  #looking() {
    const now = Date.now();
    return this.#open('owner').filter((socket) => now - this.#heardAt(socket) < longestSilence);
  }

  // Closes those whose right has ended.
  #open(tag) {
    const now = Date.now();
    return this.ctx.getWebSockets(tag).filter((socket) => {
      if (socket.readyState !== WebSocket.OPEN) return false;
      const { until } = socket.deserializeAttachment();
      if (until === 0 || now < until) return true;
      socket.close(rightHasEnded);
      return false;
    });
  }

  // Counts anew only when it may be full.
  #isFull(role) {
    if (!(this.#crowd[role] < mostSockets)) this.#crowd[role] = this.ctx.getWebSockets(role).length;
    return this.#crowd[role] >= mostSockets;
  }

  #wasClosed(tags) {
    return tags.some((tag) => Date.now() - (this.#known.closed[tag] ?? 0) < storeDelay);
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
      // The pages of publishers and owners ask for the recordings then, of which the message says nothing.
      if (told === last && (version === before || name === 'viewer' || name === 'live')) continue;
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
      const silence = now - this.#heardAt(socket);
      if (silence < longestSilence) viewers.add(socket.deserializeAttachment().viewer);
      else if (silence > forgottenAfter) socket.close(1001);
    }
    const isLive = this.#known.live?.[1] === 1;
    const isPeak = isLive && viewers.size > this.#known.peak;
    if (isPeak) this.#known.peak = viewers.size;
    const owners = this.#looking().length;
    const counted = JSON.stringify({ viewers: viewers.size, peakViewers: this.#known.peak, owners });
    if (counted !== this.#counted) {
      this.#counted = counted;
      for (const role of ['publisher', 'owner']) send(this.#open(role), counted);
    }
    if (isPeak) this.#keep();
    if (isLive && viewers.size > 0) await this.#due('count', now + betweenChecks);
  }

  // No later than that. The alarm that does it now plans when it ends.
  async #due(what, at) {
    const { due } = this.#wakes;
    if (due[what] <= at) return;
    due[what] = at;
    if (!(what in this.#running)) await this.#plan();
  }

  // What is being done stays due until it is done, because the object may be killed meanwhile.
  async #plan() {
    const { storage } = this.ctx;
    const due = { ...this.#wakes.due, ...this.#running };
    const times = Object.values(due);
    if (times.length > 0 || this.#wakes.memory) storage.kv.put('wakes', { ...this.#wakes, due });
    else storage.kv.delete('wakes');
    await (times.length > 0 ? storage.setAlarm(Math.min(...times)) : storage.deleteAlarm());
  }

  #countSoon() {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#count().catch(ignore);
    }, betweenCounts);
  }

  // A page joins: the upgrade, with what the core says in a header.
  async fetch(request) {
    const [version, live, messages, viewer, until, tags] = JSON.parse(request.headers.get('x-join'));
    const [[role, brought]] = messages;
    if (this.#isFull(role) || this.#wasClosed(tags)) return new Response(null, { status: 503 });
    this.#crowd[role] += 1;
    this.#hear(version, live, messages, true);
    const [newest, told] = this.#known[role];
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server, tags);
    server.serializeAttachment({ viewer, until: Number(until), since: Date.now() });
    const isOld = newest > version && Date.now() - newest / 1000 < storeDelay;
    server.send(isOld ? told : brought);
    if (role === 'viewer') {
      this.#countSoon();
    } else {
      this.#counted = ''; // so that this page hears it too
      await this.#count().catch(ignore);
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
    if (closing) {
      const recent = Object.entries(this.#known.closed).filter(([, at]) => Date.now() - at < storeDelay);
      this.#known.closed = Object.fromEntries([...recent, [closing, Date.now()]]);
      return this.#keep();
    }
    this.#known = { ...nothing };
    this.ctx.storage.kv.delete('known');
    this.#wakes.memory = '';
    await this.#plan();
  }

  // The core asks to be woken, at that time at the latest.
  async wake(name, what, at, memory) {
    const { due, memory: last } = this.#wakes;
    due[what] = Math.min(due[what] ?? at, at);
    this.#wakes = { name, due, memory: memory || last };
    await this.#plan();
  }

  webSocketMessage(socket, message) {
    const isReport = this.ctx.getTags(socket).includes('publisher') && report.test(message);
    if (!isReport) {
      socket.close((message.byteLength ?? message.length) > longestMessage ? 1009 : 1003);
      return this.#countSoon();
    }
    const now = Date.now();
    if (now - (this.#reportedAt.get(socket) ?? 0) < betweenReports) return;
    this.#reportedAt.set(socket, now);
    const owners = this.#looking();
    if (owners.length === 0) return this.#countSoon();
    send(owners, message);
  }

  webSocketClose(socket) {
    socket.close(); // the runtime would answer the page ten seconds later
    this.#countSoon();
  }

  webSocketError() {
    this.#countSoon();
  }

  async alarm() {
    const { name, due, memory } = this.#wakes;
    const now = Date.now();
    const whats = Object.keys(due).filter((what) => due[what] <= now);
    for (const what of whats) {
      this.#running[what] = due[what];
      delete due[what];
    }
    if (whats.includes('count')) await this.#count().catch(ignore);
    const core = whats.filter((what) => what !== 'count');
    const url = `https://alarm.invalid/${name}?due=${core}&memory=${encodeURIComponent(memory)}`;
    const isDone = core.length === 0 || (await this.#run(url));
    if (!isDone) for (const what of core) due[what] ??= Date.now() + betweenTries;
    this.#running = {};
    await this.#plan();
  }

  async #run(url) {
    try {
      return (await serve(instances, new Request(url), this.env, this.ctx, anAlarm)).ok;
    } catch (error) {
      console.error(`an alarm failed: ${error.message}`);
      return false;
    }
  }
}
