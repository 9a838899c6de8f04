/** Extended attributes from an archive to an archive: what is kept, recorded, compared and told. */
import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeAccessList, parseAccessList } from '../../src/tree/access-list.ts';
import { header, member, pax } from '../formats/tar/build.ts';
import { parseTar } from '../formats/tar/parsed.ts';
import { before } from '../support/before.ts';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

const test = suite('cli tar attributes');
const scratch = new Scratch('cli-tar-attributes');
test.after(() => scratch.remove());
const out = (name: string): string => scratch.in(name);

const LIST = 'user::rw-,user:1000:r--,group::r--,mask::r--,other::---';
const CAPABILITY = '\x01\0\0\x02\0\x20'.padEnd(20, '\0');

type Records = readonly (readonly [string, string])[];

/** One file with these records, and others that matter for nobody. */
function written(name: string, records: Records): string {
  const bytes = Buffer.concat([
    ...(records.length === 0 ? [] : [pax(...records)]),
    member({ name: 'ping', mode: '0000755\0' }, 'program\n'),
    pax(['SCHILY.xattr.user.second', '2']),
    header({ name: 'second' }),
    Buffer.alloc(1024),
  ]);
  writeFileSync(out(name), bytes);
  return out(name);
}

const SOURCE: Records = [
  ['SCHILY.xattr.user.z', '\xff\n='],
  ['SCHILY.xattr.security.capability', CAPABILITY],
  ['SCHILY.acl.access', LIST],
  ['SCHILY.xattr.trusted.overlay.opaque', 'y'],
  ['RHT.security.selinux', 'unconfined_u:object_r:user_home_t:s0'],
  ['SCHILY.xattr.user.a', '1'],
];

before(test, () => {
  written('in.tar', SOURCE);
});

async function succeed(...argv: string[]): Promise<Run> {
  const result = await run(argv);
  assert.is(result.status, 0, `${argv.join(' ')}: ${result.stderr}`);
  return result;
}

interface Packed {
  readonly bytes: Buffer;
  readonly warnings: readonly { readonly code: string; readonly message: string }[];
}

async function packed(source: string, name: string, ...options: string[]): Promise<Packed> {
  const { stdout } = await succeed('pack', source, '-o', out(name), '-f', '--json', '--no-cache', ...options);
  return { bytes: readFileSync(out(name)), warnings: JSON.parse(stdout).warnings };
}

function attributesIn(bytes: Buffer): [string, string][] {
  return [...(parseTar(bytes).members[0]?.attributes ?? [])];
}

const KEPT: readonly (readonly [string, string])[] = [
  ['system.posix_acl_access', encodeAccessList(parseAccessList(LIST) ?? [])],
  ['security.capability', CAPABILITY],
  ['user.a', '1'],
  ['user.z', '\xff\n='],
];

test('those that belong to an image are kept, the others are named with the reason', async () => {
  const { bytes, warnings } = await packed(out('in.tar'), 'a.tar');
  assert.equal(attributesIn(bytes).sort(), [...KEPT].sort());
  assert.equal(
    warnings.map(({ code }) => code),
    ['xattr-dropped', 'xattr-dropped'],
  );
  assert.match(warnings[0]?.message ?? '', /security\.selinux of ping is left out: labels/);
  assert.match(warnings[1]?.message ?? '', /trusted\.overlay\.opaque of ping is left out: the overlay/);
  // Nothing is left to leave out.
  const again = await packed(out('a.tar'), 'b.tar');
  assert.ok(again.bytes.equals(bytes));
  assert.equal(again.warnings, []);
});

test('the order and the form in which an archive has them decide nothing', async () => {
  const { bytes } = await packed(out('in.tar'), 'a.tar');
  const base64 = (value: string): string =>
    Buffer.from(value, 'latin1').toString('base64').replace(/=+$/, '');
  const other = written('other.tar', [
    ['LIBARCHIVE.xattr.user.a', base64('1')],
    ['SCHILY.acl.access', 'group::r--\nuser::rw-\nother::---\nmask::r--\nuser:joe:r--:1000\n'],
    ['LIBARCHIVE.xattr.security.capability', base64(CAPABILITY)],
    ['SCHILY.xattr.user.z', '\xff\n='],
  ]);
  assert.not.ok(readFileSync(other).equals(readFileSync(out('in.tar'))));
  assert.ok((await packed(other, 'c.tar')).bytes.equals(bytes));
});

test('policies keep labels, or drop everything', async () => {
  const labelled = await packed(out('in.tar'), 'l.tar', '--policy', 'security-labels=keep');
  const label = attributesIn(labelled.bytes).find(([name]) => name === 'security.selinux');
  assert.is(label?.[1], 'unconfined_u:object_r:user_home_t:s0');
  assert.is(labelled.warnings.length, 1);
  const none = await packed(out('in.tar'), 'n.tar', '--policy', 'extended-attributes=drop');
  assert.equal(attributesIn(none.bytes), []);
  assert.equal(
    none.warnings.map(({ message }) => / (\S+) of (.*) is left out: the policy/.exec(message)?.slice(1)),
    [
      ['security.capability', 'ping'],
      ['security.selinux', 'ping'],
      ['system.posix_acl_access', 'ping'],
      ['trusted.overlay.opaque', 'ping'],
      ['user.a', 'ping'],
      ['user.second', 'second'],
      ['user.z', 'ping'],
    ],
  );
});

test('cpio loses them, and says what would not', async () => {
  const { warnings } = await packed(out('in.tar'), 'a.cpio');
  assert.equal(
    warnings.map(({ code }) => code),
    ['xattr', 'xattr'],
  );
  assert.match(
    warnings[1]?.message ?? '',
    /user\.second, which a cpio archive cannot hold; pack a \.tar to keep it$/,
  );
});

test('a manifest records them by digest: verify, reproduce and diff of manifests see a change', async () => {
  await packed(out('in.tar'), 'm.tar', '--manifest-entries');
  const manifest = JSON.parse(readFileSync(out('m.tar.manifest.json'), 'utf8'));
  assert.match(manifest.entries[0].attributes, /^sha256:[0-9a-f]{64}$/);
  await succeed('verify', out('m.tar.manifest.json'), out('m.tar'));
  await succeed('reproduce', out('m.tar.manifest.json'), out('in.tar'));

  const changed = written('changed.tar', [...SOURCE.slice(0, -1), ['SCHILY.xattr.user.a', 'other']]);
  await packed(changed, 'changed-image.tar', '--manifest-entries');
  const verified = await run(['verify', out('m.tar.manifest.json'), out('changed-image.tar'), '--json']);
  assert.is(verified.status, 1);
  const { level, entries } = JSON.parse(verified.stdout);
  assert.is(level, 'none');
  assert.equal(
    entries.different.map((each: { path: string; fields: { field: string }[] }) => [
      each.path,
      ...each.fields.map(({ field }) => field),
    ]),
    [['ping', 'attributes']],
  );
  const rebuilt = await run(['reproduce', out('m.tar.manifest.json'), changed]);
  assert.is(rebuilt.status, 1);
  assert.match(rebuilt.stdout, /ping/);
  const compared = await run([
    'diff',
    out('m.tar.manifest.json'),
    out('changed-image.tar.manifest.json'),
    '--json',
  ]);
  assert.is(compared.status, 1);
  assert.match(compared.stdout, /"attributes"/);
});

test('the tree of an image with an attribute that the manifest lacks is another tree', async () => {
  await packed(out('in.tar'), 'm.tar', '--manifest-entries');
  const foreign = written(
    'foreign.tar',
    SOURCE.filter(([keyword]) => !keyword.startsWith('RHT')),
  );
  const { stdout } = await run(['verify', out('m.tar.manifest.json'), foreign, '--json']);
  assert.is(JSON.parse(stdout).level, 'none');
  // The same attributes in other forms are the same tree.
  const same = written(
    'same.tar',
    KEPT.map(([name, value]) => [`SCHILY.xattr.${name}`, value]),
  );
  const verified = await run(['verify', out('m.tar.manifest.json'), same, '--json']);
  assert.is(JSON.parse(verified.stdout).level, 'tree');
});

test('list and diff know them in an image', async () => {
  await packed(out('in.tar'), 'a.tar.xz');
  await packed(written('without.tar', []), 'w.tar');
  const listed = JSON.parse((await succeed('list', out('a.tar.xz'), '--json', '-q')).stdout);
  assert.equal(listed.entries[0].attributes, KEPT.map(([name]) => name).sort());
  const { status, stdout } = await run(['diff', out('a.tar.xz'), out('w.tar')]);
  assert.is(status, 1);
  assert.match(stdout, /file capabilities differ|extended attributes differ/);
});

test('extract takes the policies about attributes, and no other', async () => {
  const told = async (...options: string[]): Promise<string[]> => {
    const { stdout } = await succeed(
      ...['extract', out('in.tar'), '-C', out('extracted'), '-f', '--json', ...options],
    );
    const { warnings } = JSON.parse(stdout) as Packed;
    return warnings
      .filter(({ code }) => code === 'xattr-dropped')
      .map(({ message }) => /attribute (\S+)/.exec(message)?.[1] ?? '');
  };
  assert.equal(await told(), ['security.selinux', 'trusted.overlay.opaque']);
  assert.equal(await told('--policy', 'security-labels=keep'), ['trusted.overlay.opaque']);
  assert.is((await told('--policy', 'extended-attributes=drop')).length, 7);
  for (const [choice, wanted] of [
    ['machine-id=empty', /policy machine-id does not apply to extraction\. Only extended-attributes and/],
    ['security-label=keep', /there is no policy 'security-label'/],
    ['security-labels=no', /has no value 'no'/],
  ] as const) {
    const { status, stderr } = await run(['extract', out('in.tar'), '-C', out('no'), '--policy', choice]);
    assert.is(status, 2);
    assert.match(stderr, wanted);
  }
});

test.run();
