// Every --json document conforms to its schema, and has no key that the schema lacks.
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SCHEMAS } from '../../src/documents/index.ts';
import { ENCODER, ENCODERS } from '../../src/formats/encoders.ts';
import { HOOKS } from '../../src/hooks/index.ts';
import { documentText } from '../../src/json/document.ts';
import { encodeBootConfig } from '../../src/source/boot-config.ts';
import { PROFILE, toolVersion } from '../../src/versions.ts';
import { SAMPLE_MANIFEST } from '../manifest/sample-manifest.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('json documents');
const scratch = new Scratch('cli-json');
const tree = scratch.in('tree');

interface Schema {
  readonly $id?: string;
  readonly properties?: Readonly<Record<string, Schema | boolean>>;
  readonly items?: Schema;
}

const ajv = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true, strictRequired: false });
const schemas = new Map<string, Schema>();
for (const each of Object.values(SCHEMAS)) {
  const schema = JSON.parse(documentText(each)) as Schema;
  schemas.set(schema.$id as string, schema);
  ajv.addSchema(schema);
}

before(test, () => {
  mkdirSync(`${tree}/etc`, { recursive: true });
  writeFileSync(`${tree}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  // Not UTF-8: the lead byte of a sequence that does not follow.
  writeFileSync(Buffer.from(`${tree}/etc/back\\slash \x07 \xc3`, 'latin1'), '');
  symlinkSync('nowhere\n', `${tree}/link`);
  writeFileSync(
    scratch.in('own.toml'),
    '[[rule]]\nid = "own"\nmatch = "etc/back*"\naction = "report"\nwhy = "Odd."\n',
  );
});
test.after(() => scratch.remove());

/** Keys that are described nowhere, by their place. */
function undescribed(value: unknown, schema: Schema | boolean | undefined, place = ''): string[] {
  if (typeof schema !== 'object' || typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((each) => undescribed(each, schema.items, `${place}[]`));
  if (schema.properties === undefined) return [];
  const { properties } = schema;
  return Object.entries(value).flatMap(([key, each]) =>
    key in properties ? undescribed(each, properties[key], `${place}.${key}`) : [`${place}.${key}`],
  );
}

/** Documents that were seen, by the names of their schemas. */
const seen = new Set<string>();

async function document(id: string, argv: readonly string[], status = 0): Promise<Record<string, unknown>> {
  seen.add(id);
  const result = await run([...argv, '--json']);
  assert.is(result.status, status, result.stderr);
  assert.ok(result.stdout.endsWith('}\n'));
  const value = JSON.parse(result.stdout) as Record<string, unknown>;
  assert.is(value.schema, id);
  const validate = ajv.getSchema(id);
  assert.ok(validate, `a schema for ${id}`);
  assert.ok(validate?.(value), JSON.stringify(validate?.errors, null, 1));
  assert.equal(undescribed(value, schemas.get(id)), []);
  return value;
}

test('every schema names its document', () => {
  for (const [id, schema] of schemas)
    assert.equal(schema.properties?.schema, { ...(schema.properties?.schema as object), const: id });
});

test('pack', async () => {
  const rules = ['--rules', scratch.in('own.toml')];
  const compressed = await document('stillroot/pack/1', [
    'pack',
    tree,
    '-o',
    scratch.in('a.cpio.xz'),
    ...rules,
  ]);
  const plain = await document('stillroot/pack/1', ['pack', tree, '-o', scratch.in('a.cpio'), ...rules]);
  const digests = (value: Record<string, unknown>): Record<string, string> =>
    value.digests as Record<string, string>;
  assert.is(digests(compressed).payload, digests(plain).payload);
  assert.is(digests(plain).payload, digests(plain).file);
  assert.equal([compressed.bytesIn, plain.bytesIn], [33, 33]);
  assert.is(plain.payloadBytes, plain.bytesOut);
  assert.is(compressed.payloadBytes, plain.payloadBytes);
  for (const [name, { bytesOut }] of Object.entries({ 'a.cpio.xz': compressed, 'a.cpio': plain })) {
    assert.is(bytesOut, statSync(scratch.in(name)).size);
  }
  assert.equal(
    (plain.warnings as { code: string; path: string }[])
      .filter(({ code }) => code === 'rule-report')
      .map(({ path }) => path),
    ['etc/back\\\\slash \\x07 \\xc3'],
  );
});

test('cache', async () => {
  const value = await document('stillroot/cache/1', ['cache', 'info', '--cache', scratch.in('no-cache')]);
  assert.equal([value.exists, value.blocks, value.bytes], [false, 0, 0]);
});

test('check', async () => {
  const value = await document('stillroot/check/1', ['check', tree, '--source-date-epoch', '5'], 1);
  assert.is(value.epoch, 5);
  assert.equal([value.bytesIn, value.bytesOut, value.encoder], [33, 0, ENCODER]);
  const changes = value.changes as { rule: string; paths: string[] }[];
  assert.equal(changes.find(({ rule }) => rule === 'common/machine-id-empty')?.paths, ['etc/machine-id']);
});

test('verify', async () => {
  const rules = ['--rules', scratch.in('own.toml'), '--no-manifest'];
  await run(['pack', tree, '-o', scratch.in('v.cpio.xz'), '--manifest-entries']);
  const manifest = scratch.in('v.cpio.xz.manifest.json');
  await run(['pack', tree, '-o', scratch.in('again.cpio'), '--no-manifest']);
  await run([
    'pack',
    tree,
    '-o',
    scratch.in('other.cpio.xz'),
    '--policy',
    'machine-id=uninitialized',
    ...rules,
  ]);
  writeFileSync(scratch.in('none.cpio.xz'), 'no archive');
  const level = async (name: string, status: number): Promise<unknown> =>
    (await document('stillroot/verify/1', ['verify', manifest, scratch.in(name)], status)).level;
  assert.is(await level('v.cpio.xz', 0), 'file');
  assert.is(await level('again.cpio', 1), 'payload');
  assert.is(await level('other.cpio.xz', 1), 'none');
  assert.is(await level('none.cpio.xz', 1), 'none');
});

test('extract', async () => {
  const argv = ['extract', scratch.in('a.cpio.xz'), '-C', scratch.in('extracted')];
  const value = await document('stillroot/extract/1', argv);
  assert.is(value.entries, 4);
});

test('finalize', async () => {
  const copy = scratch.in('finalized');
  cpSync(tree, copy, { recursive: true, verbatimSymlinks: true });
  const dry = await document('stillroot/finalize/1', ['finalize', copy, '--dry-run']);
  const value = await document('stillroot/finalize/1', ['finalize', copy]);
  assert.is((dry.dryRun as string[]).length, value.operations);
  assert.equal([value.bytesIn, value.bytesOut, 'dryRun' in value], [33, 0, false]);
  assert.is((await document('stillroot/finalize/1', ['finalize', copy])).operations, 0);
});

test('list', async () => {
  const { entries } = await document('stillroot/list/1', ['list', scratch.in('a.cpio.xz')]);
  assert.equal(
    (entries as { path: string; target?: string }[]).map(({ path, target }) => [path, target]),
    [
      ['etc', undefined],
      ['etc/back\\\\slash \\x07 \\xc3', undefined],
      ['etc/machine-id', undefined],
      ['link', 'nowhere\\x0a'],
    ],
  );
});

test('list of device nodes', async () => {
  const { encodeHeader, headerSpan } = await import('../../src/formats/cpio/newc.ts');
  const zero = {
    inode: 0,
    uid: 0,
    gid: 0,
    mtime: 0,
    fileSize: 0,
    check: 0,
    nlink: 1,
    deviceMajor: 0,
    deviceMinor: 0,
  };
  const bytes = Buffer.alloc(headerSpan(4) + headerSpan(10));
  const at = encodeHeader(bytes, 0, { ...zero, mode: 0o020666, rdeviceMajor: 1, rdeviceMinor: 3 }, 'null');
  encodeHeader(bytes, at, { ...zero, mode: 0, rdeviceMajor: 0, rdeviceMinor: 0 }, 'TRAILER!!!');
  writeFileSync(scratch.in('device.cpio'), bytes);
  const { entries } = await document('stillroot/list/1', ['list', scratch.in('device.cpio')]);
  assert.is((entries as { device: string }[])[0]?.device, '1:3');
});

test('packages', async () => {
  mkdirSync(scratch.in('installed', 'lib/apk/db'), { recursive: true });
  mkdirSync(scratch.in('installed', 'var/lib/dpkg/status.d'), { recursive: true });
  mkdirSync(scratch.in('installed', 'var/lib/apt/lists'), { recursive: true });
  mkdirSync(scratch.in('installed', 'var/db/xbps'), { recursive: true });
  mkdirSync(scratch.in('installed', 'etc'), { recursive: true });
  const base = 'Package: base-files\nVersion: 12.4\nArchitecture: all\n';
  const files = {
    'etc/os-release': 'ID=odd\nVERSION_ID=1\n',
    'lib/apk/db/installed': 'C:Q1qKcZ+j23xssAXmgQhkOO8dHnbWw=\nP:a\nV:1-r0\nA:x86_64\nI:5\nL:MIT\no:b\n',
    'var/lib/dpkg/status.d/base': base,
    'var/lib/apt/lists/x_Packages': `${base}SHA256: ${'0'.repeat(64)}\n`,
  };
  for (const [path, text] of Object.entries(files)) writeFileSync(scratch.in('installed', path), text);
  const full = await document('stillroot/packages/1', ['packages', scratch.in('installed')]);
  assert.equal([full.distro, full.distroVersion, full.databases], ['odd', '1', ['dpkg', 'apk']]);
  // Every key is there once, so that each of them was held against the schema.
  const keys = (full.packages as object[]).flatMap((each) => Object.keys(each));
  const described = schemas.get('stillroot/packages/1')?.properties?.packages as Schema;
  assert.equal([...new Set(keys)].sort(), Object.keys(described.items?.properties ?? {}).sort());
  assert.equal(
    (full.warnings as { code: string }[]).map(({ code }) => code),
    ['package-database-not-read'],
  );
  const none = await document('stillroot/packages/1', ['packages', tree]);
  assert.equal([none.distro, none.distroVersion, none.packages], ['unknown', undefined, []]);
});

test('reproduce', async () => {
  const archive = scratch.in('reproduce.cpio');
  await run(['pack', '--bootstrap', 'touch {root}/x', '-o', archive, '--manifest-entries']);
  const manifest = `${archive}.manifest.json`;
  const same = await document('stillroot/reproduce/1', ['reproduce', manifest, '--run']);
  assert.equal([same.same, same.level, same.diff], [true, 'file', null]);
  const args = ['reproduce', manifest, tree, '--attest', 'test-result'];
  const other = await document('stillroot/reproduce/1', args, 1);
  assert.equal([other.same, other.level, other.bootstrap], [false, 'none', null]);
  assert.ok(other.entries !== undefined && other.diff !== null);
  const diff = await document('stillroot/diff/1', ['diff', manifest, tree], 1);
  const { level, diff: explained } = diff.manifests as { level: string; diff: object | null };
  assert.ok(level === 'none' && explained !== null && (diff.clusters as object[]).length > 0);
  const made = ['pack', '--bootstrap', 'touch {root}/x', '-o', scratch.in('made.cpio')];
  assert.is((await document('stillroot/pack/1', made)).source, 'touch {root}/x');
});

test('what is behind an archive, in every document that compares two', async () => {
  await run(['pack', tree, '-o', scratch.in('plain.cpio')]);
  const plain = readFileSync(scratch.in('plain.cpio'));
  const image = (name: string, text: string): string => {
    writeFileSync(scratch.in(name), Buffer.concat([plain, encodeBootConfig(Buffer.from(text))]));
    return scratch.in(name);
  };
  const [a, b] = [image('one.img', 'kernel.foo = 1\n'), image('two.img', 'kernel.foo = 2\n')];
  const { clusters } = await document('stillroot/diff/1', ['diff', a, b], 1);
  assert.equal(
    (clusters as { cause: string; fields: string[] }[]).map(({ cause, fields }) => [cause, ...fields]),
    [['archive-layer', 'boot-config']],
  );
  for (const from of [a, b]) await run(['pack', from, '-o', `${from}.cpio`]);
  const manifest = `${a}.cpio.manifest.json`;
  const verified = await document('stillroot/verify/1', ['verify', manifest, `${b}.cpio`], 1);
  const rebuilt = await document('stillroot/reproduce/1', ['reproduce', manifest, b], 1);
  for (const { level, around } of [verified, rebuilt]) {
    assert.equal([level, around], ['payload', ['boot-config']]);
  }
  const other = ['diff', manifest, `${b}.cpio.manifest.json`];
  const { manifests } = await document('stillroot/diff/1', other, 1);
  for (const { circumstances } of [rebuilt, manifests as typeof rebuilt]) {
    assert.equal(
      (circumstances as { code: string }[]).map(({ code }) => code),
      ['boot-config'],
    );
  }
});

test('rules list and show', async () => {
  const all = await document('stillroot/rules/1', ['rules', 'list']);
  assert.ok((all.rules as unknown[]).length > 50);
  assert.ok((all.policies as unknown[]).length > 3);
  const one = await document('stillroot/rules/1', ['rules', 'show', 'common/machine-id-empty']);
  assert.is((one.rules as unknown[]).length, 1);
  const undecided = (all.rules as { id: string; toDecide: boolean; decidedBy?: string[] }[]).filter(
    ({ toDecide }) => toDecide,
  );
  assert.ok(undecided.length > 20);
  assert.ok((all.rules as { toDecide: boolean }[]).some(({ toDecide }) => !toDecide));
  const choices = Object.fromEntries(undecided.map(({ id, decidedBy }) => [id, decidedBy]));
  assert.equal(choices['debian/usb-rules'], ['--rules FILE']);
  assert.equal(choices['debian/mariadb-database-report'], [
    '--policy databases=drop',
    '--policy databases=keep',
  ]);
  assert.equal(
    (one.rules as { toDecide: boolean; decidedBy?: string[] }[]).map(({ toDecide, decidedBy }) => [
      toDecide,
      decidedBy,
    ]),
    [[false, undefined]],
  );
  const policy = await document('stillroot/rules/1', ['rules', 'show', 'machine-id']);
  assert.is((policy.policies as unknown[]).length, 1);
});

test('rules explain', async () => {
  const found = await document('stillroot/explain/1', ['rules', 'explain', tree, '/etc/machine-id']);
  assert.is(found.outcome, 'changed');
  assert.ok((found.values as { what: string }[]).some(({ what }) => what === 'content'));
  const missing = await document('stillroot/explain/1', ['rules', 'explain', tree, 'no/such']);
  assert.equal([missing.outcome, missing.type], ['missing', null]);
});

test('the manifest of pack, which is a document of its own', async () => {
  const output = scratch.in('manifest', 'image.cpio.xz');
  mkdirSync(scratch.in('manifest'));
  const rules = ['--rules', scratch.in('own.toml'), '--manifest-entries'];
  assert.is((await run(['pack', tree, '-o', output, ...rules])).status, 0);
  seen.add('stillroot/manifest/1');
  const value: unknown = JSON.parse(readFileSync(`${output}.manifest.json`, 'utf8'));
  const validate = ajv.getSchema('stillroot/manifest/1');
  assert.ok(validate?.(value), JSON.stringify(validate?.errors, null, 1));
  assert.equal(undescribed(value, schemas.get('stillroot/manifest/1')), []);
  assert.equal(undescribed(SAMPLE_MANIFEST, schemas.get('stillroot/manifest/1')), []);
});

test('hook, and the list of hooks', async () => {
  const value = await document('stillroot/hook/1', ['hook', 'mkosi']);
  assert.match(value.text as string, /^#!\/bin\/sh\n/);
  assert.match(value.short as string, /^#!\/bin\/sh\nset -eu\n/);
  const { short, adds } = await document('stillroot/hook/1', ['hook', 'mmdebstrap']);
  assert.match(short as string, /^--customize-hook=/);
  assert.match(adds as string, 'SOURCE_DATE_EPOCH alone');
  for (const { id } of HOOKS) await document('stillroot/hook/1', ['hook', id]);
  const list = await document('stillroot/hooks/1', ['hook']);
  const inList = (list.hooks as { id: string; triedWith: string }[]).find(({ id }) => id === 'mkosi');
  assert.match(inList?.triedWith ?? '', /^mkosi \d/);
});

test('index', async () => {
  const published = scratch.in('published');
  mkdirSync(published);
  assert.is((await run(['pack', tree, '-o', `${published}/image.cpio`])).status, 0);
  const args = ['index', published, '--base-url', 'https://images.example/a', '--architecture', 'amd64'];
  const value = await document('stillroot/index/1', args);
  assert.equal(value.files, ['rebuilderd.amd64.json', 'index.html']);
  assert.equal(readdirSync(published).sort(), [
    'image.cpio',
    'image.cpio.manifest.json',
    'index.html',
    'rebuilderd.amd64.json',
  ]);
});

test('--version', async () => {
  const value = await document('stillroot/version/1', ['--version']);
  assert.equal(value, {
    schema: 'stillroot/version/1',
    version: toolVersion(),
    profile: PROFILE,
    encoder: ENCODER,
    encoders: ENCODERS,
  });
  assert.equal(JSON.parse((await run(['--json', '--version'])).stdout), value);
});

test('errors, of the user and of the program', async () => {
  await document('stillroot/error/1', ['list', scratch.in('none.cpio')], 2);
  await document('stillroot/error/1', ['pakc'], 2);
  await document('stillroot/error/1', ['pack', tree], 2);
});

test('no document is left out above but those of bench, which lab/documents looks at', () => {
  const left = [...schemas.keys()].filter((id) => !seen.has(id));
  assert.equal(left.sort(), ['stillroot/bench-list/1', 'stillroot/bench/1']);
});

test('with --json standard output has nothing but the document', async () => {
  const { stdout, stderr } = await run(['check', tree, '--json', '-vv']);
  assert.is(stderr, '');
  assert.is(stdout.trimStart()[0], '{');
  JSON.parse(stdout);
});

test.run();
