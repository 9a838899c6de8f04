import { showPath } from '../../tree/path.ts';
import type { Recognizer } from '../cause.ts';
import { entryOf, type Finding } from '../finding.ts';
import { isPackageDatabase, isScratch } from '../places.ts';
import { type Proposal, proposeRules } from '../proposal.ts';
import { proposedRule } from '../proposed-rules.ts';

/** Links that lead elsewhere. */
export const linkTarget: Recognizer = ({ finding: { field, a, b }, owners }) => {
  if (field !== 'target') return undefined;
  return {
    cause: 'link-target',
    key: owners.join(','),
    title: 'symlinks lead elsewhere',
    remedy: 'look',
    advice: `Choose one target with a rule of yours (action = "link"): for this one ${showPath(a?.target ?? '')} or ${showPath(b?.target ?? '')}.`,
  };
};

/** Nothing else is known of it than that one side lacks it. */
export const oneSideOnly: Recognizer = ({ finding: { field, a }, path, owners }) => {
  if (field !== 'presence') return undefined;
  const side = a === undefined ? 'b' : 'a';
  const canDrop = owners.length === 0 && isScratch(path);
  const claim = owners.length === 0 ? 'No package claims it.' : `The package ${owners.join(', ')} claims it.`;
  return {
    cause: 'one-side-only',
    key: `${side} ${canDrop} ${owners.join(',')}`,
    title: `only side ${side.toUpperCase()} has it`,
    remedy: canDrop ? 'rule' : 'look',
    advice: canDrop
      ? `${claim} Programs make such files again: the proposed rule drops it.`
      : `${claim} Bring it into both images, or drop it with a rule of yours.`,
    ...(canDrop ? { propose: dropAll } : {}),
  };
};

/** The last of the table: it takes everything. */
export const unknown: Recognizer = ({ finding: { field }, path, owners }) => {
  const canDrop = field === 'content' && owners.length === 0 && isScratch(path) && !isPackageDatabase(path);
  const who =
    owners.length === 0
      ? 'No package claims it: find what writes it at the bootstrap.'
      : `The package ${owners.join(', ')} claims it: look at what its installation does.`;
  return {
    cause: 'unknown',
    key: `${field === 'content' ? 'content' : field} ${canDrop} ${owners.join(',')}`,
    title: field === 'content' ? 'contents differ, and nothing tells why' : `${field} differs`,
    remedy: canDrop ? 'rule' : 'look',
    advice: canDrop ? `${who} Programs make such files again: the proposed rule drops it.` : who,
    ...(canDrop ? { propose: dropAll } : {}),
  };
};

function dropAll(findings: readonly Finding[]): Proposal {
  const paths = findings.map(({ path }) => path);
  const files = findings.every((finding) => entryOf(finding).type === 'file');
  const why = 'Differs from build to build; no package claims it, and it is made again.';
  const rest = files ? { when: { type: 'file' as const } } : {};
  return proposeRules(proposedRule('varies', paths, { do: 'drop' }, why, rest));
}
