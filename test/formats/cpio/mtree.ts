/** mtree(5) as bsdtar writes it for an archive: libarchive's reading of every field. */
import type { ParsedEntry } from '../../../src/formats/cpio/cpio-parser.ts';
import { succeed } from '../../support/run-command.ts';

const KEYWORDS = ['uid', 'gid', 'mode', 'nlink', 'size', 'time', 'type', 'link', 'device', 'inode'];
/** By the highest four bits of the mode. */
const TYPES: readonly (string | undefined)[] = [
  undefined,
  'fifo',
  'char',
  undefined,
  'dir',
  undefined,
  'block',
  undefined,
  'file',
  undefined,
  'link',
  undefined,
  'socket',
];

/** One sorted line an entry: the path, then keyword=value sorted. */
export async function libarchiveReading(archive: string): Promise<string[]> {
  const options = ['!all', ...KEYWORDS].map((keyword) => `mtree:${keyword}`).join(',');
  const text = await succeed(
    ['bsdtar', '-cf', '-', '--format=mtree', `--options=${options}`, `@${archive}`],
    {
      env: { ...process.env, LC_ALL: 'C' },
    },
  );
  const lines = text.split('\n').filter((line) => line !== '' && line !== '#mtree');
  return lines
    .map((line) => {
      const [path = '', ...words] = line.split(' ');
      return [path.replace(/^\.\/(?=.)/, ''), ...words.sort()].join(' ');
    })
    .sort();
}

export function mtreeLine({ name, header, target }: ParsedEntry): string {
  const type = TYPES[header.mode >> 12] ?? 'unknown';
  const words = [
    `uid=${header.uid}`,
    `gid=${header.gid}`,
    `mode=${(header.mode & 0o7777).toString(8)}`,
    `time=${header.mtime}.0`,
    `inode=${header.inode}`,
    `type=${type}`,
  ];
  if (header.nlink !== 1 && type !== 'dir') words.push(`nlink=${header.nlink}`);
  if (type === 'file') words.push(`size=${header.fileSize}`);
  if (type === 'link') words.push(`link=${escaped(target)}`);
  if (type === 'char' || type === 'block') {
    words.push(`device=native,${header.rdeviceMajor},${header.rdeviceMinor}`);
  }
  return [escaped(name), ...words.sort()].join(' ');
}

const SAFE = /[A-Za-z0-9!$%&'()*+,./:;<>?@[\]^_`{|}~-]/;

function escaped(path: string): string {
  return [...path]
    .map((char) => (SAFE.test(char) ? char : `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`))
    .join('');
}
