import { gunzipSync } from 'node:zlib';
import { damaged, needBytes } from '../formats/damage.ts';
import { startsGzip } from '../formats/gzip/gzip-header.ts';
import { gzipStored } from '../formats/gzip/gzip-stored.ts';
import {
  BLOCK_SIZE,
  decodeHeader,
  GID,
  isZeroBlock,
  MTIME,
  paddingAfter,
  setNumber,
  UID,
} from '../formats/tar/header.ts';
import { HEADER_DAMAGE } from '../formats/tar/problems.ts';
import { ifChanged, type Rewrite, unlessDamaged } from './rewrite.ts';

const MAXIMUM_SIZE = 64 * 1024 * 1024;

/** Type of a member whose content is the name of the next one (GNU tar). */
const LONG_NAME = 'L';

/**
 * `lib/apk/db/scripts.tar` (apk 2) and `scripts.tar.gz` (apk 3) hold the install scripts of packages. Times after the
 * epoch become the epoch, owners 0, and members are sorted by name: apk finds them by name. The header format is kept:
 * apk writes that of old GNU tar, with a member in front for a name of 100 bytes or more since apk 3; apko writes USTAR.
 *
 * The compressed archive becomes one that is only stored, so that no version of a compressor decides its bytes.
 */
export const apkScriptsTar: Rewrite = {
  what: 'In the script archive of apk, times after the epoch become the epoch, and members are sorted; a compressed one is stored without compression.',
  maximumSize: MAXIMUM_SIZE,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => {
      const isCompressed = startsGzip(bytes);
      const archive = normalize(isCompressed ? decompress(bytes) : bytes, epoch);
      return ifChanged(bytes, isCompressed ? gzipStored(archive) : archive);
    });
  },
};

function decompress(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAXIMUM_SIZE });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return damaged(0, reason, `a gzip file of at most ${MAXIMUM_SIZE} bytes inside`);
  }
}

interface TarMember {
  /** Prefix and name, or the long name in front; a byte string. */
  readonly path: string;
  /** Header and content with its padding; in front of them those of a long name. */
  readonly blocks: Buffer;
}

function normalize(bytes: Buffer, epoch: number): Buffer {
  const members: TarMember[] = [];
  let at = 0;
  for (; !isEnd(bytes, at); at += (members.at(-1) as TarMember).blocks.length) {
    members.push(normalizeMember(bytes, at, epoch));
  }
  const end = bytes.subarray(at);
  const stray = end.findIndex((byte) => byte !== 0);
  if (stray !== -1) damaged(at + stray, 'bytes after the end of the archive', 'zeros');
  members.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return Buffer.concat([...members.map(({ blocks }) => blocks), end]);
}

/** A block of zeros ends an archive. */
function isEnd(bytes: Buffer, at: number): boolean {
  needBytes(bytes, at, BLOCK_SIZE, 'a tar header, or the zeros that end an archive');
  return isZeroBlock(bytes.subarray(at, at + BLOCK_SIZE));
}

function normalizeMember(bytes: Buffer, at: number, epoch: number): TarMember {
  const first = normalizeEntry(bytes, at, epoch);
  if (first.type !== LONG_NAME) return plain(first, at);
  const next = at + first.blocks.length;
  if (isEnd(bytes, next)) damaged(next, 'the end of the archive', 'the member with the long name before it');
  const second = plain(normalizeEntry(bytes, next, epoch), next);
  const [path = ''] = first.blocks.toString('latin1', BLOCK_SIZE, BLOCK_SIZE + first.size).split('\0');
  return { path, blocks: Buffer.concat([first.blocks, second.blocks]) };
}

interface TarEntry extends TarMember {
  readonly type: string;
  /** Bytes of content. */
  readonly size: number;
}

/** @throws Damage for other types: they may describe the member after them, from which sorting would separate them */
function plain(entry: TarEntry, at: number): TarEntry {
  if (entry.type === '0' || entry.type === '\0') return entry;
  return damaged(at, `a member of type ${JSON.stringify(entry.type)}`, 'an archive of plain files');
}

function normalizeEntry(bytes: Buffer, at: number, epoch: number): TarEntry {
  const header = decodeHeader(bytes.subarray(at, at + BLOCK_SIZE), at, HEADER_DAMAGE);
  if (header.dialect === 'v7') damaged(at, 'a header of v7', 'a header of USTAR or GNU tar');
  const length = BLOCK_SIZE + header.size + paddingAfter(header.size);
  needBytes(bytes, at, length, 'the content of a member');
  const blocks = Buffer.from(bytes.subarray(at, at + length));
  if (header.mtime > epoch) setNumber(blocks, MTIME, epoch);
  if (header.uid !== 0) setNumber(blocks, UID, 0);
  if (header.gid !== 0) setNumber(blocks, GID, 0);
  return { path: header.name, blocks, type: header.type, size: header.size };
}
