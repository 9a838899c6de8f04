import type { Rule } from '../rule.ts';
import { COMMON_ACCOUNTS } from './common-accounts.ts';
import { COMMON_KERNEL, COMMON_UNREPAIRABLE } from './common-boot.ts';
import { COMMON_CACHES, COMMON_SCRATCH, COMMON_STORES } from './common-caches.ts';
import { COMMON_CREDENTIALS } from './common-credentials.ts';
import { COMMON_DESKTOP } from './common-desktop.ts';
import { COMMON_IDENTITY } from './common-identity.ts';
import { COMMON_LOGS, COMMON_TIMES } from './common-logs.ts';
import { COMMON_SECRETS } from './common-secrets.ts';
import { DEBIAN } from './debian.ts';
import { ALPINE, ARCH, FEDORA, OPENSUSE, RHEL, UBUNTU, VOID } from './distributions.ts';
import { DPKG } from './dpkg.ts';
import { COMMON_FIRST_BOOT } from './first-boot.ts';
import { LANGUAGE_MANAGERS } from './language-managers.ts';
import { COMMON_OWNERS } from './owners.ts';
import { APK, NIX, OPKG, PACMAN, PORTAGE, XBPS } from './package-managers.ts';
import { DNF, RPM, ZYPP } from './rpm.ts';

/** Rules for every tree. Later rules win, so rules for whole directories come before those for single files. */
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

/**
 * The rules of each layer: those for every tree, package managers, distributions. detect.ts decides which layers a
 * tree gets, and in which order.
 */
export const TABLES: Readonly<Record<string, readonly Rule[]>> = {
  common: COMMON,
  dpkg: DPKG,
  rpm: RPM,
  pacman: PACMAN,
  apk: APK,
  xbps: XBPS,
  portage: PORTAGE,
  opkg: OPKG,
  nix: NIX,
  dnf: DNF,
  zypp: ZYPP,
  debian: DEBIAN,
  ubuntu: UBUNTU,
  fedora: FEDORA,
  rhel: RHEL,
  opensuse: OPENSUSE,
  arch: ARCH,
  alpine: ALPINE,
  void: VOID,
};
