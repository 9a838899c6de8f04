import type { Rewrite } from './rewrite.ts';
import { shadowLastChange } from './shadow-last-change.ts';

/** All content normalizers, by the name that rules give. */
export const REWRITES: Readonly<Record<string, Rewrite>> = {
  'shadow-last-change': shadowLastChange,
};
