import type { Rule } from '../rule.ts';
import { type OwnerRow, ownerRule } from './owners.ts';

const OWNERS: readonly OwnerRow[] = [
  {
    id: 'alpine/owner-shadow',
    match: ['etc/shadow{,-}'],
    group: 'shadow',
    type: 'file',
    bits: 0o040,
    source: 'Alpine alpine-baselayout',
  },
];

/** For Alpine Linux and what derives from it. Its package manager has a layer of its own. */
export const ALPINE: readonly Rule[] = [
  {
    id: 'alpine/secret-signing-keys',
    match: ['{root,home/*}/.abuild/*.rsa'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'A private package-signing key is in the image: anyone who has it can sign packages.',
    source: 'abuild: abuild-keygen(1)',
  },
  ...OWNERS.map(ownerRule),
];
