// Reads a `_headers` file as the platform does: all rules that match a path apply in order, and `! Name` removes a
// header.

export type Headers = Map<string, string>;

interface Rule {
  pattern: RegExp;
  unset: string[];
  set: [string, string][];
}

function rulesOf(text: string): Rule[] {
  const rules: Rule[] = [];
  for (const line of text.split('\n').filter((each) => each.trim() !== '')) {
    if (!/^\s/.test(line)) {
      const pattern = line
        .trim()
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*');
      rules.push({ pattern: new RegExp(`^${pattern}$`), unset: [], set: [] });
      continue;
    }
    const rule = rules.at(-1);
    const [name = '', ...value] = line.trim().split(':');
    if (name.startsWith('!')) rule?.unset.push(name.slice(1).trim().toLowerCase());
    else rule?.set.push([name.toLowerCase(), value.join(':').trim()]);
  }
  return rules;
}

export function headersFor(text: string, path: string): Headers {
  const headers: Headers = new Map();
  for (const { pattern, unset, set } of rulesOf(text)) {
    if (!pattern.test(path)) continue;
    for (const name of unset) headers.delete(name);
    for (const [name, value] of set) {
      const before = headers.get(name);
      headers.set(name, before === undefined ? value : `${before}, ${value}`);
    }
  }
  return headers;
}
