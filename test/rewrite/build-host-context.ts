import type { RewriteContext } from '../../src/rewrite/rewrite.ts';
import { lookUpIn } from './damage.ts';

/** Files of the source; those in `dropped` are left out by rules. */
export interface Files {
  readonly dropped?: Readonly<Record<string, string>>;
  readonly kept?: Readonly<Record<string, string>>;
}

/** @param hostname the chosen policy */
export function contextOf(
  path: string,
  { dropped = {}, kept = {} }: Files,
  hostname = 'drop',
): RewriteContext {
  const contents = (files: Readonly<Record<string, string>>) =>
    lookUpIn(Object.fromEntries(Object.entries(files).map(([name, content]) => [name, { content }])));
  return {
    path,
    epoch: 0,
    owned: undefined,
    policy: (name) => (name === 'hostname' ? hostname : undefined),
    lookUp: contents(kept),
    original: contents({ ...dropped, ...kept }),
  };
}
