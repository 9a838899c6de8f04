/**
 * Package lists of trees with 500 packages of 200 paths each, one tree per manager. `node bench/packages.ts [TREE...]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { installedPackages } from '../src/manifest/installed.ts';
import { inspect } from '../src/plan/inspect.ts';
import { scanDirectory } from '../src/source/directory.ts';

const PACKAGES = 500;
const PATHS = 200;
const ROUNDS = 9;
const FILLER = 'As long as what real packages have to say of themselves. '.repeat(20);

type Files = Record<string, string>;

function pathsOf(number: number): string[] {
  return Array.from({ length: PATHS }, (_, i) => `usr/share/package-${number}/part-${i % 8}/file-${i}`);
}

function numbers(): number[] {
  return Array.from({ length: PACKAGES }, (_, number) => number);
}

function dpkg(): Files {
  const files: Files = {};
  let status = '';
  for (const number of numbers()) {
    status += `Package: package-${number}\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:${number}-1\nInstalled-Size: 12\nDescription: x\n ${FILLER}\n\n`;
    files[`var/lib/dpkg/info/package-${number}.list`] = pathsOf(number)
      .map((path) => `/${path}\n`)
      .join('');
    files[`var/lib/dpkg/info/package-${number}.md5sums`] = FILLER;
  }
  return { ...files, 'var/lib/dpkg/status': status };
}

function pacman(): Files {
  const files: Files = {};
  for (const number of numbers()) {
    const directory = `var/lib/pacman/local/package-${number}-1-1`;
    files[`${directory}/desc`] =
      `%NAME%\npackage-${number}\n\n%VERSION%\n1-1\n\n%DESC%\n${FILLER}\n\n%ARCH%\nx86_64\n\n`;
    files[`${directory}/files`] = `%FILES%\n${pathsOf(number).join('\n')}\n\n`;
    files[`${directory}/mtree`] = FILLER;
  }
  return files;
}

/** Tags as named in src/formats/rpm/package-header.ts; https://rpm-software-management.github.io/rpm/manual/format_header.html. */
function rpmHeader(number: number): Buffer {
  const paths = pathsOf(number);
  const directories = [...new Set(paths.map((path) => `/${dirname(path)}/`))];
  const indexes = paths.map((path) => directories.indexOf(`/${dirname(path)}/`));
  const texts = (values: readonly string[]): Buffer =>
    Buffer.from(values.map((value) => `${value}\0`).join(''));
  const whole = (values: readonly number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, 4 * i);
    return bytes;
  };
  const digests = paths.map((_, i) => i.toString(16).padStart(64, '0'));
  const tags: readonly (readonly [tag: number, type: number, count: number, data: Buffer])[] = [
    [1116, 4, paths.length, whole(indexes)],
    [1037, 4, paths.length, whole(paths.map(() => 0))],
    [273, 6, 1, texts(['0'.repeat(64)])],
    [1000, 6, 1, texts([`package-${number}`])],
    [1001, 6, 1, texts(['1'])],
    [1002, 6, 1, texts(['1'])],
    [1005, 9, 1, texts([FILLER])],
    [1014, 6, 1, texts(['MIT'])],
    [1022, 6, 1, texts(['x86_64'])],
    [1035, 8, paths.length, texts(digests)],
    [1044, 6, 1, texts([`package-${number}-1-1.src.rpm`])],
    [1117, 8, paths.length, texts(paths.map((path) => path.slice(path.lastIndexOf('/') + 1)))],
    [1118, 8, directories.length, texts(directories)],
  ];
  const index = Buffer.alloc(8 + 16 * tags.length);
  let offset = 0;
  for (const [i, [tag, type, count, data]] of tags.entries()) {
    // Index entry: tag at 0, type at 4, offset in the data at 8, number of values at 12.
    const fields = [tag, type, offset, count];
    for (const [field, value] of fields.entries()) index.writeUInt32BE(value, 8 + 16 * i + 4 * field);
    offset += data.length;
  }
  index.writeUInt32BE(tags.length, 0);
  index.writeUInt32BE(offset, 4);
  return Buffer.concat([index, ...tags.map(([, , , data]) => data)]);
}

function writeRpm(root: string): void {
  mkdirSync(join(root, 'usr/lib/sysimage/rpm'), { recursive: true });
  const database = new DatabaseSync(join(root, 'usr/lib/sysimage/rpm/rpmdb.sqlite'));
  database.exec('CREATE TABLE Packages (hnum INTEGER PRIMARY KEY AUTOINCREMENT, blob BLOB NOT NULL); BEGIN');
  const insert = database.prepare('INSERT INTO Packages (blob) VALUES (?)');
  for (const number of numbers()) insert.run(rpmHeader(number));
  database.exec('COMMIT');
  database.close();
}

function writeFiles(root: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** From a scanned tree to the list, as `packages` does: databases, ownership, package URLs. */
function measure(label: string, root: string): void {
  const source = scanDirectory(root);
  const rounds: { wall: number; cpu: number }[] = [];
  let count = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const started = performance.now();
    const before = process.cpuUsage();
    const { ownership } = inspect(source);
    count = installedPackages(ownership?.databases ?? [], { id: 'x' }, source.tree, () => undefined).length;
    const { user, system } = process.cpuUsage(before);
    rounds.push({ wall: performance.now() - started, cpu: (user + system) / 1000 });
  }
  source.close();
  const show = (key: 'wall' | 'cpu'): string => {
    const times = rounds.map((each) => each[key]);
    const median = times.toSorted((x, y) => x - y)[ROUNDS >> 1] ?? 0;
    return `${key} first ${times[0]?.toFixed(0)} ms, median ${median.toFixed(0)} ms`;
  };
  console.log(`${label}: ${count} packages, ${show('wall')}; ${show('cpu')}`);
}

const trees = process.argv.slice(2);
for (const tree of trees) measure(tree, tree);
if (trees.length === 0) {
  const scratch = mkdtempSync(join(tmpdir(), 'stillroot-bench-'));
  try {
    const makers = {
      dpkg: (root: string) => writeFiles(root, dpkg()),
      pacman: (root: string) => writeFiles(root, pacman()),
      rpm: writeRpm,
    };
    for (const [manager, make] of Object.entries(makers)) {
      make(join(scratch, manager));
      measure(manager, join(scratch, manager));
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
