/** The format tar as profile 1 defines it: src/README.md explains the value of each field. */
import { StillrootError } from '../errors.ts';
import { type MemberFields, type MemberType, memberSpan, writeMember } from '../formats/tar/encode-member.ts';
import { tarCheck } from '../formats/tar/entry-checks.ts';
import { BLOCK_SIZE, paddingAfter } from '../formats/tar/header.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import { showPath } from '../tree/path.ts';
import type { ArchiveWriter } from './archive-writer.ts';

/** Bytes of zeros at the end. No record of 20 blocks is filled up, as tapes want it: no reader needs that. */
const END_SIZE: number = 2 * BLOCK_SIZE;

/** Seconds before or since 1970 that are exact in the numbers of every reader. */
const TIME_MAXIMUM: number = Number.MAX_SAFE_INTEGER;

/** Longest headers of a member: two blocks, and records for two names of 4096 bytes and all numbers. Bytes. */
const HEADERS_MAXIMUM: number = 22 * BLOCK_SIZE;

function typeOf({ entry, linkTo }: PlannedEntry): MemberType {
  if (linkTo !== null) return 'link';
  if (entry.type !== 'socket') return entry.type;
  throw new StillrootError('internal', 'a socket cannot be in an archive', { where: showPath(entry.path) });
}

function dataSize({ entry, linkTo }: PlannedEntry): number {
  return entry.type === 'file' && linkTo === null ? entry.size : 0;
}

function fieldsOf(planned: PlannedEntry): MemberFields {
  const { path, mode, uid, gid, mtime, target, major, minor } = planned.entry;
  return {
    ...{ path, type: typeOf(planned), mode, uid, gid, size: dataSize(planned), mtime },
    ...{ linkName: planned.linkTo ?? target, major, minor },
  };
}

export const TAR_WRITER: ArchiveWriter & { readonly name: 'tar' } = {
  name: 'tar',
  alignment: BLOCK_SIZE,
  headerMaximum: HEADERS_MAXIMUM,
  mtimes: { minimum: -TIME_MAXIMUM, maximum: TIME_MAXIMUM, holder: 'a tar header' },
  // A reader that streams has nothing to link to before it.
  linkData: 'first',
  check: tarCheck,
  dataSize,
  headerSpan: (planned) => memberSpan(fieldsOf(planned)),
  paddingAfter,
  writeHeader: (target, at, planned) => writeMember(target, at, fieldsOf(planned)),
  trailerSpan: () => END_SIZE,
  writeTrailer: (target, at) => {
    target.fill(0, at, at + END_SIZE);
    return at + END_SIZE;
  },
};
