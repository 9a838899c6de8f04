import { NIX } from '../../../src/rules/tables/nix.ts';
import { testCases } from './cases.ts';

testCases('rules/tables/nix', NIX, [
  {
    rule: 'nix/store',
    fires: [
      'nix/store/0c-bash/bin/bash',
      'nix/store/0c-python/lib/python3.12/__pycache__/os.cpython-312.pyc',
      'gnu/store/1d-hello/bin/hello',
    ],
    spares: ['nix/var/log/nix/drvs/x'],
    owned: [],
  },
  {
    rule: 'nix/database',
    fires: ['nix/var/nix/db/db.sqlite', 'var/guix/db/db.sqlite-wal'],
    spares: ['nix/var/nix/db/schema', 'nix/store/x/db.sqlite'],
  },
]);
