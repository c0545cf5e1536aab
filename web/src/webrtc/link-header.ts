// ICE servers that a WHIP or WHEP server names in Link headers (RFC 9725, section 4.6).

interface LinkValue {
  target: string;
  parameters: Map<string, string>;
}

// One value: <target> and its parameters, each a token or a quoted string.
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

/** The servers of `rel="ice-server"`; whatever else is linked, or is no STUN or TURN server, is left out. */
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
