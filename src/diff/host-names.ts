/** Under which names the machine that made a tree is known in it: package scripts take them from uname(2), not from etc/hostname. */
import type { Source } from '../source/source.ts';

/** Longer files are none of these. */
const BYTES_MAX = 64 * 1024;
const NAME = /^[0-9A-Za-z](?:[0-9A-Za-z.-]{0,252}[0-9A-Za-z])?$/;
/** Names that every machine has, or that stand for none. */
const COMMON: ReadonlySet<string> = new Set(['localhost', 'localhost.localdomain', 'none', 'unknown']);

/** Where a name stands, and which words of the file it is. */
const PLACES: ReadonlyMap<string, (text: string) => Iterable<string | undefined>> = new Map([
  ['etc/hostname', (text: string) => [text.trim()]],
  ['etc/mailname', (text: string) => [text.trim()]],
  // Debian: 127.0.1.1 is the name of the machine itself.
  ['etc/hosts', (text: string) => (/^127\.0\.1\.1[ \t]+(.+)$/m.exec(text)?.[1] ?? '').split(/[ \t]+/)],
  // etckeeper: `HOST /etc repository`, and who made its first commit.
  ['etc/.git/description', (text: string) => [/^(\S+) \/etc repository/.exec(text)?.[1]]],
  ['etc/.git/logs/HEAD', (text: string) => [/<root@([^>\s]+)>/.exec(text)?.[1]]],
]);
/** The comment at the end: ssh-keygen(1) writes USER@HOST. */
const SSH_KEY = /^etc\/ssh\/ssh_host_[^/]+_key\.pub$/;

function ofSshKey(text: string): (string | undefined)[] {
  return [/ [^\s@]+@(\S+)\s*$/.exec(text)?.[1]];
}

/** Names of the host, the longest first; none where nothing tells. */
export function hostNames(source: Source): string[] {
  const names = new Set<string>();
  const add = (name: string | undefined): void => {
    if (name === undefined || !NAME.test(name) || COMMON.has(name)) return;
    names.add(name);
    // A name with a domain is written without it too.
    const [short = ''] = name.split('.');
    if (short !== name && NAME.test(short) && !/^\d+$/.test(short) && !COMMON.has(short)) names.add(short);
  };
  // What is equal on both sides tells nothing of what differs: entries that are not read need not be asked for.
  for (const entry of source.tree.entries) {
    if (!entry.path.startsWith('etc/') || entry.type !== 'file' || entry.size > BYTES_MAX) continue;
    const find = SSH_KEY.test(entry.path) ? ofSshKey : PLACES.get(entry.path);
    if (find === undefined) continue;
    for (const name of find(source.readFile(entry, BYTES_MAX).toString('latin1'))) add(name);
  }
  return [...names].sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
}
