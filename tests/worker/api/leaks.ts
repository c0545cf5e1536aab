// Finds secrets in text: raw and in the encodings in which code might write them.

const utf8 = (text: string): Buffer => Buffer.from(text);

/** The base64 of a secret at each of its three possible alignments in a longer text, without the edges. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const before = Buffer.alloc(offset);
    const whole = Buffer.concat([before, utf8(secret)]);
    const inner = whole.toString('base64').replace(/=+$/, '');
    const from = Math.ceil((offset * 8) / 6);
    const to = Math.floor((whole.length * 8) / 6);
    const form = inner.slice(from, to);
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function percentForms(secret: string): string[] {
  const every = [...utf8(secret)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  return [encodeURIComponent(secret), every];
}

/** Compares in lower case. Only for base64 could that produce a false match, and hardly ever. */
function formsOf(secret: string): Set<string> {
  const hex = utf8(secret).toString('hex');
  const reversed = [...secret].reverse().join('');
  const forms = [secret, reversed, hex, ...base64Forms(secret), ...percentForms(secret)];
  return new Set([...forms, JSON.stringify(secret).slice(1, -1)].map((form) => form.toLowerCase()));
}

export interface Text {
  where: string;
  text: string;
}

/** Every secret found, as "name in place". */
export function leaks(secrets: Record<string, string>, texts: Text[]): string[] {
  const lowered = texts.map(({ where, text }) => ({ where, text: text.toLowerCase() }));
  return Object.entries(secrets).flatMap(([name, secret]) => {
    const forms = [...formsOf(secret)];
    return lowered
      .filter(({ text }) => forms.some((form) => text.includes(form)))
      .map(({ where }) => `${name} in ${where}`);
  });
}
