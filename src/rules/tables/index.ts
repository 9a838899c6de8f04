import type { Rule } from '../rule.ts';
import { COMMON } from './common.ts';
import { DEBIAN } from './debian.ts';
import { DPKG } from './dpkg.ts';
import { UBUNTU } from './ubuntu.ts';

/** The rules of each layer. Which layers a tree gets, and in which order, is up to detect.ts. */
export const TABLES: Readonly<Record<string, readonly Rule[]>> = {
  common: COMMON,
  dpkg: DPKG,
  debian: DEBIAN,
  ubuntu: UBUNTU,
};
