/**
 * Layers point one way: modules that turn bytes into bytes do not touch the filesystem, few modules do, and only one
 * prints. Checked on the imports of every file in src.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('layers');
const SRC = new URL('../src/', import.meta.url).pathname;

interface Import {
  readonly file: string;
  readonly module: string;
  readonly target: string;
}

function moduleOf(file: string): string {
  const slash = file.indexOf('/');
  return slash === -1 ? '' : file.slice(0, slash);
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) => ({
    file,
    module: moduleOf(file),
    target: target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
  }));
});

interface Module {
  /** What it may import from, besides itself and errors.ts; undefined for anything. */
  readonly imports: ReadonlySet<string> | undefined;
  readonly touchesFiles: boolean;
}

/** The table of modules in src/README.md. */
const MODULES: ReadonlyMap<string, Module> = new Map(
  [
    ...readFileSync(join(SRC, 'README.md'), 'utf8').matchAll(
      /^\| `([\w-]+)\/` \| .* \| (.*) \| (yes|no) \|$/gm,
    ),
  ].map(([, name = '', imports = '', touches]) => [
    name,
    {
      imports:
        imports === 'everything' ? undefined : new Set(imports === 'nothing' ? [] : imports.split(', ')),
      touchesFiles: touches === 'yes',
    },
  ]),
);

/** Files outside them that may, and why. */
const FILES_WITH_FILES: ReadonlySet<string> = new Set([
  'tool-version.ts', // reads our own package.json
  'formats/xz/lzma-package.ts', // reads the encoder's package.json
]);

test('the test sees the imports', () => {
  assert.ok(files.length > 50 && imports.length > 200);
  assert.ok(imports.some(({ module, target }) => module === 'cli' && target.startsWith('pack/')));
});

test('every module imports only from modules below it', () => {
  const wrong = imports.filter(({ module, target }) => {
    if (!target.endsWith('.ts') || module === '' || target === 'errors.ts') return false;
    const wanted = moduleOf(target);
    if (wanted === '') return module !== 'cli' && module !== 'app';
    const allowed = MODULES.get(module)?.imports;
    return wanted !== module && allowed !== undefined && !allowed.has(wanted);
  });
  assert.equal(wrong, []);
});

test('the table names every module, and no other', () => {
  const modules = new Set(files.map(moduleOf).filter((name) => name !== ''));
  assert.equal([...MODULES.keys()].sort(), [...modules].sort());
});

test('no file imports itself over others, not for types either', () => {
  const targets = new Map<string, string[]>(files.map((file) => [file, []]));
  for (const { file, target } of imports) if (targets.has(target)) targets.get(file)?.push(target);
  const circles: string[] = [];
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at !== -1) circles.push([...path.slice(at), file].join(' -> '));
    if (at !== -1 || done.has(file)) return;
    for (const target of targets.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  assert.equal(circles, []);
});

test('only some modules touch the filesystem', () => {
  const wrong = imports.filter(
    ({ file, module, target }) =>
      /^(node:fs|node:fs\/promises|fs-extra|node:child_process)/.test(target) &&
      !MODULES.get(module)?.touchesFiles &&
      !FILES_WITH_FILES.has(file),
  );
  assert.equal(wrong, []);
});

test('only the command line prints or reads the environment', () => {
  const printing = files.filter((file) => {
    if (moduleOf(file) === 'cli') return false;
    const code = readFileSync(join(SRC, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
    return /\bconsole\.|process\.(stdout|stderr|env|argv)/.test(code);
  });
  const reasons: Readonly<Record<string, string>> = {
    'executable/bin.ts': 'stands in for cli/bin.ts',
    'executable/boot.ts': 'is told which part of the program to start',
    'executable/native-part.ts': 'looks for a directory for temporary files, before there are options',
    'formats/block-pool.ts': 'passes on two variables of Node itself to its threads',
  };
  assert.equal(printing.sort(), Object.keys(reasons).sort());
});

test('threads start in one place, and few files ask where they are: a build puts them elsewhere', () => {
  const matching = (pattern: RegExp): string[] =>
    files.filter((file) => pattern.test(readFileSync(join(SRC, file), 'utf8'))).sort();
  assert.equal(matching(/new Worker\(/), ['executable/entry-points.ts', 'system/entry-points.ts']);
  assert.equal(matching(/import\.meta\.url/), [
    ...['formats/xz/lzma-package.ts', 'formats/zstd/wasm-package.ts', 'source/xattr-package.ts'],
    ...['system/entry-points.ts', 'tool-version.ts'],
  ]);
});

test('paths stay bytes: nothing that decodes or collates text', () => {
  const wrong = files.filter((file) => {
    const text = readFileSync(join(SRC, file), 'utf8');
    return /localeCompare|\.normalize\(|Intl\.Collator/.test(text);
  });
  assert.equal(wrong, []);
});

test.run();
