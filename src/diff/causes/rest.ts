import { showPath } from '../../tree/path.ts';
import type { Recognition, Recognizer } from '../cause.ts';
import type { Evidence } from '../evidence.ts';
import { isLog, isPackageDatabase, madeAgain } from '../path-kinds.ts';
import { dropAll } from '../proposal.ts';
import { belongsTogether } from '../proposal-guard.ts';
import type { Hosts } from '../varying-text.ts';
import { sentence } from './contents.ts';
import { pin } from './pin.ts';
import { emptyAll } from './varying-parts.ts';

/** Links with different targets. */
export const linkTarget: Recognizer = ({ finding: { field, a, b }, origin }) => {
  if (field !== 'target') return undefined;
  return {
    cause: 'link-target',
    key: origin,
    title: 'symlinks have different targets',
    remedy: 'look',
    advice: `Choose one target with your own rule (action = "link"): here ${showPath(a?.target ?? '')} or ${showPath(b?.target ?? '')}.`,
  };
};

/** All that is known is that one side lacks it. */
export const oneSideOnly: Recognizer = ({ finding: { field, a }, path, owners, origin }) => {
  if (field !== 'presence') return undefined;
  const side = a === undefined ? 'b' : 'a';
  const why = owners.length === 0 ? madeAgain(path) : undefined;
  const claim = sentence(origin);
  return {
    cause: 'one-side-only',
    key: `${side} ${why ?? ''} ${origin}`,
    title: `only side ${side.toUpperCase()} has it`,
    ...(why === undefined
      ? { remedy: 'look', advice: `${claim} Add it to both images, or drop it with your own rule.` }
      : {
          remedy: 'rule',
          advice: `${claim} ${why} The proposed rule drops it.`,
          propose: (findings) => dropAll(findings, why),
        }),
  };
};

/** The last of the table: it accepts everything. */
export const unknown: Recognizer = (evidence, { hosts }) => {
  const { finding, path, owners, origin, format } = evidence;
  const { field } = finding;
  const isLoose = field === 'content' && owners.length === 0 && !isPackageDatabase(path);
  const who =
    owners.length === 0
      ? sentence(origin)
      : `${sentence(origin).slice(0, -1)}: check what its installation does.`;
  const { key, ...rest } = isLoose ? forLoose(evidence, hosts, who) : { key: '', ...LOOK, advice: who };
  return {
    cause: 'unknown',
    key: `${field} ${format ?? ''} ${key} ${origin}`,
    title:
      field === 'content'
        ? `contents${format === undefined ? '' : ` of ${format}`} differ for no known cause`
        : `${field} differs`,
    ...rest,
  };
};

const LOOK = { remedy: 'look' } as const;
const VARIES = 'Differs from build to build.';

/** For a file that no package owns: drop what is made again, empty a log, fix a text. */
function forLoose(
  evidence: Evidence,
  hosts: Hosts,
  who: string,
): Pick<Recognition, 'key' | 'remedy' | 'advice' | 'propose' | 'proposal'> {
  const { path, texts } = evidence;
  const why = madeAgain(path);
  if (why !== undefined) {
    const advice = `${who} ${why} The proposed rule drops it.`;
    return { key: why, remedy: 'rule', advice, propose: (findings) => dropAll(findings, why) };
  }
  if (isLog(path)) {
    const advice = `${who} It is a log: the proposed rule empties it, which keeps its owner and mode.`;
    return { key: 'log', remedy: 'rule', advice, propose: (findings) => emptyAll(findings, VARIES) };
  }
  const pinned = pin(evidence, hosts, 'varies', VARIES);
  if (pinned === undefined) {
    const advice =
      texts === undefined
        ? `${who} It is no text, or too large to be fixed by a rule: if its program creates it again, drop it with your own rule.`
        : `${who} The two are too different and too large to be fixed by a rule: if its program creates it again, drop it with your own rule.`;
    return { key: '', ...LOOK, advice };
  }
  const { advice, proposal } = pinned;
  return {
    key: advice,
    remedy: proposal === undefined ? 'look' : 'rule',
    advice: `${who} ${advice}`,
    ...(proposal === undefined ? {} : { proposal }),
  };
}

/**
 * Files of a database or the like: two databases are never equal file by file, and no file can be removed without the
 * others.
 */
export const dataDirectory: Recognizer = ({ finding: { field }, path }, { guard }) => {
  if (field !== 'content' && field !== 'presence' && field !== 'type' && field !== 'target') return undefined;
  const directory = guard.directories.of(path);
  if (directory === undefined || directory.isEdited) return undefined;
  return {
    cause: 'data-directory',
    key: directory.path,
    title: `files of ${showPath(directory.path)}, ${directory.what}`,
    remedy: 'look',
    advice: belongsTogether(directory),
  };
};
