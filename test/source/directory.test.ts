import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ErrorCode, StillrootError } from '../../src/errors.ts';
import { scanDirectory } from '../../src/source/directory.ts';
import type { Source } from '../../src/source/source.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { comparePaths } from '../../src/tree/path.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('source/directory');
const scratch = new Scratch('directory');
test.after(() => scratch.remove());

let made = 0;
function freshRoot(): string {
  made += 1;
  const root = scratch.in(`root-${made}`);
  mkdirSync(root);
  return root;
}

const bytePath = (root: string, name: string): Buffer =>
  Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);

function withSource<T>(root: string, use: (source: Source) => T, listNames?: (d: number) => string[]): T {
  const source = scanDirectory(root, listNames === undefined ? {} : { listNames });
  try {
    return use(source);
  } finally {
    source.close();
  }
}

const pathsOf = (source: Source): string[] => source.tree.entries.map(({ path }) => path);

function throwsWith(code: ErrorCode, pattern: RegExp, work: () => unknown): void {
  assert.throws(work, (error: unknown) => {
    if (!(error instanceof StillrootError)) throw error;
    assert.is(error.code, code, error.message);
    assert.match(error.message, pattern);
    return true;
  });
}

test('names are bytes: not UTF-8, with newlines, and in tree order', () => {
  const root = freshRoot();
  const names = ['caf\xe9', 'a\nb', '\x1b[31m', '\\', 'a', 'a-b', 'A', '\xff'];
  for (const name of names) mkdirSync(bytePath(root, name));
  writeFileSync(bytePath(root, 'a/\xc3\x28'), 'x');
  withSource(root, (source) => {
    assert.equal(pathsOf(source), [
      '\x1b[31m',
      'A',
      '\\',
      'a',
      'a/\xc3\x28',
      'a\nb',
      'a-b',
      'caf\xe9',
      '\xff',
    ]);
    const entry = source.tree.get('a/\xc3\x28') as Entry;
    assert.is(source.readFile(entry, 10).toString(), 'x');
  });
});

test('the order of names on disk has no influence, and the orders really differ', () => {
  const root = freshRoot();
  for (let i = 0; i < 50; i += 1) writeFileSync(join(root, `f${(i * 7919) % 50}`), '');
  const seen: string[][] = [];
  const listed = (order: (names: string[]) => string[]) => (directory: number) => {
    const names: string[] = [];
    const handle = opendirSync(`/proc/self/fd/${directory}`);
    for (let found = handle.readSync(); found !== null; found = handle.readSync()) names.push(found.name);
    handle.closeSync();
    const ordered = order(names.sort());
    seen.push([...ordered]);
    return ordered;
  };
  const ascending = withSource(
    root,
    pathsOf,
    listed((names) => names),
  );
  const descending = withSource(
    root,
    pathsOf,
    listed((names) => names.reverse()),
  );
  assert.not.equal(seen[0], seen[1]);
  assert.equal(descending, ascending);
  assert.equal(ascending, [...ascending].sort(comparePaths));
});

test('types, modes, sizes and link targets', () => {
  const root = freshRoot();
  mkdirSync(join(root, 'd'));
  writeFileSync(join(root, 'd/f'), 'hello');
  chmodSync(join(root, 'd/f'), 0o4751);
  chmodSync(join(root, 'd'), 0o1777);
  symlinkSync('../outside/\n', join(root, 'l'));
  symlinkSync('d', join(root, 'm'));
  execFileSync('mkfifo', [join(root, 'p')]);
  withSource(root, ({ tree, warnings }) => {
    const facts = tree.entries.map(({ path, type, mode, size, target }) => [
      path,
      type,
      mode.toString(8),
      size,
      target,
    ]);
    assert.equal(facts, [
      ['d', 'directory', '1777', 0, ''],
      ['d/f', 'file', '4751', 5, ''],
      ['l', 'symlink', '777', 0, '../outside/\n'],
      ['m', 'symlink', '777', 0, 'd'],
      ['p', 'fifo', tree.get('p')?.mode.toString(8), 0, ''],
    ]);
    assert.equal(
      warnings.filter(({ code }) => code !== 'xattr'),
      [],
    );
  });
});

test('a symlink to a directory is not entered, and neither is one that leads out', () => {
  const root = freshRoot();
  const outside = freshRoot();
  writeFileSync(join(outside, 'secret'), 'x');
  symlinkSync(outside, join(root, 'out'));
  withSource(root, (source) => assert.equal(pathsOf(source), ['out']));
});

test('times before 1970 round down, and nanoseconds stay', () => {
  const root = freshRoot();
  writeFileSync(join(root, 'old'), '');
  // Node takes a negative number for now.
  execFileSync('touch', ['-d', '@-1.5', join(root, 'old')]);
  writeFileSync(join(root, 'new'), '');
  execFileSync('touch', ['-d', '@1234567890.123456789', join(root, 'new')]);
  withSource(root, ({ tree }) => {
    const old = tree.get('old') as Entry;
    assert.equal([old.mtime, old.nanoseconds], [-2, 500_000_000]);
    const recent = tree.get('new') as Entry;
    assert.equal([recent.mtime, recent.nanoseconds], [1234567890, 123456789]);
  });
});

test('hard links are groups, and names outside the tree are counted', () => {
  const root = freshRoot();
  const outside = freshRoot();
  mkdirSync(join(root, 'z'));
  writeFileSync(join(root, 'b'), 'x');
  linkSync(join(root, 'b'), join(root, 'a'));
  linkSync(join(root, 'b'), join(root, 'z/c'));
  linkSync(join(root, 'b'), join(outside, 'd'));
  writeFileSync(join(root, 'single'), 'x');
  writeFileSync(join(root, 'half'), 'x');
  linkSync(join(root, 'half'), join(outside, 'half'));
  withSource(root, ({ tree }) => {
    const { links } = tree.get('a') as Entry;
    assert.equal(links, { paths: ['a', 'b', 'z/c'], outside: 1 });
    assert.is(tree.get('z/c')?.links, links);
    assert.equal(tree.get('half')?.links, { paths: ['half'], outside: 1 });
    assert.is(tree.get('single')?.links, null);
  });
});

test('a socket is left out and reported', async () => {
  const root = freshRoot();
  const server = createServer().listen(join(root, 's'));
  await new Promise((resolve) => server.once('listening', resolve));
  try {
    withSource(root, (source) => {
      assert.equal(pathsOf(source), []);
      assert.equal(
        source.warnings.map(({ code, path }) => [code, path]),
        [['socket', 's']],
      );
    });
  } finally {
    server.close();
  }
});

test('a deep tree, and a path of 4095 bytes', () => {
  const root = freshRoot();
  const levels = Array.from({ length: 16 }, (_, i) =>
    String.fromCharCode(97 + i).repeat(i === 15 ? 254 : 255),
  );
  let inner = root;
  for (const level of levels) {
    // Beyond 4096 bytes a plain path fails, so the tree is made from inside, as a shell would.
    execFileSync('sh', ['-c', 'cd "$0" && mkdir -p "$1"', inner, level]);
    inner = `${inner}/${level}`;
    if (inner.length > 3500) break;
  }
  withSource(root, (source) => {
    assert.ok((source.tree.entries.at(-1) as Entry).path.length > 3000);
  });
});

test('a file that changes between scan and read is never packed as if it had not', () => {
  const instead =
    (make: (path: string) => unknown) =>
    (path: string): void => {
      rmSync(path);
      make(path);
    };
  const cases: readonly (readonly [string, (path: string) => void, RegExp])[] = [
    [
      'grows',
      (path) => writeFileSync(path, 'more', { flag: 'a' }),
      /f: file grew while it was read \(5 -> 9 bytes\)/,
    ],
    ['shrinks', (path) => truncateSync(path, 2), /f: file shrank while it was read \(5 -> 2 bytes\)/],
    ['is written to', (path) => writeFileSync(path, 'HELLO'), /f: file was modified while it was read/],
    ['vanishes', (path) => rmSync(path), /f: vanished or was replaced .*\(ENOENT\)/],
    [
      'becomes a symlink',
      instead((path) => symlinkSync('/etc/passwd', path)),
      /f: vanished or was replaced .*\(ELOOP\)/,
    ],
    [
      'becomes a FIFO',
      instead((path) => execFileSync('mkfifo', [path])),
      /f: (was a file|cannot be read|vanished)/,
    ],
    ['becomes a directory', instead((path) => mkdirSync(path)), /f: (was a file|cannot be read)/],
  ];
  for (const [name, change, message] of cases) {
    const root = freshRoot();
    writeFileSync(join(root, 'f'), 'hello');
    utimesSync(join(root, 'f'), 1000, 1000);
    withSource(root, (source) => {
      const entry = source.tree.get('f') as Entry;
      change(join(root, 'f'));
      assert.throws(() => source.readFile(entry, 100), message, name);
    });
  }
});

test('a directory that is swapped for a symlink after the scan is not followed', () => {
  const root = freshRoot();
  const outside = freshRoot();
  mkdirSync(join(root, 'd'));
  writeFileSync(join(root, 'd/f'), 'mine!');
  writeFileSync(join(outside, 'f'), 'other');
  const { mtimeMs } = lstatSync(join(root, 'd/f'));
  utimesSync(join(outside, 'f'), mtimeMs / 1000, mtimeMs / 1000);
  withSource(root, (source) => {
    renameSync(join(root, 'd'), join(root, 'gone'));
    symlinkSync(outside, join(root, 'd'));
    throwsWith('source-changed', /d\/f: vanished or was replaced/, () =>
      source.readFile(source.tree.get('d/f') as Entry, 100),
    );
  });
});

test('a root that vanishes is said to have vanished', () => {
  const root = freshRoot();
  writeFileSync(join(root, 'f'), 'hello');
  withSource(root, (source) => {
    rmSync(root, { recursive: true });
    throwsWith('source-changed', /f: vanished/, () => source.readFile(source.tree.get('f') as Entry, 100));
  });
});

test('a file over the limit is not read', () => {
  const root = freshRoot();
  writeFileSync(join(root, 'f'), 'hello');
  withSource(root, (source) => {
    throwsWith('source-unreadable', /f: has 5 bytes, more than the limit of 4/, () =>
      source.readFile(source.tree.get('f') as Entry, 4),
    );
  });
});

test('metadata stays under 600 bytes an entry', () => {
  const root = freshRoot();
  for (let i = 0; i < 10; i += 1) {
    mkdirSync(join(root, `directory-with-a-usual-name-${i}`));
    for (let j = 0; j < 100; j += 1)
      writeFileSync(join(root, `directory-with-a-usual-name-${i}/file-${j}.conf`), '');
  }
  // In a separate process, so that the garbage collector can be invoked.
  const script = `
    const { scanDirectory } = await import(${JSON.stringify(new URL('../../src/source/directory.ts', import.meta.url).href)});
    const used = async () => {
      await new Promise(setImmediate);
      gc();
      return process.memoryUsage().heapUsed;
    };
    (() => scanDirectory(${JSON.stringify(root)}).close())();
    const before = await used();
    const sources = Array.from({ length: 5 }, () => scanDirectory(${JSON.stringify(root)}));
    for (const { tree } of sources) tree.get('x');
    const after = await used();
    console.log((after - before) / (5 * sources[0].tree.entries.length));`;
  const flags = ['--expose-gc', '--input-type=module', '-e', script];
  const bytes = Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
  assert.ok(bytes > 50 && bytes < 600, `${bytes} bytes an entry`);
});

test.run();
