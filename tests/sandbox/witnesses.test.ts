// Every provider call of the core is repeated with the provider's own SDK: the SDK sends what the core sends, and the
// fields that the core reads exist in the SDK's types and in the response. A new call in the core needs a witness here.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Mux from '@mux/mux-node';
import Cloudflare from 'cloudflare';
import { describe, expect, it } from 'vitest';
import { account, delivered, muxIngest, runBoth } from './support.ts';

const account_id = account;
const live_input_identifier = (input: string) => ({ account_id, live_input_identifier: input });

interface Scene {
  mux: Mux;
  cloudflare: Cloudflare;
  /** Ids, which these names replace in addresses. */
  ids: {
    input: string;
    output: string;
    video: string;
    stream: string;
    asset: string;
    playback?: string;
    track?: string;
  };
  cloudflareUrl: string;
  /** Ends the current broadcast at both. */
  end(): Promise<void>;
}

/** A live broadcast, recorded at both. */
async function beginBroadcast(sent: string[]): Promise<Scene> {
  const { mux, cloudflare, liveStream, inputId, outputId } = await runBoth();
  const note: typeof fetch = (to, init) => {
    sent.push(`${init?.method ?? 'GET'} ${to instanceof Request ? to.url : String(to)}`);
    return fetch(to, init);
  };
  const options = { maxRetries: 0, fetch: note };
  const atMux = new Mux({ ...options, baseURL: mux.url, tokenId: 'token-id', tokenSecret: 'token-secret' });
  const baseURL = `${cloudflare.url}/client/v4`;
  const { videoUid } = await cloudflare.control.post<{ videoUid: string }>('connect', { inputId });
  const stream = () => mux.mux.video.liveStreams.retrieve(liveStream.id);
  await expect.poll(async () => (await stream()).status).toBe('active');
  const asset = (await stream()).active_asset_id ?? '';
  return {
    mux: atMux,
    cloudflare: new Cloudflare({ ...options, baseURL, apiToken: 'api-token' }),
    ids: { input: inputId, output: outputId, video: videoUid, stream: liveStream.id, asset },
    cloudflareUrl: cloudflare.url,
    end: async () => {
      await cloudflare.control.post('disconnect', { inputId, reconnectSeconds: 0, wait: true });
      await Promise.all([delivered(mux), delivered(cloudflare)]);
    },
  };
}

interface Witness {
  /** What the core sends: the method and the end of the address. */
  core: string;
  /** Sends the same and returns what the core reads from the response. */
  by(scene: Scene): Promise<unknown[]>;
}

async function nothingOf(answer: Promise<unknown>): Promise<unknown[]> {
  await answer;
  return [];
}

const ofLiveStream = (from: Mux.Video.LiveStream) => [
  from.id,
  from.stream_key,
  from.status,
  from.playback_ids?.map(({ id, policy }) => [id, policy]),
  from.created_at,
];
const ofAsset = (from: Mux.Video.Asset) => [
  from.id,
  from.status,
  from.is_live,
  from.playback_ids?.map(({ id, policy }) => [id, policy]),
  from.created_at,
  from.live_stream_id,
];
const ofLiveInput = (from: Cloudflare.Stream.LiveInput) => [
  from.uid,
  from.webRTC?.url,
  from.webRTCPlayback?.url,
  from.rtmps?.url,
  from.rtmps?.streamKey,
  from.srt?.url,
  from.srt?.streamId,
  from.srt?.passphrase,
  from.enabled,
  from.meta,
  from.recording?.mode,
  from.recording?.requireSignedURLs,
];
const ofOutput = (from: Cloudflare.Stream.LiveInputs.Output) => [
  from.uid,
  from.url,
  from.streamKey,
  from.enabled,
];
const ofVideo = (from: Cloudflare.Stream.Video) => [
  from.uid,
  from.liveInput,
  from.status?.state,
  from.duration,
  from.created,
  from.modified,
  from.playback?.hls,
];

const ofMadeVideo = (from: Cloudflare.Stream.Video) => [
  from.uid,
  from.creator ?? null,
  from.status?.state,
  from.meta,
  from.duration,
  from.modified,
];

/** By the core's call labels. */
const witnesses: Record<string, Witness> = {
  'mux-create-live-stream': {
    core: 'POST live-streams',
    by: async ({ mux }) =>
      ofLiveStream(
        await mux.video.liveStreams.create({
          playback_policies: ['public'],
          new_asset_settings: { playback_policies: ['public'], passthrough: 'whip-mux:tests:1' },
          latency_mode: 'standard',
          reconnect_window: 60,
          passthrough: 'whip-mux:tests:1',
          meta: { title: 'The service' },
        }),
      ),
  },
  'mux-get-live-stream': {
    core: 'GET live-streams/{stream}',
    by: async ({ mux, ids }) => {
      const found = await mux.video.liveStreams.retrieve(ids.stream);
      return [...ofLiveStream(found), found.active_asset_id];
    },
  },
  'mux-list-live-streams': {
    core: 'GET live-streams?limit=100&page=1',
    by: async ({ mux }) =>
      (await mux.video.liveStreams.list({ limit: 100, page: 1 })).data.flatMap(ofLiveStream),
  },
  'mux-complete-live-stream': {
    core: 'PUT live-streams/{stream}/complete',
    by: ({ mux, ids }) => nothingOf(mux.video.liveStreams.complete(ids.stream)),
  },
  'mux-disable-live-stream': {
    core: 'PUT live-streams/{stream}/disable',
    by: ({ mux, ids }) => nothingOf(mux.video.liveStreams.disable(ids.stream)),
  },
  'mux-reset-stream-key': {
    core: 'POST live-streams/{stream}/reset-stream-key',
    by: async ({ mux, ids }) => ofLiveStream(await mux.video.liveStreams.resetStreamKey(ids.stream)),
  },
  'mux-delete-live-stream': {
    core: 'DELETE live-streams/{stream}',
    by: ({ mux, ids }) => nothingOf(mux.video.liveStreams.delete(ids.stream)),
  },
  'mux-list-assets': {
    core: 'GET assets?limit=100&live_stream_id={stream}&page=1',
    by: async ({ mux, ids }) => {
      const query = { limit: 100, page: 1, live_stream_id: ids.stream };
      return (await mux.video.assets.list(query)).data.flatMap(ofAsset);
    },
  },
  'mux-list-new-assets': {
    core: 'GET assets?limit=100&page=1',
    by: async ({ mux }) =>
      (await mux.video.assets.list({ limit: 100, page: 1 })).data.flatMap(({ id }) => id),
  },
  'mux-get-asset': {
    core: 'GET assets/{asset}',
    by: async ({ mux, ids, end }) => {
      await end();
      await mux.video.assets.updateMasterAccess(ids.asset, { master_access: 'temporary' });
      await mux.video.assets.createStaticRendition(ids.asset, { resolution: 'highest' });
      const { master, static_renditions: files } = await mux.video.assets.retrieve(ids.asset);
      return [master?.status, files?.files?.map(({ name, status }) => [name, status])];
    },
  },
  'mux-open-master': {
    core: 'PUT assets/{asset}/master-access',
    by: async ({ mux, ids, end }) => {
      await end();
      return ofAsset(await mux.video.assets.updateMasterAccess(ids.asset, { master_access: 'temporary' }));
    },
  },
  'mux-make-mp4': {
    core: 'POST assets/{asset}/static-renditions',
    by: async ({ mux, ids, end }) => {
      await end();
      const made = await mux.video.assets.createStaticRendition(ids.asset, { resolution: 'highest' });
      expect(made.name).toBe('highest.mp4');
      return [made.status];
    },
  },
  'mux-create-asset': {
    core: 'POST assets',
    by: async ({ mux, cloudflareUrl }) => {
      const made = await mux.video.assets.create({
        inputs: [{ url: `${cloudflareUrl}/absent/downloads/default.mp4` }],
        playback_policies: ['public'],
        passthrough: 'whip-mux-copy:1:2',
        meta: { title: 'The service' },
      });
      return [made.id, made.status, made.passthrough];
    },
  },
  'mux-generate-captions': {
    core: 'POST assets/{asset}/tracks/{track}/generate-subtitles',
    by: async ({ mux, ids, end }) => {
      await end();
      const { tracks = [] } = await mux.video.assets.retrieve(ids.asset);
      ids.track = tracks.find(({ type }) => type === 'audio')?.id ?? '';
      await mux.video.assets.generateSubtitles(ids.asset, ids.track, {
        generated_subtitles: [{ language_code: 'es', name: 'Español' }],
      });
      const { tracks: after = [] } = await mux.video.assets.retrieve(ids.asset);
      const made = after.find(({ type }) => type === 'text');
      return [made?.language_code, made?.name, made?.status];
    },
  },
  'mux-add-playback-id': {
    core: 'POST assets/{asset}/playback-ids',
    by: async ({ mux, ids }) => {
      const made = await mux.video.assets.createPlaybackId(ids.asset, { policy: 'signed' });
      return [made.id, made.policy];
    },
  },
  'mux-remove-playback-id': {
    core: 'DELETE assets/{asset}/playback-ids/{playback}',
    by: async ({ mux, ids }) => {
      const [first] = (await mux.video.assets.retrieve(ids.asset)).playback_ids ?? [];
      ids.playback = first?.id ?? '';
      return nothingOf(mux.video.assets.deletePlaybackId(ids.asset, ids.playback));
    },
  },
  'mux-delete-asset': {
    core: 'DELETE assets/{asset}',
    by: ({ mux, ids }) => nothingOf(mux.video.assets.delete(ids.asset)),
  },
  'cloudflare-create-live-input': {
    core: 'POST live_inputs',
    by: async ({ cloudflare }) =>
      ofLiveInput(
        await cloudflare.stream.liveInputs.create({
          account_id,
          meta: { name: 'The service', streamId: 'whip-mux:tests:1' },
          recording: { mode: 'automatic', timeoutSeconds: 60, requireSignedURLs: false },
          defaultCreator: 'user-7',
          preferLowLatency: true,
          'Idempotency-Key': 'key-1',
        }),
      ),
  },
  'cloudflare-get-live-input': {
    core: 'GET live_inputs/{input}',
    by: async ({ cloudflare, ids }) => {
      const found = await cloudflare.stream.liveInputs.get(ids.input, { account_id });
      return [...ofLiveInput(found), found.status];
    },
  },
  'cloudflare-protect-live-input': {
    core: 'PUT live_inputs/{input}',
    by: async ({ cloudflare, ids }) => {
      const recording = { mode: 'automatic', timeoutSeconds: 60, requireSignedURLs: true } as const;
      const wanted = { account_id, enabled: true, recording };
      return ofLiveInput(await cloudflare.stream.liveInputs.update(ids.input, wanted));
    },
  },
  // The SDK has no method for this, but a type for its result.
  'cloudflare-disable-live-input': {
    core: 'POST live_inputs/{input}/disable',
    by: async ({ cloudflare, ids }) => {
      const path = `/accounts/${account}/stream/live_inputs/${ids.input}/disable`;
      const { result } = await cloudflare.post<{ result: Cloudflare.Stream.LiveInput }>(path);
      expect(result.enabled).toBe(false);
      return ofLiveInput(result);
    },
  },
  // The SDK has no method for this, but a type for its result.
  'cloudflare-rotate-keys': {
    core: 'POST live_inputs/{input}/rotate_keys',
    by: async ({ cloudflare, ids }) => {
      const path = `/accounts/${account}/stream/live_inputs/${ids.input}/rotate_keys`;
      const { result } = await cloudflare.post<{ result: Cloudflare.Stream.LiveInput }>(path);
      return ofLiveInput(result);
    },
  },
  'cloudflare-list-live-inputs': {
    core: 'GET live_inputs?include_counts=true',
    by: async ({ cloudflare }) => {
      const found = await cloudflare.stream.liveInputs.list({ account_id, include_counts: true });
      const each = found.liveInputs?.flatMap(({ uid, meta, created }) => [uid, meta, created]) ?? [];
      return [...each, found.total];
    },
  },
  'cloudflare-delete-live-input': {
    core: 'DELETE live_inputs/{input}',
    by: ({ cloudflare, ids }) => nothingOf(cloudflare.stream.liveInputs.delete(ids.input, { account_id })),
  },
  'cloudflare-create-output': {
    core: 'POST live_inputs/{input}/outputs',
    by: async ({ cloudflare, ids }) => {
      const wanted = { account_id, url: muxIngest, streamKey: 'another-key', enabled: true };
      return ofOutput(await cloudflare.stream.liveInputs.outputs.create(ids.input, wanted));
    },
  },
  'cloudflare-update-output': {
    core: 'PUT live_inputs/{input}/outputs/{output}',
    by: async ({ cloudflare, ids }) => {
      const change = { ...live_input_identifier(ids.input), enabled: false };
      return ofOutput(await cloudflare.stream.liveInputs.outputs.update(ids.output, change));
    },
  },
  'cloudflare-list-outputs': {
    core: 'GET live_inputs/{input}/outputs',
    by: async ({ cloudflare, ids }) => {
      const { result } = await cloudflare.stream.liveInputs.outputs.list(ids.input, { account_id });
      return result.flatMap(ofOutput);
    },
  },
  'cloudflare-delete-output': {
    core: 'DELETE live_inputs/{input}/outputs/{output}',
    by: ({ cloudflare, ids }) => {
      const { outputs } = cloudflare.stream.liveInputs;
      return nothingOf(outputs.delete(ids.output, live_input_identifier(ids.input)));
    },
  },
  'cloudflare-list-videos': {
    core: 'GET stream?limit=1000&live_input_id={input}',
    by: async ({ cloudflare, ids }) => {
      const query = { account_id, limit: 1000, live_input_id: ids.input };
      const found = (await cloudflare.stream.list(query)).result.flatMap(ofVideo);
      expect(found).toContain(ids.video);
      return found;
    },
  },
  'cloudflare-list-copies': {
    core: 'GET stream?asc=true&creator=whip-mux%3A1&limit=1000',
    by: async ({ cloudflare }) => {
      const query = { account_id, asc: true, creator: 'whip-mux:1', limit: 1000 };
      return (await cloudflare.stream.list(query)).result.flatMap(ofMadeVideo);
    },
  },
  'cloudflare-get-video': {
    core: 'GET {video}',
    by: async ({ cloudflare, ids }) => ofMadeVideo(await cloudflare.stream.get(ids.video, { account_id })),
  },
  'cloudflare-copy-video': {
    core: 'POST copy',
    by: async ({ cloudflare, cloudflareUrl }) => {
      const made = await cloudflare.stream.copy.create({
        account_id,
        input: `${cloudflareUrl}/absent/downloads/default.mp4`,
        meta: { name: 'The service', madeOf: '1' },
        creator: 'whip-mux:1',
        requireSignedURLs: false,
      });
      return [made.uid];
    },
  },
  'cloudflare-clip-video': {
    core: 'POST clip',
    by: async ({ cloudflare, ids, end }) => {
      await sleep(1200);
      await end();
      const made = await cloudflare.stream.clip.create({
        account_id,
        meta: { name: 'The service', madeOf: '1' },
        creator: 'whip-mux:1',
        requireSignedURLs: false,
        clippedFromVideoUID: ids.video,
        startTimeSeconds: 0,
        endTimeSeconds: 1,
      });
      return [made.uid];
    },
  },
  'cloudflare-generate-captions': {
    core: 'POST {video}/captions/es/generate',
    by: async ({ cloudflare, ids, end }) => {
      await end();
      const at = { account_id, identifier: ids.video };
      return nothingOf(cloudflare.stream.captions.language.create('es', at));
    },
  },
  'cloudflare-list-captions': {
    core: 'GET {video}/captions',
    by: async ({ cloudflare, ids, end }) => {
      await end();
      const at = { account_id, identifier: ids.video };
      await cloudflare.stream.captions.language.create('es', at);
      const { result } = await cloudflare.stream.captions.get(ids.video, { account_id });
      return result.map(({ language, label, status }) => [language, label, status]);
    },
  },
  'cloudflare-edit-video': {
    core: 'POST {video}',
    by: ({ cloudflare, ids }) =>
      nothingOf(cloudflare.stream.edit(ids.video, { account_id, meta: { name: 'a', madeOf: '1' } })),
  },
  'cloudflare-protect-video': {
    core: 'POST {video}',
    by: async ({ cloudflare, ids }) => {
      const changed = await cloudflare.stream.edit(ids.video, { account_id, requireSignedURLs: true });
      return [changed.requireSignedURLs];
    },
  },
  'cloudflare-create-download': {
    core: 'POST {video}/downloads',
    by: async ({ cloudflare, ids, end }) => {
      await end();
      return nothingOf(cloudflare.stream.downloads.create(ids.video, { account_id }));
    },
  },
  'cloudflare-get-download': {
    core: 'GET {video}/downloads',
    by: async ({ cloudflare, ids, end }) => {
      await end();
      await cloudflare.stream.downloads.create(ids.video, { account_id });
      const { default: file } = await cloudflare.stream.downloads.get(ids.video, { account_id });
      return [file?.status, file?.percentComplete, file?.url];
    },
  },
  'cloudflare-delete-video': {
    core: 'DELETE {video}',
    by: async ({ cloudflare, ids, end }) => {
      await end();
      return nothingOf(cloudflare.stream.delete(ids.video, { account_id }));
    },
  },
};

/** The calls in the core's sources by label: their methods and the part of the address after an id. */
function callsOfCore(): Map<string, { method: string; rest: string }> {
  const calls = new Map<string, { method: string; rest: string }>();
  for (const folder of ['mux', 'cloudflare']) {
    const path = new URL(`../../src/${folder}/`, import.meta.url).pathname;
    for (const name of readdirSync(path).filter((each) => each.endsWith('.cpp'))) {
      const text = readFileSync(join(path, name), 'utf8');
      for (const [, label = '', more = ''] of text.matchAll(/\.label = "([\w-]+)"([^}]*)/g))
        calls.set(label, {
          method: /\.method = "([A-Z]+)"/.exec(more)?.[1] ?? 'GET',
          rest: /\.rest = "([^"]*)"/.exec(more)?.[1] ?? '',
        });
    }
  }
  return calls;
}

describe('every call of the core has a witness:', () => {
  const calls = callsOfCore();

  it('all calls of the core, and no others', () => {
    expect(Object.keys(witnesses).sort()).toEqual([...calls.keys()].sort());
  });

  it.each(Object.entries(witnesses))('%s', async (label, { core, by }) => {
    const { method, rest } = calls.get(label) ?? {};
    expect(core.startsWith(`${method} `), core).toBe(true);
    expect(core).toContain(rest);

    const sent: string[] = [];
    const scene = await beginBroadcast(sent);
    const read = await by(scene);
    expect(read.flat(3)).not.toContain(undefined);

    const named = sent.map((each) => {
      const [does = '', address = ''] = each.split(' ');
      const { pathname, searchParams } = new URL(address);
      searchParams.sort();
      const query = searchParams.size > 0 ? `?${searchParams}` : '';
      const path = pathname.replace(/^\/video\/v1\/|^\/client\/v4\/accounts\/\w+\/(?:stream\/)?/, '');
      const ids = Object.entries(scene.ids);
      return ids.reduce((text, [name, id]) => text.replaceAll(id, `{${name}}`), `${does} ${path}${query}`);
    });
    expect(named).toContain(core);
  });
});
