import type { Rule } from '../rule.ts';
import { COMMON_ACCOUNTS } from './common-accounts.ts';
import { COMMON_CACHES } from './common-caches.ts';
import { COMMON_CREDENTIALS } from './common-credentials.ts';
import { COMMON_DESKTOP } from './common-desktop.ts';
import { COMMON_FIRST_BOOT } from './common-first-boot.ts';
import { COMMON_IDENTITY } from './common-identity.ts';
import { COMMON_KERNEL } from './common-kernel.ts';
import { COMMON_LOGS } from './common-logs.ts';
import { COMMON_OWNERS } from './common-owners.ts';
import { COMMON_SCRATCH } from './common-scratch.ts';
import { COMMON_SECRETS } from './common-secrets.ts';
import { COMMON_STORES } from './common-stores.ts';
import { COMMON_TIMES } from './common-times.ts';
import { COMMON_UNREPAIRABLE } from './common-unrepairable.ts';
import { LANGUAGE_MANAGERS } from './language-managers.ts';

/** Rules for every tree. Later rules win, so what is for whole directories comes before single files. */
export const COMMON: readonly Rule[] = [
  ...COMMON_TIMES,
  ...COMMON_SCRATCH,
  ...COMMON_LOGS,
  ...LANGUAGE_MANAGERS,
  ...COMMON_ACCOUNTS,
  ...COMMON_CACHES,
  ...COMMON_DESKTOP,
  ...COMMON_KERNEL,
  ...COMMON_IDENTITY,
  ...COMMON_SECRETS,
  ...COMMON_CREDENTIALS,
  ...COMMON_FIRST_BOOT,
  ...COMMON_UNREPAIRABLE,
  ...COMMON_OWNERS,
  ...COMMON_STORES,
];
