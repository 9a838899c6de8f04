/** The format tar as profile 1 defines it: src/README.md explains the value of each field. */
import { StillrootError } from '../errors.ts';
import {
  type ExtraRecords,
  type MemberFields,
  type MemberType,
  memberSpan,
  NO_RECORDS,
  writeMember,
} from '../formats/tar/encode-member.ts';
import { tarCheck } from '../formats/tar/entry-checks.ts';
import { BLOCK_SIZE, paddingAfter } from '../formats/tar/header.ts';
import { attributeKeyword } from '../formats/tar/pax.ts';
import type { PlannedEntry } from '../plan/planned-entry.ts';
import { ACCESS_LIST, DEFAULT_LIST, decodeAccessList, formatAccessList } from '../tree/access-list.ts';
import { showPath } from '../tree/path.ts';
import type { ArchiveWriter } from './archive-writer.ts';

/** Bytes of zeros at the end. No record of 20 blocks is filled up, as tapes want it: no reader needs that. */
const END_SIZE: number = 2 * BLOCK_SIZE;

/** Seconds before or since 1970 that are exact in the numbers of every reader. */
const TIME_MAXIMUM: number = Number.MAX_SAFE_INTEGER;

/** Longest headers of a member without attributes: two blocks, records for two names of 4096 bytes, and all numbers. */
const PLAIN_HEADERS_MAXIMUM: number = 22 * BLOCK_SIZE;

/**
 * Bytes of the keywords and values of the attributes of one entry: two of the largest that Linux allows. Headers must fit
 * into the blocks in which archives are written.
 */
const ATTRIBUTES_MAXIMUM: number = 128 * 1024;

/** What star, GNU tar and libarchive write beside the bytes of an access list, for systems that have other bytes. */
const LIST_KEYWORDS: ReadonlyMap<string, string> = new Map([
  [ACCESS_LIST, 'SCHILY.acl.access'],
  [DEFAULT_LIST, 'SCHILY.acl.default'],
]);

/** Where GNU tar looks for the label. */
const LABEL_KEYWORD = 'RHT.security.selinux';

/** The records of the attributes of an entry. Only the first name of a hard-link group has them. */
function recordsOf({ attributes, linkTo }: PlannedEntry): ExtraRecords {
  if (attributes.size === 0 || linkTo !== null) return NO_RECORDS;
  const records = new Map<string, string>();
  for (const [name, value] of attributes) {
    records.set(attributeKeyword(name), value);
    const keyword = LIST_KEYWORDS.get(name);
    const entries = keyword === undefined ? undefined : decodeAccessList(value);
    if (keyword !== undefined && entries !== undefined) records.set(keyword, formatAccessList(entries));
    if (name === 'security.selinux') records.set(LABEL_KEYWORD, value);
  }
  return records;
}

function checkAttributes(planned: PlannedEntry): void {
  let bytes = 0;
  for (const [keyword, value] of recordsOf(planned)) bytes += keyword.length + value.length;
  if (bytes <= ATTRIBUTES_MAXIMUM) return;
  throw new StillrootError(
    'archive-limit',
    `the extended attributes take ${bytes} bytes, and those of one entry of a tar archive at most ${ATTRIBUTES_MAXIMUM}`,
    {
      where: showPath(planned.entry.path),
      hint: 'Remove them (setfattr -x), or leave out all with --policy extended-attributes=drop.',
    },
  );
}

function typeOf({ entry, linkTo }: PlannedEntry): MemberType {
  if (linkTo !== null) return 'link';
  if (entry.type !== 'socket') return entry.type;
  throw new StillrootError('internal', 'a socket cannot be in an archive', { where: showPath(entry.path) });
}

function dataSize({ entry, linkTo }: PlannedEntry): number {
  return entry.type === 'file' && linkTo === null ? entry.size : 0;
}

/** Written out: it is made twice for every entry, and spreading takes longer than all the rest. */
function fieldsOf(planned: PlannedEntry): MemberFields {
  const { path, mode, uid, gid, mtime, target, major, minor } = planned.entry;
  return {
    path,
    type: typeOf(planned),
    mode,
    uid,
    gid,
    size: dataSize(planned),
    mtime,
    linkName: planned.linkTo ?? target,
    major,
    minor,
  };
}

export const TAR_WRITER: ArchiveWriter & { readonly name: 'tar' } = {
  name: 'tar',
  alignment: BLOCK_SIZE,
  // A record has at most nine bytes beside its keyword and value, and every keyword is longer than that.
  headerMaximum: PLAIN_HEADERS_MAXIMUM + 2 * ATTRIBUTES_MAXIMUM,
  mtimes: { minimum: -TIME_MAXIMUM, maximum: TIME_MAXIMUM, holder: 'a tar header' },
  // A reader that streams has nothing to link to before it.
  linkData: 'first',
  holdsAttributes: true,
  check: () => {
    const check = tarCheck();
    return {
      see: (planned) => {
        check.see(planned.entry);
        checkAttributes(planned);
      },
    };
  },
  dataSize,
  headerSpan: (planned) => memberSpan(fieldsOf(planned), recordsOf(planned)),
  paddingAfter,
  writeHeader: (target, at, planned) => writeMember(target, at, fieldsOf(planned), recordsOf(planned)),
  trailerSpan: () => END_SIZE,
  writeTrailer: (target, at) => {
    target.fill(0, at, at + END_SIZE);
    return at + END_SIZE;
  },
};
