import { readPrivileges } from '../finalize/privileges.ts';
import type { OwnerPolicy } from '../normalize/owner.ts';
import type { Plan } from '../plan/plan.ts';
import { DirectorySource } from '../source/directory-source.ts';

/**
 * Under fakeroot and pseudo every owner that is read from disk is the real one, and so wrong. An archive
 * has its owners written down, and with any other policy than these two the user says what they are.
 */
export function warnOfFakedRoot(plan: Plan, owner: OwnerPolicy): void {
  if (owner === 'root' || !(plan.source instanceof DirectorySource) || !readPrivileges().isFaked) return;
  plan.warnings.push({
    code: 'faked-root',
    path: '',
    message:
      'running under fakeroot or pseudo, whose faked owners and devices are invisible to stillroot: it sees the owners on disk. Run pack outside of fakeroot, use --owner root with ownership rules, or pack a tar made inside fakeroot',
  });
}
