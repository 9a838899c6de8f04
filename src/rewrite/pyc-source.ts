import { joinPath, nameOf, parentOf } from '../tree/path.ts';

/** PEP 3147 and PEP 488: NAME.TAG.pyc or NAME.TAG.opt-LEVEL.pyc; NAME ends at the first dot. */
const CACHED_NAME = /^([^.]+)\.[^.]+(?:\.opt-[0-9A-Za-z]+)?\.pyc$/s;
const LEGACY_NAME = /^(.+)\.py[co]$/s;

export interface PycSource {
  /** Path of the .py file, whether or not there is one. */
  readonly path: string;
  /** In a `__pycache__` directory. Python does not read such a file without its source. */
  readonly cached: boolean;
}

/** The source that belongs to a compiled Python file by its name; undefined for any other name. */
export function pycSource(path: string): PycSource | undefined {
  const directory = parentOf(path);
  const cached = nameOf(directory) === '__pycache__';
  const name = (cached ? CACHED_NAME : LEGACY_NAME).exec(nameOf(path))?.[1];
  if (name === undefined) return undefined;
  return { path: joinPath(cached ? parentOf(directory) : directory, `${name}.py`), cached };
}
