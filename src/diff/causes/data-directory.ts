import { showPath } from '../../tree/path.ts';
import type { Recognizer } from '../cause.ts';
import { belongsTogether } from '../proposal-guard.ts';

/** Files of a database or the like: two of them are never equal file by file, and none goes without the others. */
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
