/** What several tests of the plan begin with. */
import type { PlanSettings } from '../../src/plan/plan.ts';
import { SETTINGS } from '../support/make-plan.ts';
import { type MemorySource, memorySource } from '../support/memory-source.ts';

export function owners(settings: Partial<PlanSettings['owner']>): Partial<PlanSettings> {
  return { owner: { ...SETTINGS.owner, ...settings } };
}

export const SHADOW = 'root:*:20000:0:99999:7:::\n';

export function etc(): MemorySource {
  return memorySource([
    ['etc/passwd', 'root:x:0:0::/:\nmail:x:8:8::/:\n'],
    ['etc/group', 'root:x:0:\nstaff:x:50:\n'],
    ['etc/shadow', SHADOW],
    ['etc/machine-id', '0123456789abcdef0123456789abcdef\n'],
    ['etc/hostname', 'builder-17\n'],
    ['etc/resolv.conf', 'nameserver 10.0.0.1\n'],
    ['var/log/dpkg.log', 'a long log\n'],
    ['var/log/apt/term.log', 'another\n'],
    ['var/spool/mail', 'x'],
  ]);
}
