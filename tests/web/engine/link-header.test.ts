import { expect, test } from 'vitest';
import { iceServersOf } from '../../../web/src/webrtc/link-header.ts';

test('reads the servers of the example in RFC 9725, section 4.6', () => {
  const header = [
    '<stun:stun.example.net>; rel="ice-server"',
    '<turn:turn.example.net?transport=udp>; rel="ice-server"; username="user"; credential="myPassword"; credential-type="password"',
    '<turn:turn.example.net?transport=tcp>; rel="ice-server"; username="user"; credential="myPassword"; credential-type="password"',
    '<turns:turn.example.net?transport=tcp>; rel="ice-server"; username="user"; credential="myPassword"; credential-type="password"',
  ].join(', ');
  expect(iceServersOf(header)).toEqual([
    { urls: 'stun:stun.example.net' },
    { urls: 'turn:turn.example.net?transport=udp', username: 'user', credential: 'myPassword' },
    { urls: 'turn:turn.example.net?transport=tcp', username: 'user', credential: 'myPassword' },
    { urls: 'turns:turn.example.net?transport=tcp', username: 'user', credential: 'myPassword' },
  ]);
});

test.each([
  ['no header', null, []],
  ['extensions', '</session/1/events>; rel="urn:ietf:params:whip:ext:core:server-sent-events"', []],
  ['another scheme', '<https://turn.example>; rel="ice-server"', []],
  ['another relation', '<stun:stun.example>; rel="preload"', []],
  ['several relations', '<stun:stun.example>; rel="preload ice-server"', [{ urls: 'stun:stun.example' }]],
  ['a token as a value', '<stun:stun.example>;rel=ice-server', [{ urls: 'stun:stun.example' }]],
  [
    'commas, semicolons and escapes in quotes',
    '<turn:t.example>; username="a,b;c"; credential="say \\"x\\""; REL="ice-server", <stun:s.example>; rel="ice-server"',
    [{ urls: 'turn:t.example', username: 'a,b;c', credential: 'say "x"' }, { urls: 'stun:s.example' }],
  ],
])('%s', (_, header, servers) => {
  expect(iceServersOf(header)).toEqual(servers);
});
