// One step of a deployment.

import type { Deployment } from './deployment.ts';

export interface Step {
  name: string;
  does: string;
  /** What is there already; undefined if there is something to do. */
  already(deployment: Deployment): Promise<string | undefined>;
  /** Does it, and says what came out. */
  perform(deployment: Deployment): Promise<string>;
  /** What to do if it fails. */
  remedy: string;
}

/** A person has to agree first, and did not. */
export class Declined extends Error {}
