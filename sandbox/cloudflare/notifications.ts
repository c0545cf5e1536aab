// Cloudflare's two kinds of webhooks: the signed one for videos (Stream documentation, using webhooks), and the
// live-input notification, which carries only a shared secret (Notifications documentation, configure webhooks).
// Cloudflare documents retries for neither, so there are none.

import type { Letter } from '../shared/courier.ts';
import { uuid } from '../shared/ids.ts';
import { cloudflareSignature } from '../shared/signatures.ts';
import { isoNanos, now, unixSeconds } from '../shared/time.ts';
import { targetsOf } from './alerting.ts';
import type { Target, World } from './world.ts';

const policyName = 'Live bridge';

/** The body is only the video: no type, event id or account. */
export function sendVideoWebhook(world: World, state: string, video: object): void {
  const webhook = world.videoWebhook;
  if (!webhook) return;
  const body = JSON.stringify(video);
  world.courier.send({
    to: webhook.url,
    event: `video.${state}`,
    id: uuid(),
    seal: () => ({
      body,
      signatureHeader: 'Webhook-Signature',
      signature: cloudflareSignature(webhook.secret, body),
    }),
  });
}

function notification({ url, secret }: Target, event: string, content: object): Letter {
  const body = JSON.stringify(content);
  return {
    to: url,
    event,
    id: uuid(),
    seal: () => ({ body, signatureHeader: 'cf-webhook-auth', signature: secret }),
  };
}

export type LiveInputEvent = 'live_input.connected' | 'live_input.disconnected' | 'live_input.errored';

export interface IngestError {
  code: string;
  message: string;
}

export function notify(world: World, event: LiveInputEvent, inputId: string, error?: IngestError): void {
  const at = now();
  const updatedAt = isoNanos(at);
  const lines = ['Notification type: Stream Live Input', `Input ID: ${inputId}`, `Event type: ${event}`];
  const content = {
    name: policyName,
    text: [...lines, `Updated at: ${updatedAt}`].join('\n'),
    data: {
      notification_name: 'Stream Live Input',
      input_id: inputId,
      event_type: event,
      updated_at: updatedAt,
      live_input_errored: error && { error, video_codec: '', audio_codec: '' },
    },
    ts: unixSeconds(at),
    account_id: world.accountId,
    policy_id: world.policyId,
    policy_name: policyName,
    alert_type: 'stream_live_notifications',
  };
  world.journal.write(inputId, event);
  for (const target of targetsOf(world, inputId)) world.courier.send(notification(target, event, content));
}

/** What "Save and Test" sends: a fixed text, and no `data`. */
const test = {
  text:
    'Hello World! This is a test message sent from https://cloudflare.com. ' +
    'If you can see this, your webhook is configured properly.',
};

export function ping(world: World): void {
  for (const target of world.notifications) world.courier.send(notification(target, 'ping', test));
}

/** Sends the test message to one address at once and returns the status of the response; null if there was none. */
export async function pingOnce(world: World, target: Target): Promise<number | null> {
  return (await world.courier.deliver(notification(target, 'ping', test))).status;
}
