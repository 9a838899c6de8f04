import { createHash } from 'node:crypto';
import type { TarEntry } from '../../../src/formats/tar/member.ts';
import type { TarLimits } from '../../../src/formats/tar/problems.ts';
import { TarParser } from '../../../src/formats/tar/tar-parser.ts';
import type { Listed, Listing } from '../../support/tree-listing.ts';

export interface Parsed {
  readonly members: readonly (TarEntry & { readonly content: Buffer })[];
  /** Bytes that the parser took. */
  readonly used: number;
  readonly endMarked: boolean;
}

/** More content than any test archive has: a parser that produces more is stopped. */
const MAX_CONTENT = 64 * 1024 * 1024;

export class TooMuchContent extends Error {}

/** @param nextPiece how many bytes to push at an offset; all of them by default */
export function parseTar(
  bytes: Uint8Array,
  nextPiece: (at: number) => number = () => bytes.length,
  limits: Partial<TarLimits> = {},
): Parsed {
  const found: { entry: TarEntry; pieces: Buffer[] }[] = [];
  let total = 0;
  const parser = new TarParser(
    'test.tar',
    {
      entry: (entry) => found.push({ entry, pieces: [] }),
      data: (piece) => {
        total += piece.length;
        if (total > MAX_CONTENT) throw new TooMuchContent();
        found.at(-1)?.pieces.push(Buffer.from(piece));
      },
    },
    limits,
  );
  let used = 0;
  for (let at = 0; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + Math.max(1, nextPiece(at)));
    used += parser.push(piece);
    at += piece.length;
  }
  parser.finish();
  const members = found.map(({ entry, pieces }) => ({ ...entry, content: Buffer.concat(pieces) }));
  return { members, used, endMarked: parser.endMarked };
}

/** The members without their contents, as one who seeks sees them; reads 512 bytes at a time. */
export function parseSeeking(bytes: Uint8Array): { entries: TarEntry[]; read: number } {
  const entries: TarEntry[] = [];
  const parser = new TarParser('test.tar', { entry: (entry) => entries.push(entry) });
  let read = 0;
  for (let at = 0; at < bytes.length; ) {
    const piece = bytes.subarray(at, at + 512);
    parser.push(piece);
    read += piece.length;
    at += piece.length + parser.skippable;
    parser.skip(parser.skippable);
  }
  parser.finish();
  return { entries, read };
}

/** What unpacking would make of it; names without `./`. */
export function asListing(members: Parsed['members']): Listing {
  const listing: Listing = new Map();
  const firstNames = new Map<string, string[]>();
  for (const member of members) {
    const path = withoutDot(member.path);
    if (path === '') continue;
    if (member.hardLink === undefined) {
      listing.set(path, describe(member));
      continue;
    }
    const first = withoutDot(member.hardLink);
    listing.set(path, { ...(listing.get(first) as Listed) });
    firstNames.set(first, [...(firstNames.get(first) ?? [first]), path]);
  }
  for (const names of firstNames.values()) {
    const group = names.toSorted()[0] as string;
    for (const name of names) (listing.get(name) as Listed).group = group;
  }
  return listing;
}

export function withoutDot(path: string): string {
  return path === '.' ? '' : path.replace(/^\.\//, '');
}

function describe(member: Parsed['members'][number]): Listed {
  const { type } = member;
  const listed: Listed = {
    type,
    mode: type === 'symlink' ? '' : member.mode.toString(8).padStart(4, '0'),
    owner: `${member.uid}:${member.gid}`,
    mtime: member.mtime,
  };
  if (type === 'file') {
    listed.size = member.size;
    listed.sha256 = createHash('sha256').update(member.content).digest('hex');
  }
  if (type === 'symlink') listed.target = member.target;
  if (type === 'character' || type === 'block') listed.device = `${member.major}:${member.minor}`;
  return listed;
}
