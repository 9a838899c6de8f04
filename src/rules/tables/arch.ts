import type { Rule } from '../rule.ts';
import { GROUP_WRITES, type OwnerRow, ownerRule } from './owners.ts';

const OWNERS: readonly OwnerRow[] = [
  {
    id: 'arch/owner-dbus-helper',
    match: ['usr/lib/dbus-1.0/dbus-daemon-launch-helper'],
    group: 'dbus',
    type: 'file',
    bits: 0o4000,
    source: 'Arch Linux dbus',
  },
  {
    id: 'arch/owner-scores',
    match: ['var/games'],
    group: 'games',
    type: 'directory',
    bits: GROUP_WRITES,
    source: 'Arch Linux filesystem',
  },
  {
    id: 'arch/owner-ftp',
    match: ['srv/ftp'],
    group: 'ftp',
    type: 'directory',
    source: 'Arch Linux filesystem',
  },
];

/** For Arch Linux and what derives from it. Its package manager has a layer of its own. */
export const ARCH: readonly Rule[] = [
  {
    id: 'arch/java-trust-store',
    match: ['etc/ca-certificates/extracted/java-cacerts.jks'],
    when: { type: 'file' },
    action: { do: 'rewrite', normalizer: 'jks' },
    why: 'Contains the installation time of every certificate.',
    source: 'p11-kit pull requests 202 and 418',
  },
  ...OWNERS.map(ownerRule),
];
