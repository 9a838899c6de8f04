import type { Rule } from '../rule.ts';
import { ALPINE } from './alpine.ts';
import { APK } from './apk.ts';
import { ARCH } from './arch.ts';
import { COMMON } from './common.ts';
import { DEBIAN } from './debian.ts';
import { DNF } from './dnf.ts';
import { DPKG } from './dpkg.ts';
import { FEDORA } from './fedora.ts';
import { NIX } from './nix.ts';
import { OPENSUSE } from './opensuse.ts';
import { OPKG } from './opkg.ts';
import { PACMAN } from './pacman.ts';
import { PORTAGE } from './portage.ts';
import { RHEL } from './rhel.ts';
import { RPM } from './rpm.ts';
import { UBUNTU } from './ubuntu.ts';
import { VOID } from './void.ts';
import { XBPS } from './xbps.ts';
import { ZYPP } from './zypp.ts';

/**
 * The rules of each layer: what holds everywhere, package managers, distributions. Which layers a tree
 * gets, and in which order, is up to detect.ts.
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
