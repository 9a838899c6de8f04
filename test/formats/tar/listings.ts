/** What other tools list for an archive, and the same lines from stillroot. */
import { createHash } from 'node:crypto';
import { runCommand, succeed } from '../../support/run-command.ts';
import { type Parsed, withoutDot } from './parsed.ts';

type Members = Parsed['members'];

/** `tar -tvv`, with the spaces of its columns made one. */
export async function gnuLines(archive: string): Promise<string[]> {
  const flags = ['--numeric-owner', '--full-time', '--quoting-style=escape'];
  const env = { ...process.env, LC_ALL: 'C', TZ: 'UTC' };
  const text = await succeed(['tar', ...flags, '-tvvf', archive], { env });
  return text
    .split('\n')
    .map((line) => line.replace(/^(\S+) (\S+) +(\S+) (\S+ \S+) +(\S.*)$/, '$1 $2 $3 $4 $5'));
}

/** Lines of one side only, with their side in front. */
export function lineDifferences(ours: readonly string[], theirs: readonly string[]): string[] {
  const [here, there] = [new Set(ours), new Set(theirs)];
  return [
    ...ours.filter((line) => !there.has(line)).map((line) => `ours: ${line}`),
    ...theirs.filter((line) => !here.has(line)).map((line) => `theirs: ${line}`),
  ];
}

export function asGnuLines(members: Members): string[] {
  return members.map((member) => {
    const { uid, gid, major, minor, size, type, hardLink, target } = member;
    const device = type === 'character' || type === 'block';
    const name = member.path.endsWith('/') || type !== 'directory' ? member.path : `${member.path}/`;
    const link = type === 'symlink' ? ` -> ${asEscaped(target)}` : '';
    return [
      modeText(member),
      `${uid}/${gid}`,
      device ? `${major},${minor}` : size,
      timeText(member),
      `${asEscaped(name)}${hardLink === undefined ? link : ` link to ${asEscaped(hardLink)}`}`,
    ].join(' ');
  });
}

const TYPE_LETTERS = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  character: 'c',
  block: 'b',
  fifo: 'p',
  socket: 's',
} as const;

function modeText({ type, mode, hardLink }: Members[number]): string {
  const three = (bits: number, special: boolean, letter: string): string => {
    const execute = (bits & 1) !== 0;
    const last = special ? (execute ? letter : letter.toUpperCase()) : execute ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  return [
    hardLink === undefined ? TYPE_LETTERS[type] : 'h',
    three(mode >> 6, (mode & 0o4000) !== 0, 's'),
    three(mode >> 3, (mode & 0o2000) !== 0, 's'),
    three(mode, (mode & 0o1000) !== 0, 't'),
  ].join('');
}

function timeText({ mtime, nanoseconds }: Members[number]): string {
  const whole = new Date(mtime * 1000).toISOString().slice(0, 19).replace('T', ' ');
  const fraction = String(nanoseconds).padStart(9, '0').replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

function asEscaped(name: string): string {
  return name.replaceAll(
    /[^\x20-\x5b\x5d-\x7e]/g,
    (char) => ESCAPES[char] ?? `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`,
  );
}

/** By path, what libarchive makes of an archive. It leaves out names that its locale cannot hold. */
export async function libarchiveFacts(archive: string): Promise<Map<string, Record<string, string>>> {
  const keywords = ['type', 'mode', 'uid', 'gid', 'time', 'size', 'link', 'sha256'];
  const options = ['!all', ...keywords].map((keyword) => `mtree:${keyword}`).join(',');
  const { stdout } = await runCommand(
    ['bsdtar', '-cf', '-', '--format=mtree', `--options=${options}`, `@${archive}`],
    { env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' } },
  );
  const lines = stdout.toString('latin1').replaceAll('\\\n', '').split('\n').slice(1, -1);
  return new Map(
    lines.map((line) => {
      const [name = '', ...words] = line.trim().split(/ +/);
      return [withoutDot(fromOctal(name)), Object.fromEntries(words.map((word) => word.split('=', 2)))];
    }),
  );
}

function fromOctal(name: string): string {
  return name.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

const MTREE_TYPES: Readonly<Record<string, string>> = {
  file: 'file',
  directory: 'dir',
  symlink: 'link',
  character: 'char',
  block: 'block',
  fifo: 'fifo',
};

/** What differs, one line each; what libarchive is known to get wrong is left out. */
export function againstLibarchive(members: Members, facts: Map<string, Record<string, string>>): string[] {
  const lines: string[] = [];
  for (const member of members) {
    const { path, type, mode, uid, gid, mtime, nanoseconds, size, target, hardLink, segments, content } =
      member;
    const found = facts.get(withoutDot(path));
    if (found === undefined || path === '.') continue;
    const ours: Record<string, string | undefined> = {
      type: hardLink === undefined ? MTREE_TYPES[type] : 'file',
      mode: mode.toString(8),
      uid: String(uid),
      gid: String(gid),
      link: type === 'symlink' ? target : undefined,
      // It lists no size of what has none, and 0 for a hard link.
      size: type === 'file' ? String(size) : undefined,
      // It drops a hole at the end.
      sha256digest:
        type === 'file' && hardLink === undefined && segments === null ? sha256(content) : found.sha256digest,
      // It takes the fraction of a time before 1970 for one after the second.
      time: mtime < 0 && nanoseconds > 0 ? found.time : seconds(mtime, nanoseconds),
    };
    const theirs = { ...found, link: found.link === undefined ? undefined : fromOctal(found.link) };
    for (const [key, value] of Object.entries(ours)) {
      const other = (theirs as Record<string, string | undefined>)[key];
      if (value !== other) lines.push(`${path}: ${key} is ${value}, libarchive has ${other}`);
    }
  }
  return lines;
}

function seconds(mtime: number, nanoseconds: number): string {
  return `${mtime}.${nanoseconds === 0 ? '0' : String(nanoseconds).padStart(9, '0')}`;
}

function sha256(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
