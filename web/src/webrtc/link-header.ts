// Reads the ICE servers that a WHIP or WHEP server sends in Link headers (RFC 9725, section 4.6).

interface LinkValue {
  target: string;
  parameters: Map<string, string>;
}

// One link value: <target> followed by parameters, each a token or a quoted string.
const value = /<([^>]*)>((?:\s*;\s*[\w!#$%&'*+.^`|~-]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)/g;
const parameter = /;\s*([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

function parseLinks(header: string): LinkValue[] {
  return Array.from(header.matchAll(value), ([, target = '', rest = '']) => ({
    target: target.trim(),
    parameters: new Map(
      Array.from(rest.matchAll(parameter), ([, name = '', quoted, token]) => [
        name.toLowerCase(),
        quoted === undefined ? (token ?? '') : quoted.replace(/\\(.)/g, '$1'),
      ]),
    ),
  }));
}

/** Returns the `rel="ice-server"` links that are STUN or TURN servers. */
export function iceServersOf(header: string | null): RTCIceServer[] {
  return parseLinks(header ?? '')
    .filter(({ target, parameters }) => {
      const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/);
      return relations.indexOf('ice-server') >= 0 && /^(stun|turn)s?:/i.test(target);
    })
    .map(({ target, parameters }) => {
      const username = parameters.get('username');
      const credential = parameters.get('credential');
      if (username === undefined || credential === undefined) return { urls: target };
      return { urls: target, username, credential };
    });
}
