/** Puts the new contents of drafts into the journal's directory, finished but for their names. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fchmodSync, fchownSync, futimesSync, openSync, writeFileSync } from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath, type DescriptorStack } from '../source/descriptors.ts';
import type { Source } from '../source/source.ts';
import { nameOf, parentOf, showPath } from '../tree/path.ts';
import type { AttributeCopier } from './attributes.ts';
import type { Draft, DraftContent } from './draft.ts';
import type { Journal } from './journal.ts';
import { isNotAllowed } from './not-allowed.ts';
import type { Notes } from './notes.ts';
import type { Operation, Staged } from './operation.ts';

const COPY_SIZE = 1024 * 1024;

export interface StageOptions {
  readonly source: Source;
  /** From the root of the tree. */
  readonly descriptors: DescriptorStack;
  readonly journal: Journal;
  /** Undefined where files are written in place, and so keep their attributes. */
  readonly attributes: AttributeCopier | undefined;
  readonly notes: Notes;
}

/** Nothing of the tree outside the journal's directory is changed. */
export function stage(drafts: readonly Draft[], options: StageOptions): Operation[] {
  let number = 0;
  return drafts.map((draft): Operation => {
    if (draft.do !== 'write' && draft.do !== 'fill') return draft;
    const { path, content } = draft;
    const staged = stageFile(path, content, number, options, draft.do === 'write');
    number += 1;
    return draft.do === 'write'
      ? { do: 'write', path, staged }
      : { do: 'fill', path, staged, names: draft.names };
  });
}

function stageFile(
  path: string,
  content: DraftContent,
  number: number,
  options: StageOptions,
  isFinal: boolean,
): Staged {
  const { source, journal } = options;
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const name = journal.nameOf({ number });
  const descriptor = openSync(childPath(journal.directory, name), flags, 0o600);
  try {
    const { size, sha256 } = writeContent(descriptor, path, content, source);
    if (isFinal) setMetadata(descriptor, name, path, content, options);
    return { number, size, sha256 };
  } finally {
    closeSync(descriptor);
  }
}

/** In an order in which no step undoes another: a new owner takes away capabilities and set-user-id bits. */
function setMetadata(
  descriptor: number,
  name: string,
  path: string,
  { owner, origin, mode, mtime }: DraftContent,
  { journal, descriptors, attributes, notes }: StageOptions,
): void {
  try {
    fchownSync(descriptor, ...owner);
  } catch (error) {
    if (!isNotAllowed(error)) throw error;
    notes.owners.add(path);
  }
  if (origin !== undefined && attributes !== undefined) {
    const from = { directory: descriptors.directory(parentOf(origin.path)), name: nameOf(origin.path) };
    const refused = attributes.copy(from, { directory: journal.directory, name });
    if (refused.length > 0) notes.attributes.set(path, refused);
  }
  fchmodSync(descriptor, mode);
  futimesSync(descriptor, mtime, mtime);
}

function writeContent(
  descriptor: number,
  path: string,
  { bytes, origin }: DraftContent,
  source: Source,
): Omit<Staged, 'number'> {
  const hash = createHash('sha256');
  if (bytes !== null) {
    const content = bytes();
    writeFileSync(descriptor, content);
    return { size: content.length, sha256: hash.update(content).digest('hex') };
  }
  if (origin === undefined) {
    throw new StillrootError('internal', 'file has neither content nor origin', { where: showPath(path) });
  }
  const file = source.open(origin);
  try {
    const buffer = Buffer.allocUnsafe(COPY_SIZE);
    for (let count = file.read(buffer); count > 0; count = file.read(buffer)) {
      const piece = buffer.subarray(0, count);
      hash.update(piece);
      writeFileSync(descriptor, piece);
    }
    file.verify();
  } finally {
    file.close();
  }
  return { size: origin.size, sha256: hash.digest('hex') };
}
