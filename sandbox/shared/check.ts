// Checks for request bodies. A check takes a value and its name and returns messages for the caller; an empty list
// means that the value is valid.

export type Check = (value: unknown, name: string) => string[];

export type Fields = Record<string, unknown>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(max = Infinity): Check {
  return (value, name) => {
    if (typeof value !== 'string') return [`${name} must be a string`];
    return value.length > max ? [`${name} must be at most ${max} characters`] : [];
  };
}

export function integer(min: number, max: number): Check {
  return (value, name) =>
    Number.isInteger(value) && Number(value) >= min && Number(value) <= max
      ? []
      : [`${name} must be an integer between ${min} and ${max}`];
}

export const number: Check = (value, name) => (typeof value === 'number' ? [] : [`${name} must be a number`]);

export const flag: Check = (value, name) => (typeof value === 'boolean' ? [] : [`${name} must be a boolean`]);

export function oneOf(...allowed: string[]): Check {
  return (value, name) =>
    allowed.includes(value as string) ? [] : [`${name} must be one of: ${allowed.join(', ')}`];
}

export function url(...schemes: string[]): Check {
  return (value, name) => {
    const parsed = typeof value === 'string' ? URL.parse(value) : null;
    return parsed && schemes.includes(parsed.protocol.slice(0, -1))
      ? []
      : [`${name} must be a URL that starts with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`];
  };
}

export function listOf(check: Check, max = Infinity): Check {
  return (value, name) => {
    if (!Array.isArray(value)) return [`${name} must be an array`];
    if (value.length > max) return [`${name} must have at most ${max} entries`];
    return value.flatMap((entry, index) => check(entry, `${name}[${index}]`));
  };
}

export function nullable(check: Check): Check {
  return (value, name) => (value === null ? [] : check(value, name));
}

export const anyObject: Check = (value, name) => (isFields(value) ? [] : [`${name} must be an object`]);

interface ObjectRules {
  required?: string[];
  /** Whether to accept unlisted fields. */
  open?: boolean;
}

export function object(fields: Record<string, Check>, rules: ObjectRules = {}): Check {
  return (value, name) => {
    if (!isFields(value)) return [`${name || 'body'} must be an object`];
    const path = (field: string): string => (name ? `${name}.${field}` : field);
    const missing = (rules.required ?? []).filter((field) => value[field] === undefined);
    const wrong = Object.entries(value).flatMap(([field, entry]) => {
      const check = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (check) return entry === undefined ? [] : check(entry, path(field));
      return rules.open ? [] : [`${path(field)} is not a known parameter`];
    });
    return [...missing.map((field) => `${path(field)} is required`), ...wrong];
  };
}
