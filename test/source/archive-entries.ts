/** Entries as parsers of archives report them, and the tree that comes of some. */
import type { ArchiveEntry } from '../../src/source/archive-entry.ts';
import { type ArchiveTree, ArchiveTreeBuilder } from '../../src/source/archive-tree.ts';
import { READ_LIMITS } from '../../src/source/read-limits.ts';

export function entry(name: string, fields: Partial<ArchiveEntry> = {}): ArchiveEntry {
  return {
    ...{ name, type: 'file', mode: 0o644, uid: 0, gid: 0, size: 0, mtime: 0, nanoseconds: 0, target: '' },
    ...{ major: 0, minor: 0, nlink: 1, inode: 0, identity: '', hardLink: undefined, offset: 512 },
    ...{ dataOffset: 1024, segments: null, attributes: new Map(), ...fields },
    written: { dialect: '', device: '0:0', owner: '' },
  };
}

export const directory = (name: string, fields: Partial<ArchiveEntry> = {}): ArchiveEntry =>
  entry(name, { type: 'directory', mode: 0o755, ...fields });
export const linked = (name: string, size = 0, fields: Partial<ArchiveEntry> = {}): ArchiveEntry =>
  entry(name, { size, nlink: 2, identity: '0:0:7', dataOffset: 5000 + size, ...fields });

/** A list is one archive; several are concatenated. */
export function build(...archives: readonly (readonly ArchiveEntry[])[]): ArchiveTree {
  const builder = new ArchiveTreeBuilder('test.cpio', READ_LIMITS);
  for (const [index, entries] of archives.entries()) {
    builder.begin({ name: 'test.cpio', base: index * 100_000, spooled: false });
    for (const each of entries) builder.add(each);
  }
  return builder.finish();
}

export const link = (name: string, target: string, fields: Partial<ArchiveEntry> = {}): ArchiveEntry =>
  entry(name, { type: 'symlink', target, size: target.length, ...fields });
