import type { Recognizer } from '../cause.ts';
import type { Finding } from '../finding.ts';
import { NO_PROPOSAL, type Proposal } from '../proposal.ts';
import { proposedRule } from '../proposed-rules.ts';

/** Bits that a umask takes away: of group and others. */
const UMASK_BITS = 0o077;
/** Set-user-id, set-group-id, sticky. */
const SPECIAL_BITS = 0o7000;

/** Permission bits of group and others, as another umask leaves them. */
export const umask: Recognizer = ({ finding: { field, a, b } }) => {
  if (field !== 'mode' || a === undefined || b === undefined) return undefined;
  const others = (a.mode ^ b.mode) & ~UMASK_BITS;
  // No umask has to do with these, and a program without them may not work.
  if ((others & SPECIAL_BITS) !== 0) return undefined;
  const isUmask = others === 0;
  return {
    cause: 'umask',
    key: isUmask ? '' : 'other',
    title: isUmask ? 'created with a different umask' : 'permission bits differ',
    remedy: 'rule',
    advice:
      'Set the umask of the build, and the modes of files copied in from a checkout. The proposed rules grant only the permissions that both sides grant.',
    propose: proposeModes,
  };
};

function proposeModes(findings: readonly Finding[]): Proposal {
  const groups = new Map<number, Finding[]>();
  for (const finding of findings) {
    const mode = (finding.a?.mode ?? 0) & (finding.b?.mode ?? 0);
    groups.set(mode, [...(groups.get(mode) ?? []), finding]);
  }
  const rules = [...groups].map(([mode, each]) =>
    proposedRule(
      `mode-${mode.toString(8)}`,
      each.map(({ path }) => path),
      { do: 'mode', mode },
      'The mode depended on the umask of the build; this is what both sides grant.',
    ),
  );
  return { ...NO_PROPOSAL, rules };
}

/** The same files and contents; other names are one inode. */
export const hardLinks: Recognizer = ({ finding: { field } }) => {
  if (field !== 'links') return undefined;
  return {
    cause: 'hard-links',
    key: '',
    title: 'the same contents, but different names are hard-linked to each other',
    remedy: 'option',
    advice:
      'Whether equal files are hard links depends on how the tree was copied. Copy both the same way, or write every name as a separate file.',
    propose: () => ({ ...NO_PROPOSAL, options: { hardLinks: 'copy' } }),
  };
};

/** Times that clamping does not reach: both are older than the epoch. */
export const fileTimes: Recognizer = ({ finding: { field } }) => {
  if (field !== 'mtime') return undefined;
  return {
    cause: 'file-times',
    key: '',
    title: 'modification times before the epoch differ',
    remedy: 'option',
    advice:
      'Clamping does not change times before the epoch. Use an older --source-date-epoch, or set all times (--mtime set); programs that compare the time of usr or clock-epoch with the clock then see the epoch.',
    propose: () => ({ ...NO_PROPOSAL, options: { mtime: 'set' } }),
  };
};
