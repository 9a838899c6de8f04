/**
 * Layers point one way: rooms that turn bytes into bytes know no filesystem, few rooms touch it, one
 * prints. Read off the imports of every file in src.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('layers');
const SRC = new URL('../src/', import.meta.url).pathname;

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function roomOf(file: string): string {
  const slash = file.indexOf('/');
  return slash === -1 ? '' : file.slice(0, slash);
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => ({
    file,
    room: roomOf(file),
    target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
  }));
});

/** What each room may import from, beside itself and errors.ts. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  tree: [],
  system: [],
  json: [],
  report: [],
  settings: ['json', 'normalize', 'rewrite', 'rules', 'xz'],
  cpio: ['tree'],
  tar: ['tree'],
  xz: [],
  compression: ['xz'],
  cache: ['system', 'xz'],
  rewrite: ['tree', 'packages'],
  normalize: ['tree', 'cpio'],
  rules: ['tree'],
  secrets: [],
  packages: ['tree'],
  manifest: ['tree', 'json', 'settings', 'normalize', 'packages', 'rules', 'source', 'plan', 'pack'],
  source: ['tree', 'cpio', 'tar', 'xz', 'compression'],
  plan: ['tree', 'rules', 'rewrite', 'normalize', 'packages', 'source', 'secrets'],
  pack: ['system', 'tree', 'cpio', 'xz', 'settings', 'source', 'plan', 'ospkg'],
  attest: ['manifest', 'settings'],
  ospkg: [],
  verify: ['tree', 'xz', 'source', 'manifest'],
  finalize: ['tree', 'source', 'plan'],
  extract: ['system', 'tree', 'source'],
  list: ['tree', 'cpio', 'source'],
  hooks: [],
  page: [],
  bootstrap: ['system', 'tree', 'rules', 'packages', 'source', 'manifest'],
  reproduce: ['tree', 'rules', 'manifest', 'verify'],
  // What stands in for files of these rooms in the bundle.
  'single-file': ['system', 'source', 'pack', 'bundle'],
  bundle: [],
  diff: [
    'tree',
    'cpio',
    'rules',
    'rewrite',
    'normalize',
    'packages',
    'source',
    'plan',
    'pack',
    'xz',
    'secrets',
  ],
  lab: ['system', 'tree', 'source', 'diff'],
  app: [
    ...[
      'system',
      'tree',
      'cpio',
      'xz',
      'settings',
      'report',
      'rules',
      'normalize',
      'packages',
      'manifest',
      'attest',
    ],
    ...['ospkg', 'source', 'plan', 'pack', 'cache', 'finalize', 'reproduce', 'diff'],
  ],
  cli: [
    ...['app', 'settings', 'report', 'system'],
    'tree',
    'cpio',
    'xz',
    'rules',
    'rewrite',
    'normalize',
    'packages',
    'manifest',
    'attest',
    'ospkg',
    'verify',
    'source',
    'plan',
    'pack',
    'cache',
    'finalize',
    'extract',
    'list',
    'hooks',
    'page',
    'bootstrap',
    'reproduce',
    'diff',
    'lab',
  ],
};

/** The only rooms that may touch files. */
const ROOMS_WITH_FILES: ReadonlySet<string> = new Set([
  'system',
  'source',
  'pack',
  'cache',
  'finalize',
  'extract',
  'bootstrap',
  'lab',
  'app',
  'cli',
  'single-file',
  'bundle',
]);
/** Files outside them that may, and why. */
const FILES_WITH_FILES: ReadonlySet<string> = new Set([
  'tool-version.ts', // reads our own package.json
  'xz/encoder.ts', // reads the encoder's package.json
]);

test('the test sees the imports', () => {
  assert.ok(files.length > 50 && imports.length > 200);
  assert.ok(imports.some(({ room, target }) => room === 'cli' && target.startsWith('pack/')));
});

test('every room imports only from rooms below it', () => {
  const wrong = imports.filter(({ room, target }) => {
    if (!target.endsWith('.ts') || room === '' || target === 'errors.ts') return false;
    const wanted = roomOf(target);
    if (wanted === '') return room !== 'cli' && room !== 'app';
    return wanted !== room && !(ALLOWED[room] ?? []).includes(wanted);
  });
  assert.equal(wrong, []);
});

test('only some rooms touch the filesystem', () => {
  const wrong = imports.filter(
    ({ file, room, target }) =>
      /^(node:fs|node:fs\/promises|fs-extra|node:child_process)/.test(target) &&
      !ROOMS_WITH_FILES.has(room) &&
      !FILES_WITH_FILES.has(file),
  );
  assert.equal(wrong, []);
});

test('only the command line prints or reads the environment', () => {
  const printing = files.filter((file) => {
    if (roomOf(file) === 'cli') return false;
    return /\bconsole\.|process\.(stdout|stderr|env|argv)/.test(readFileSync(join(SRC, file), 'utf8'));
  });
  // The pool passes one variable of coverage tools on to its threads, and nothing else; the bundlers are
  // programs, run by `npm run build`, and look whether they are the one that was started.
  assert.equal(printing.sort(), ['bundle/program.ts', 'single-file/bundle.ts', 'xz/block-pool.ts']);
});

test('paths stay bytes: nothing that decodes or collates text', () => {
  const wrong = files.filter((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    return /localeCompare|\.normalize\(|Intl\.Collator/.test(text);
  });
  assert.equal(wrong, []);
});

test.run();
