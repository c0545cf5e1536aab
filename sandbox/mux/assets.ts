// /video/v1/assets: the recordings (Mux API reference, assets).

import type { Answer, Call, Routes } from '../shared/http.ts';
import { invalid } from './errors.ts';
import { emitAsset } from './events.ts';
import { defaultLimit, maxLimit, newestFirst, pageOf, whole } from './list.ts';
import { assetOf } from './lookup.ts';
import { view } from './world.ts';
import type { Asset, World } from './world.ts';

/** A cursor names the previous page's last asset. Unlike Mux's, it does not survive that asset's deletion. */
function afterCursor(assets: Asset[], cursor: string): Asset[] {
  const last = assets.findIndex((asset) => asset.id === Buffer.from(cursor, 'base64url').toString());
  if (last < 0) throw invalid('Invalid cursor');
  return assets.slice(last + 1);
}

function list(world: World, call: Call): Answer {
  const liveStream = call.query.get('live_stream_id');
  const cursor = call.query.get('cursor');
  const all = newestFirst(world.assets.values()).filter(
    (asset) => liveStream === null || asset.live_stream_id === liveStream,
  );
  const assets = call.query.has('upload_id') ? [] : all;
  const limit = whole(call, 'limit', defaultLimit, maxLimit);
  const page = cursor ? afterCursor(assets, cursor).slice(0, limit) : pageOf(call, assets);
  const last = page.at(-1);
  const next = last && last !== assets.at(-1) ? Buffer.from(last.id).toString('base64url') : null;
  return { status: 200, body: { data: page.map(view), next_cursor: next } };
}

function remove(world: World, call: Call): Answer {
  const asset = assetOf(world, call);
  world.assets.delete(asset.id);
  emitAsset(world, 'deleted', asset);
  return { status: 204 };
}

export function assetRoutes(world: World): Routes {
  return {
    'GET /video/v1/assets': (call) => list(world, call),
    'GET /video/v1/assets/:id': (call) => ({ status: 200, body: { data: view(assetOf(world, call)) } }),
    'DELETE /video/v1/assets/:id': (call) => remove(world, call),
  };
}
