// A phone's page, the relay, and both providers' stand-ins with real media, which record the broadcast.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { certificateFile } from '../../sandbox/media/certificate.ts';
import { durationOf, parsePlaylist } from '../../sandbox/media/playlist.ts';
import { eventually, runBothWithMedia } from '../media/support.ts';
import { account, eventTypes } from '../sandbox/support.ts';
import { startBrowser } from './browser.ts';
import { startRelay } from './relay.ts';
import type { Relay } from './relay.ts';
import { startWorker, token } from './worker.ts';

/** In seconds. */
export const now = (): number => performance.now() / 1000;

/** The providers wait a minute for a broadcast to reconnect. */
export async function setRecordedScene() {
  const both = await runBothWithMedia({ timeoutSeconds: 60 });
  const { folder, input, inputId, cloudflare, mux, liveStream, muxHook, videoHook } = both;
  await mux.mux.video.liveStreams.update(liveStream.id, { reconnect_window: 60 });
  const worker = await startWorker();
  const { url = '', streamKey = '' } = input.rtmps ?? {};
  worker.streams.set('one', { url, streamKey });
  const browser = await startBrowser();
  const launch = (settings: NodeJS.ProcessEnv = {}): Promise<Relay> =>
    startRelay(worker.url, {
      RELAY_ALLOWED_ORIGINS: browser.origin,
      RELAY_CA_FILE: join(folder, certificateFile),
      ...settings,
    });
  const open = async () => {
    const page = await browser.open();
    return <T>(name: string, ...values: unknown[]): Promise<T> =>
      page.evaluate<T>(`${name}(${values.map((each) => JSON.stringify(each)).join(', ')})`);
  };
  const phone = await open();

  /** Waits until Mux's recording continues for the `count`th time; returns the time. */
  async function received(count = 1): Promise<number> {
    const active = () => eventTypes(muxHook).filter((type) => type === 'video.live_stream.active').length;
    await eventually(() => active() >= count);
    return now();
  }

  /** The current length of Mux's recording, the last in the chain. */
  async function recorded(): Promise<number> {
    const [asset = ''] = await readdir(join(folder, 'mux'));
    return durationOf(parsePlaylist(await readFile(join(folder, 'mux', asset, 'recording.m3u8'), 'utf8')));
  }

  /** Ends the broadcast; returns when it ended and the addresses of both recordings. */
  async function stop(session: number): Promise<{ stopped: number; addresses: string[] }> {
    const recording = { mode: 'automatic' as const, timeoutSeconds: 0 };
    await cloudflare.stream.liveInputs.update(inputId, { account_id: account, recording });
    await mux.mux.video.liveStreams.update(liveStream.id, { reconnect_window: 1 });
    await phone('stop', session);
    const stopped = now();
    const [video] = await eventually(() => videoHook.received[0] && videoHook.received);
    await eventually(() => eventTypes(muxHook).includes('video.asset.live_stream_completed'));
    const { data: assets } = await mux.mux.video.assets.list();
    expect(videoHook.received).toHaveLength(1);
    expect(assets).toHaveLength(1);
    const atCloudflare = (video?.json.playback as { hls: string }).hls;
    return { stopped, addresses: [atCloudflare, `${mux.url}/${assets[0]?.playback_ids?.[0]?.id}.m3u8`] };
  }

  return {
    ...both,
    launch,
    received,
    recorded,
    stop,
    publish: (at: string) => phone<number>('publish', 'whip-whep', `${at}/whip/one`, token('one')),
    sent: (session: number) => phone<{ frames: number; state: string }>('sent', session),
    vanish: (session: number) => phone<void>('vanish', session),
    /** Watches by WHEP from a separate page until a picture appears. */
    async watch(at: string): Promise<void> {
      const viewer = await open();
      const watching = await viewer<{ session: number }>('watch', `${at}/whep/one`, token('one', 'watch'));
      await eventually(
        async () => (await viewer<{ frames: number }>('watched', watching.session)).frames > 20,
      );
    },
  };
}
