import type { Rule } from '../rule.ts';

/** For Void Linux. Its package manager has a layer of its own. */
export const VOID: readonly Rule[] = [
  {
    id: 'void/runit-state',
    match: ['etc/sv/*/{,log/}supervise', 'var/db/runit/**'],
    when: { type: ['file', 'directory', 'fifo'] },
    action: { do: 'report' },
    why: 'Pipes and process ids of services that ran in the tree; stop them before building the image.',
    source: 'runit: runsv(8)',
  },
];
