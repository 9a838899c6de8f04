import type { Spec } from '../../fixtures/materialize.ts';
import type { Entry, HardLinkGroup } from '../../src/tree/entry.ts';
import { comparePaths } from '../../src/tree/path.ts';
import { Tree } from '../../src/tree/tree.ts';
import { makeEntry } from './entries.ts';
import { type MemoryOptions, MemorySource } from './memory-source.ts';

/**
 * A fixture as a scan of it as root would give it, without making it on disk: the same for every user
 * and filesystem. Sockets are left out, as the scan leaves them out.
 */
export function specSource(specs: readonly Spec[], options: MemoryOptions = {}): MemorySource {
  const contents = new Map<string, Uint8Array>();
  const entries = new Map<string, Entry>();
  const groups = new Map<string, HardLinkGroup>();
  const links = specs.filter((spec) => spec.type === 'link' || spec.type === 'outside-link');
  for (const { to } of links) groups.set(to, { paths: [], outside: 0 });
  for (const spec of specs) {
    if (spec.type === 'link' || spec.type === 'outside-link' || spec.type === 'socket') continue;
    const seconds = Math.floor(spec.mtime);
    const group = groups.get(spec.path) ?? null;
    group?.paths.push(spec.path);
    const entry = makeEntry(spec.path, spec.type, {
      mode: spec.type === 'symlink' ? 0o777 : spec.mode,
      uid: spec.uid,
      gid: spec.gid,
      mtime: seconds,
      nanoseconds: Math.round((spec.mtime - seconds) * 1000) * 1_000_000,
      size: spec.type === 'file' ? spec.size : 0,
      target: spec.type === 'symlink' ? spec.target : '',
      major: 'major' in spec ? spec.major : 0,
      minor: 'minor' in spec ? spec.minor : 0,
      links: group,
    });
    entries.set(spec.path, entry);
    if (spec.type !== 'file') continue;
    const bytes = new Uint8Array(spec.size);
    for (const piece of spec.pieces) bytes.set(piece.bytes, piece.offset);
    contents.set(spec.path, bytes);
  }
  for (const spec of links) {
    const first = entries.get(spec.to) as Entry;
    const group = first.links as HardLinkGroup;
    if (spec.type === 'outside-link') {
      group.outside += 1;
      continue;
    }
    group.paths.push(spec.path);
    entries.set(spec.path, { ...first, path: spec.path });
    const bytes = contents.get(spec.to);
    if (bytes !== undefined) contents.set(spec.path, bytes);
  }
  for (const group of groups.values()) group.paths.sort(comparePaths);
  const root = entries.get('') ?? makeEntry('', 'directory');
  entries.delete('');
  const sorted = [...entries.values()].sort((a, b) => comparePaths(a.path, b.path));
  return new MemorySource(new Tree(root, sorted), contents, options);
}
