// finalize, then pack, equals pack of the untouched tree, byte for byte, for random trees.
import { readFileSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { awkwardTree } from '../../fixtures/awkward.ts';
import { materialize, type Spec } from '../../fixtures/materialize.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';
import { runsOf, stepOf } from '../support/thorough.ts';
import { FAST_PLACE, freshDirectory, seen } from './every-kind.ts';

const test = suite('same archive');
const scratch = new Scratch('same-archive', FAST_PLACE);
const privileged = process.getuid?.() === 0;
test.after(() => scratch.remove());

const EPOCH = 1_600_000_000;

async function packed(root: string, output: string, args: readonly string[]): Promise<Buffer> {
  const { status, stderr } = await run(['pack', root, '-o', output, '-f', '-q', ...args]);
  assert.is(status, 0, stderr);
  return readFileSync(output);
}

async function check(specs: readonly Spec[], args: readonly string[] = []): Promise<void> {
  const at = freshDirectory(scratch.path);
  const [root, outside] = [`${at}/root`, `${at}/outside`];
  materialize(root, specs, { outside });
  materialize(outside, []);
  const options = ['--source-date-epoch', `${EPOCH}`, ...args];
  const before = await packed(root, `${at}/a.cpio`, options);
  const host = seen(outside);
  const first = await run(['finalize', root, ...options]);
  assert.is(first.status, 0, first.stderr);
  assert.is(seen(outside), host, 'names outside are as they were');
  const after = await packed(root, `${at}/a.cpio`, options);
  assert.ok(after.equals(before), 'the archives differ');
  const finalized = seen(root);
  const second = await run(['finalize', root, ...options]);
  assert.match(second.stdout, /: nothing to do/);
  assert.is(seen(root), finalized);
}

/** For some names of what can be one file. */
const OWN_RULES = scratch.in('own.toml');
const OWN_ACTIONS: Readonly<Record<string, string>> = {
  '{**/,}a': 'action = "truncate"',
  '{**/,}{etc,hosts}': 'action = "replace"\ncontent = "the same for both"',
  '{**/,}{run,-}': 'action = "mode"\nmode = "0600"',
  '{**/,}{log,cache}': `action = "owner"\nuser = ${process.getuid?.() ?? 0}\ngroup = ${process.getgid?.() ?? 0}`,
};
writeFileSync(
  OWN_RULES,
  Object.entries(OWN_ACTIONS)
    .map(([match, action], at) => `[[rule]]\nid = "own-${at}"\nmatch = "${match}"\n${action}\nwhy = "x"\n`)
    .join('\n'),
);

const SETTINGS: ReadonlyArray<readonly string[]> = [
  [],
  ['--skip', '**'],
  ['--mtime', 'set'],
  ['--owner', 'root'],
  ['--hard-links', 'copy'],
  ['--root-entry', '--init', 'bin/x'],
  ['--rules', OWN_RULES],
];
for (const args of SETTINGS.filter((_, at) => at % stepOf(1, 2) === 0)) {
  test(`the awkward tree ${args.join(' ')}`, async () => {
    // Without root its files of mode 0 cannot be read.
    const specs = awkwardTree({ plainDates: true }).map((spec) =>
      privileged || spec.type !== 'file' ? spec : { ...spec, mode: spec.mode | 0o400 },
    );
    await check(specs, args);
  });
}

/** Names that rules match, names that are awkward, and any bytes. */
const name = fc.oneof(
  fc.constantFrom(
    'etc',
    'var',
    'log',
    'cache',
    'run',
    'machine-id',
    'passwd-',
    'ld.so.cache',
    'hosts',
    'lastlog',
  ),
  fc.constantFrom('a', 'a-b', '\x1b[31m', 'new\nline', '\xff\xfe', '-', ' ', '*', '\\'),
  fc
    .array(
      fc.integer({ min: 1, max: 255 }).filter((code) => code !== 0x2f),
      { minLength: 1, maxLength: 4 },
    )
    .map((codes) => String.fromCharCode(...codes))
    .filter((text) => text !== '.' && text !== '..'),
);
const node = fc.record({
  name,
  parent: fc.nat(),
  type: fc.constantFrom(
    'directory',
    'directory',
    'file',
    'file',
    'file',
    'symlink',
    'fifo',
    'link',
    'outside',
    'device',
  ),
  other: fc.nat(),
  mode: fc.constantFrom(0o644, 0o755, 0o4755, 0o2755, 0o1777, 0o600, 0o444, 0o555),
  uid: fc.constantFrom(0, 0, 5, 65534),
  gid: fc.constantFrom(0, 0, 8, 65534),
  mtime: fc.constantFrom(0, 1, EPOCH - 1, EPOCH, EPOCH + 0.5, EPOCH + 9, EPOCH - 0.25),
  text: fc.string({ maxLength: 12 }),
});

type Node = typeof node extends fc.Arbitrary<infer T> ? T : never;

function specsOf(nodes: readonly Node[]): Spec[] {
  const specs: Spec[] = [];
  const directories = [''];
  const files: string[] = [];
  const taken = new Set<string>();
  for (const each of nodes) {
    const parent = directories[each.parent % directories.length] as string;
    const path = parent === '' ? each.name : `${parent}/${each.name}`;
    const first = files[each.other % Math.max(files.length, 1)];
    if (taken.has(path) || path === 'TRAILER!!!') continue;
    // mknod and mkfifo are programs, to which the fixture gives text.
    if ((each.type === 'fifo' || each.type === 'device') && /[^\x20-\x7e]/.test(path)) continue;
    const isWritable = each.type === 'directory' && !privileged ? 0o700 : 0;
    const common = { path, mode: each.mode | isWritable, uid: each.uid, gid: each.gid, mtime: each.mtime };
    if (each.type === 'directory') {
      specs.push({ ...common, type: 'directory' });
      directories.push(path);
    } else if (each.type === 'file') {
      const bytes = Buffer.from(each.text);
      const pieces = bytes.length === 0 ? [] : [{ offset: 0, bytes }];
      specs.push({ ...common, type: 'file', mode: common.mode | 0o400, size: bytes.length, pieces });
      files.push(path);
    } else if (each.type === 'symlink') {
      specs.push({ ...common, type: 'symlink', target: each.text === '' ? '/etc' : pathBytes(each.text) });
    } else if (each.type === 'fifo') {
      specs.push({ ...common, type: 'fifo' });
    } else if (each.type === 'device') {
      if (!privileged) continue;
      specs.push({ ...common, type: 'character', major: 1, minor: 3 });
    } else if (first !== undefined) {
      const isOutside = each.type === 'outside';
      specs.push(
        isOutside
          ? { ...common, type: 'outside-link', path: `name-${specs.length}`, to: first }
          : { ...common, type: 'link', to: first },
      );
      if (isOutside) continue;
    }
    taken.add(path);
  }
  return specs;
}

function pathBytes(text: string): string {
  return Buffer.from(text.replaceAll('\0', 'x'), 'utf8').toString('latin1');
}

test('any small tree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(node, { maxLength: 14 }), fc.constantFrom(...SETTINGS), async (nodes, args) => {
      await check(specsOf(nodes), args);
    }),
    { numRuns: runsOf(40, 6) },
  );
});

const linkedName = fc.constantFrom('a', 'etc', 'hosts', 'run', 'log', 'cache', 'b', 'c', 'd', 'machine-id');

test('any names of one file, inside and outside of the tree, and rules for some of them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(linkedName, { minLength: 2, maxLength: 6 }),
      fc.uniqueArray(linkedName, { maxLength: 3 }),
      fc.boolean(),
      fc.constantFrom(0, EPOCH + 9),
      async ([first = '', ...names], below, hasOutside, mtime) => {
        const common = { mode: 0o640, uid: 0, gid: 0, mtime };
        const pieces = [{ offset: 0, bytes: Buffer.from('content') }];
        await check(
          [
            { ...common, type: 'file', path: first, size: 7, pieces },
            ...names.map((path) => ({ ...common, type: 'link', path, to: first }) as const),
            { ...common, type: 'directory', path: 'sub', mode: 0o755 },
            ...below.map((name) => ({ ...common, type: 'link', path: `sub/${name}`, to: first }) as const),
            ...(hasOutside ? [{ ...common, type: 'outside-link', path: 'name', to: first } as const] : []),
          ],
          ['--rules', OWN_RULES],
        );
      },
    ),
    { numRuns: runsOf(30, 5) },
  );
});

test.run();
