import type { Rule } from '../rule.ts';

/** For every tree with a store of Nix or Guix. */
export const NIX: readonly Rule[] = [
  {
    id: 'nix/store',
    match: ['{nix,gnu}/store{,/**}'],
    action: { do: 'keep' },
    why: 'Named after its own content, so no other rule may change it.',
    source: 'Nix: store paths',
  },
  {
    id: 'nix/database',
    match: ['nix/var/nix/db/db.sqlite{,-wal}', 'var/guix/db/db.sqlite{,-wal}'],
    when: { type: 'file' },
    action: { do: 'report' },
    why: 'Records when each path was registered: load the registration into a new database at first boot.',
    source: 'nixpkgs pull request 289840',
  },
];
