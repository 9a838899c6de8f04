import { gunzipSync } from 'node:zlib';
import { damaged, needBytes } from '../formats/damage.ts';
import { startsGzip } from '../formats/gzip/gzip-header.ts';
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
import { ifChanged, type Rewrite, type RewriteResult, UNCHANGED, unlessDamaged } from './rewrite.ts';

const MAXIMUM_SIZE = 64 * 1024 * 1024;

/**
 * `lib/apk/db/scripts.tar` holds the install scripts of packages. Times after the epoch become the
 * epoch, owners 0, and members are sorted by name: apk finds them by name. The header format is kept: all published
 * Alpine releases use old GNU tar, apko writes USTAR.
 *
 * A compressed `scripts.tar.gz` (apk 3) is only inspected: its bytes would depend on the compressor.
 */
export const apkScriptsTar: Rewrite = {
  what: 'In the script archive of apk, times after the epoch become the epoch, and members are sorted.',
  maximumSize: MAXIMUM_SIZE,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => {
      if (startsGzip(bytes)) return lookInside(bytes, epoch);
      return ifChanged(bytes, normalize(bytes, epoch));
    });
  },
};

function lookInside(bytes: Buffer, epoch: number): RewriteResult {
  const inside = decompress(bytes);
  if (normalize(inside, epoch).equals(inside)) return UNCHANGED;
  return damaged(
    0,
    'a compressed archive whose members have later times than the epoch or are not sorted',
    'an uncompressed scripts.tar; set SOURCE_DATE_EPOCH for apk',
  );
}

function decompress(bytes: Buffer): Buffer {
  try {
    return gunzipSync(bytes, { maxOutputLength: MAXIMUM_SIZE });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return damaged(0, reason, `a gzip file of at most ${MAXIMUM_SIZE} bytes inside`);
  }
}

interface TarMember {
  /** Prefix and name, a byte string. */
  readonly path: string;
  /** Header and content with its padding. */
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
  const header = decodeHeader(bytes.subarray(at, at + BLOCK_SIZE), at, HEADER_DAMAGE);
  if (header.dialect === 'v7') damaged(at, 'a header of v7', 'a header of USTAR or GNU tar');
  if (header.type !== '0' && header.type !== '\0') {
    // Other types may describe the member after them, from which sorting would separate them.
    damaged(at, `a member of type ${JSON.stringify(header.type)}`, 'an archive of plain files');
  }
  const length = BLOCK_SIZE + header.size + paddingAfter(header.size);
  needBytes(bytes, at, length, 'the content of a member');
  const blocks = Buffer.from(bytes.subarray(at, at + length));
  if (header.mtime > epoch) setNumber(blocks, MTIME, epoch);
  if (header.uid !== 0) setNumber(blocks, UID, 0);
  if (header.gid !== 0) setNumber(blocks, GID, 0);
  return { path: header.name, blocks };
}
