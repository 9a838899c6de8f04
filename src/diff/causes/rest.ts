import { showPath } from '../../tree/path.ts';
import type { Recognizer } from '../cause.ts';
import { isPackageDatabase, madeAgain } from '../path-kinds.ts';
import { dropAll } from '../proposal.ts';
import { belongsTogether } from '../proposal-guard.ts';

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
export const unknown: Recognizer = (evidence) => {
  const { finding, path, owners, origin, format } = evidence;
  const { field } = finding;
  const isLoose = field === 'content' && owners.length === 0 && !isPackageDatabase(path);
  const why = isLoose ? madeAgain(path) : undefined;
  const who =
    owners.length === 0
      ? sentence(origin)
      : `${sentence(origin).slice(0, -1)}: check what its installation does.`;
  return {
    cause: 'unknown',
    key: `${field} ${format ?? ''} ${why ?? ''} ${origin}`,
    title:
      field === 'content'
        ? `contents${format === undefined ? '' : ` of ${format}`} differ for no known cause`
        : `${field} differs`,
    ...(why === undefined
      ? { remedy: 'look', advice: who }
      : {
          remedy: 'rule',
          advice: `${who} ${why} The proposed rule drops it.`,
          propose: (findings) => dropAll(findings, why),
        }),
  };
};

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

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}
