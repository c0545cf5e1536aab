// A WHIP client for encoders in Node.

import type { RTCPeerConnection } from 'werift';
import { offerByWhip as offer } from '../../sandbox/media/whip-push.ts';
import type { Sent } from '../../sandbox/media/whip-push.ts';
import { atEnd } from './processes.ts';

/** As in whip-push.ts, until the end of the test. */
export async function offerByWhip(url: string, token: string, sent: Sent[]): Promise<RTCPeerConnection> {
  const { connection } = await offer(url, token, sent);
  atEnd(() => connection.close());
  return connection;
}
