/** Puts the new contents of drafts into the journal's directory, complete except for their names. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  futimesSync,
  linkSync,
  openSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { StillrootError } from '../errors.ts';
import { childPath, type DescriptorStack } from '../source/descriptors.ts';
import type { Source } from '../source/source.ts';
import { nameOf, parentOf, showPath } from '../tree/path.ts';
import { type AttributeCopier, isNotAllowed, type Place, pieceBuffer } from './file-calls.ts';
import type { Journal } from './journal.ts';
import type { Draft, DraftContent, Operation, Staged } from './operation.ts';
import type { Notes, Steps } from './steps.ts';

export interface StageOptions {
  readonly source: Source;
  /** Descriptors from the root of the tree. */
  readonly descriptors: DescriptorStack;
  readonly journal: Journal;
  /** Undefined where files are written in place and so keep their attributes. */
  readonly attributes: AttributeCopier | undefined;
  readonly notes: Notes;
}

/** One step for each content. Nothing in the tree outside the journal's directory is changed. */
export function* stage(drafts: readonly Draft[], options: StageOptions): Steps<Operation[]> {
  const operations: Operation[] = [];
  let number = 0;
  for (const draft of drafts) {
    if (draft.do !== 'write' && draft.do !== 'fill') {
      operations.push(draft);
      continue;
    }
    const { path, content } = draft;
    const staged = stageFile(path, content, number, options, draft.do === 'write');
    number += 1;
    if (draft.do === 'write') {
      operations.push({ do: 'write', path, staged });
    } else {
      const { names } = draft;
      operations.push({ do: 'fill', path, staged, ...(names === undefined ? {} : { names }) });
    }
    yield 'nothing';
  }
  return operations;
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
    // On filesystems with delayed allocation, a rename may be durable before the bytes of the file are.
    fsyncSync(descriptor);
    return { number, size, sha256 };
  } finally {
    closeSync(descriptor);
  }
}

/** In an order in which no step undoes another: changing the owner clears capabilities and set-user-id bits. */
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
    const copy = (place: Place): string[] => attributes.copy(place, { directory: journal.directory, name });
    const refused = attributes.takes(from.name) ? copy(from) : copyByPlainName(from, journal.directory, copy);
    if (refused.length > 0) notes.attributes.set(path, refused);
  }
  fchmodSync(descriptor, mode);
  futimesSync(descriptor, mtime, mtime);
}

/** Temporarily gives a file whose name cannot be passed on a second name in the journal's directory. */
function copyByPlainName(file: Place, directory: number, copy: (place: Place) => string[]): string[] {
  const place = { directory, name: 'plain-name' };
  const path = childPath(directory, place.name);
  try {
    linkSync(childPath(file.directory, file.name), path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
    // On another filesystem, such as a btrfs subvolume.
    return ['(not readable under a name that is not UTF-8)'];
  }
  try {
    return copy(place);
  } finally {
    unlinkSync(path);
  }
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
    const buffer = pieceBuffer(origin.size);
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
