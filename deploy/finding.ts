// What doctor finds, and the table that shows it.

export type State = 'ok' | 'warning' | 'fault' | 'unchecked';

export interface Finding {
  check: string;
  state: State;
  /** What is so. */
  detail: string;
  /** What to do; nothing if all is well. */
  remedy?: string;
}

export const ok = (check: string, detail: string): Finding => ({ check, state: 'ok', detail });
export const fault = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'fault',
  detail,
  remedy,
});
export const warning = (check: string, detail: string, remedy: string): Finding => ({
  check,
  state: 'warning',
  detail,
  remedy,
});
/** Something that cannot be told from here. */
export const unchecked = (check: string, detail: string, remedy?: string): Finding => ({
  check,
  state: 'unchecked',
  detail,
  remedy,
});

/** Prints the table; returns whether nothing is wrong. */
export function report(findings: Finding[], say: (line: string) => void): boolean {
  say('');
  for (const { check, state, detail, remedy } of findings) {
    say(`  ${check.padEnd(26)} ${state.padEnd(9)} ${detail}`);
    if (remedy) say(`  ${' '.repeat(26)} ${' '.repeat(9)} -> ${remedy}`);
  }
  const count = (wanted: State): number => findings.filter(({ state }) => state === wanted).length;
  say('');
  say(
    `${count('ok')} ok, ${count('warning')} warnings, ${count('fault')} faults, ${count('unchecked')} unchecked`,
  );
  return count('fault') === 0;
}

/** The token does not even allow a look at the deployment. */
export class Refused extends Error {
  readonly findings: Finding[];
  constructor(findings: Finding[]) {
    super('The Cloudflare token does not work for this account.');
    this.findings = findings;
  }
}
