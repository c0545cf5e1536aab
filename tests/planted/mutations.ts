// Makes small changes of a C++ source, each a mistake of one line, and none of a comment or a text.

export interface Mutant {
  line: number;
  /** What the lines say before and after it, on one line each. */
  was: string;
  is: string;
  /** The whole source with the change. */
  source: string;
}

interface Replacement {
  from: number;
  to: number;
  by: string;
}

/** All mutants of a source, in its order. It must be formatted: an operator has space on both sides. */
export function mutantsOf(source: string): Mutant[] {
  const code = withoutTexts(source);
  const all = [
    ...words(code),
    ...conditions(code, source),
    ...ternaries(code, source),
    ...returns(code, source),
    ...dropped(code),
  ];
  return all
    .sort((one, other) => one.from - other.from || one.to - other.to)
    .map((each) => mutantOf(source, each));
}

function mutantOf(source: string, { from, to, by }: Replacement): Mutant {
  const begin = source.lastIndexOf('\n', from - 1) + 1;
  const lineEnd = source.indexOf('\n', to);
  const end = lineEnd < 0 ? source.length : lineEnd;
  const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return {
    line: source.slice(0, from).split('\n').length,
    was: onOneLine(source.slice(begin, end)),
    is: onOneLine(source.slice(begin, from) + by + source.slice(to, end)),
    source: source.slice(0, from) + by + source.slice(to),
  };
}

/** The same length, with spaces for comments, what is in quotes, and what the preprocessor reads. */
function withoutTexts(source: string): string {
  const blank = (text: string): string => text.replace(/[^\n]/g, ' ');
  return source.replace(
    /\/\/.*|\/\*[^]*?\*\/|^#.*|static_assert\([^]*?;|R"\([^]*?\)"|"(?:\\.|[^"\\])*"|(?<!\w)'(?:\\.|[^'\\])+'/gm,
    (text) => (/^R?["']/.test(text) ? `"${blank(text.slice(2))}"` : blank(text)),
  );
}

const swapped: Record<string, string> = {
  '==': '!=',
  '!=': '==',
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '&&': '||',
  '||': '&&',
  true: 'false',
  false: 'true',
  '!': '',
};

function words(code: string): Replacement[] {
  const word =
    /(?<=\s)(?:[=!<>]=|[<>]|&&|\|\|)(?=\s)|!(?=[\w(*])|\b(?:true|false)\b|(?<![\w.])\d+(?=[UL]*(?![\w.]))/g;
  return [...code.matchAll(word)].map(({ 0: found, index }) => ({
    from: index,
    to: index + found.length,
    by: swapped[found] ?? String(Number(found) + 1),
  }));
}

/** Of `if` and `while`. */
function conditions(code: string, source: string): Replacement[] {
  return [...code.matchAll(/\b(?:if|while) \(/g)].flatMap(({ 0: found, index }) => {
    const begin = index + found.length;
    const to = endOf(code, begin);
    const semicolon = endOf(code, begin, ';');
    const from = semicolon < to ? semicolon + 2 : begin;
    const declared = /^(?:const )?[\w:]+[*&]? \*?(\w+) = /.exec(code.slice(from, to))?.[1];
    return declared ? [{ from: to, to, by: `; !${declared}` }] : opposite(code, source, from, to);
  });
}

function ternaries(code: string, source: string): Replacement[] {
  return [...code.matchAll(/\s\?\s/g)].flatMap(({ index }) =>
    opposite(code, source, beginOf(code, index), index),
  );
}

function returns(code: string, source: string): Replacement[] {
  return [...code.matchAll(/\breturn (?=[^;{}?]*;)/g)].flatMap(({ 0: found, index }) => {
    const from = index + found.length;
    const to = code.indexOf(';', from);
    const isBoolean = /\s(?:[=!<>]=|[<>]|&&|\|\|)\s|^!|\b(?:is|has|any|all|none|contains|starts)\w*\(/.test(
      code.slice(from, to),
    );
    return isBoolean ? opposite(code, source, from, to) : [];
  });
}

/** None where a swapped operator or a dropped "!" says the same. */
function opposite(code: string, source: string, from: number, to: number): Replacement[] {
  const condition = code.slice(from, to);
  const operators = condition.match(/\s(?:[=!<>]=|[<>]|&&|\|\|)\s/g) ?? [];
  const isOther = operators.length === 0 ? condition.startsWith('!') : /^\s[=!]=\s$/.test(operators.join(''));
  return isOther ? [] : [{ from, to, by: `!(${source.slice(from, to)})` }];
}

/** Statements that are a call, an assignment or an increment. */
function dropped(code: string): Replacement[] {
  const begin = /(?<=[;{}]\s*|\b(?:case [\w:]+|default):\s*)(?=\(void\)|\+\+|--|\*|[a-z])/g;
  const kind =
    /^(?:(?:\(void\))?(?:co_await )?[\w:.>-]+(?:\(|<\w+>\()|(?:\+\+|--)|\*?[\w:.>[\]-]+(?:\[[^;]*\])?(?: [+-]?= |\())/;
  const other = /^(?:return|co_return|if|for|while|switch|case|using|const|auto|static_assert|else|do)\b/;
  return [...code.matchAll(begin)].flatMap(({ index: from }) => {
    const to = endOf(code, from, ';');
    const statement = code.slice(from, to);
    return code[to] === ';' && kind.test(statement) && !other.test(statement)
      ? [{ from, to: to + 1, by: '' }]
      : [];
  });
}

/** Where what stands within brackets ends, or before that one of the marks that stands within no others. */
function endOf(code: string, from: number, marks = ''): number {
  let depth = 0;
  for (let at = from; at < code.length; ++at) {
    const character = code.charAt(at);
    if (depth === 0 && marks.includes(character)) return at;
    if ('([{'.includes(character)) ++depth;
    if (')]}'.includes(character) && --depth < 0) return at;
  }
  return code.length;
}

/** Where the condition of a ternary begins whose "?" is there. */
function beginOf(code: string, to: number): number {
  let depth = 0;
  for (let at = to - 1; at > 0; --at) {
    const character = code.charAt(at);
    if (')]}'.includes(character)) ++depth;
    const isOutside = '([{'.includes(character) && --depth < 0;
    const isBehind = depth === 0 && /(?:[,;?]|\s=\s|\breturn\s|\s:\s)$/.test(code.slice(at - 7, at + 1));
    if (isOutside || isBehind) return at + 1 + (/^\s*/.exec(code.slice(at + 1, to))?.[0].length ?? 0);
  }
  return 0;
}
