import { arMembers, setArField, startsAr } from '../formats/ar.ts';
import { ifChanged, type Rewrite, type RewriteResult, UNCHANGED, unlessDamaged } from './rewrite.ts';

/** The table of long names, which has no fields but name and size. */
const LONG_NAMES = '//';
/** Symbol tables of GNU, 32 and 64 bit, and BSD: the linker makes them, and their mode means nothing. */
const SYMBOL_TABLE = /^(\/|\/SYM64\/|__\.SYMDEF.*)$/s;
const EXECUTE = 0o111;

/**
 * Headers of the members of a static library, ar(5): times after the epoch become the epoch, owners 0,
 * and modes 644 or 755, as `ar D` and the linkers write them.
 */
export const arHeader: Rewrite = {
  what: 'In static libraries, times after the epoch become the epoch, owners 0 and modes 644 or 755.',
  maximumSize: 256 * 1024 * 1024,
  apply(bytes, { epoch }) {
    return unlessDamaged(bytes, () => (startsAr(bytes) ? rewrite(bytes, epoch) : UNCHANGED));
  },
};

function rewrite(bytes: Buffer, epoch: number): RewriteResult {
  const after = Buffer.from(bytes);
  for (const member of arMembers(bytes)) {
    const { name, mtime, uid, gid, mode } = member;
    if (name === LONG_NAMES) continue;
    if (mtime !== undefined && mtime > epoch) setArField(after, member, 'mtime', epoch);
    if (uid) setArField(after, member, 'uid', 0);
    if (gid) setArField(after, member, 'gid', 0);
    if (mode === undefined || SYMBOL_TABLE.test(name)) continue;
    setArField(after, member, 'mode', (mode & EXECUTE) === 0 ? 0o644 : 0o755);
  }
  return ifChanged(bytes, after);
}
