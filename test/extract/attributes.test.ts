// Extended attributes of what is extracted: which entries get which, in which order, and what is told of the others.
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type ExtractOptions, type ExtractResult, extract } from '../../src/extract/extract.ts';
import { openArchiveSource } from '../../src/source/archive-source.ts';
import { loadXattrPackage, type XattrPackage } from '../../src/source/xattr-package.ts';
import { encodeAccessList, parseAccessList } from '../../src/tree/access-list.ts';
import { type header, member, pax } from '../formats/tar/build.ts';
import { rejects } from '../support/rejects.ts';
import { testWhere } from '../support/requires.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('extract/attributes');
const scratch = new Scratch('extract-attributes');
const out = scratch.in('out');
test.before.each(() => rmSync(out, { recursive: true, force: true }));
test.after(() => scratch.remove());

const [UID, GID] = [process.geteuid?.() ?? 0, process.getegid?.() ?? 0];
const OURS = { uid: UID.toString(8).padStart(7, '0'), gid: GID.toString(8).padStart(7, '0') };
const LIST = 'user::rw-,user:1000:r--,group::r--,mask::r--,other::---';
const CAPABILITY = '\x01\0\0\x02\0\x20'.padEnd(20, '\0');

type Records = readonly (readonly [string, string])[];

function entry(name: string, records: Records, fields: Parameters<typeof header>[0] = {}): Buffer {
  const own = { ...OURS, name, ...fields };
  return Buffer.concat([...(records.length === 0 ? [] : [pax(...records)]), member(own)]);
}

async function extracted(
  members: readonly Buffer[],
  options: Partial<ExtractOptions> = {},
): Promise<ExtractResult> {
  writeFileSync(scratch.in('a.tar'), Buffer.concat([...members, Buffer.alloc(1024)]));
  const source = await openArchiveSource(scratch.in('a.tar'));
  try {
    return await extract(source, source.tree.entries, out, {
      ...{ force: false, root: source.hasRoot, privileged: false },
      attributes: { attributes: 'keep', labels: 'drop' },
      ...options,
    });
  } finally {
    source.close();
  }
}

/** Attributes of inodes in memory, so that any filesystem and any user will do. */
class MemoryXattr implements XattrPackage {
  readonly #values = new Map<string, Map<string, Buffer>>();
  /** By name of the attribute: the number of the system's error. */
  readonly refused: Readonly<Record<string, number>>;
  /** What was done, in order. */
  readonly calls: string[] = [];
  onSet: (place: string) => void = () => {};

  constructor(refused: Readonly<Record<string, number>> = {}) {
    this.refused = refused;
  }

  listAttributesSync(path: string): string[] {
    return [...this.#of(path).keys()];
  }

  getAttributeSync(path: string, name: string): Buffer | null {
    return this.#of(path).get(name) ?? null;
  }

  setAttributeSync(path: string, name: string, value: Uint8Array): void {
    this.onSet(path);
    this.calls.push(`set ${name}`);
    const number = this.refused[name];
    if (number !== undefined) throw new Error(`refused (os error ${number})`);
    this.#of(path).set(name, Buffer.from(value));
  }

  removeAttributeSync(path: string, name: string): void {
    this.calls.push(`remove ${name}`);
    assert.ok(this.#of(path).delete(name));
  }

  /** All of a path in the output, values as Latin-1. */
  found(path: string): Record<string, string> {
    return Object.fromEntries(
      [...this.#of(`${out}/${path}`)].sort().map(([name, value]) => [name, value.toString('latin1')]),
    );
  }

  #of(path: string): Map<string, Buffer> {
    const { dev, ino } = lstatSync(path);
    const key = `${dev}:${ino}`;
    const known = this.#values.get(key) ?? new Map<string, Buffer>();
    this.#values.set(key, known);
    return known;
  }
}

const names = (): string[] => (readdirSync(out, { recursive: true }) as string[]).sort();
const modeOf = (path: string): string => (lstatSync(`${out}/${path}`).mode & 0o7777).toString(8);
const told = ({ warnings }: ExtractResult): string[] =>
  warnings.map(({ code, path, message }) => `${code} ${path}${message}`);

test('each entry gets those of the archive that belong to an image', async () => {
  const xattr = new MemoryXattr();
  const result = await extracted(
    [
      entry('./', [['SCHILY.xattr.user.root', 'r']], { type: '5', mode: '0000750\0' }),
      entry('dir/', [['SCHILY.acl.default', 'user::rwx,group::r-x,other::r-x']], {
        ...{ type: '5', mode: '0000711\0' },
      }),
      entry('dir/ping', [
        ['SCHILY.xattr.security.capability', CAPABILITY],
        ['SCHILY.xattr.user.a', '\xff\n='],
      ]),
      entry('second', [], { type: '1', linkName: 'dir/ping' }),
      entry(
        'list',
        [
          ['SCHILY.acl.access', LIST],
          ['SCHILY.xattr.user.z', 'z'],
        ],
        { mode: '0000440\0' },
      ),
      entry('plain', []),
    ],
    { xattr },
  );
  assert.equal(told(result), []);
  assert.equal(names(), ['dir', 'dir/ping', 'list', 'plain', 'second']);
  assert.equal(xattr.found(''), { 'user.root': 'r' });
  assert.equal(Object.keys(xattr.found('dir')), ['system.posix_acl_default']);
  const ping = { 'security.capability': CAPABILITY, 'user.a': '\xff\n=' };
  assert.equal([xattr.found('dir/ping'), xattr.found('second')], [ping, ping]);
  assert.is(lstatSync(`${out}/second`).nlink, 2);
  const list = encodeAccessList(parseAccessList(LIST) ?? []);
  assert.equal(xattr.found('list'), { 'system.posix_acl_access': list, 'user.z': 'z' });
  assert.equal(xattr.found('plain'), {});
  assert.equal(['', 'dir', 'list', 'plain'].map(modeOf), ['750', '711', '640', '644']);
  // Once each; access lists last, and those of directories after everything in them.
  assert.equal(xattr.calls, [
    'set security.capability',
    'set user.a',
    'set system.posix_acl_default',
    'set user.z',
    'set system.posix_acl_access',
    'set user.root',
  ]);
});

test('labels and marks of machines are left out as in pack, and told; the policies decide', async () => {
  const members = [
    entry('f', [
      ['RHT.security.selinux', 'a:b:c'],
      ['SCHILY.xattr.trusted.overlay.opaque', 'y'],
      ['SCHILY.xattr.user.a', '1'],
    ]),
    entry('l', [['RHT.security.selinux', 'a:b:d']], { type: '2', linkName: 'f' }),
  ];
  const xattr = new MemoryXattr();
  const result = await extracted(members, { xattr });
  assert.equal([xattr.found('f'), xattr.found('l')], [{ 'user.a': '1' }, {}]);
  assert.equal(
    told(result).map((text) => text.replace(/:.*/, '')),
    [
      'xattr-dropped the extended attribute security.selinux of f, l is left out',
      'xattr-dropped the extended attribute trusted.overlay.opaque of f is left out',
    ],
  );
  const kept = new MemoryXattr();
  const again = { force: true, xattr: kept };
  await extracted(members, { ...again, attributes: { attributes: 'keep', labels: 'keep' } });
  assert.equal(kept.found('f'), { 'security.selinux': 'a:b:c', 'user.a': '1' });
  assert.equal(kept.found('l'), { 'security.selinux': 'a:b:d' });
  const none = new MemoryXattr();
  await extracted(members, { force: true, xattr: none, attributes: { attributes: 'drop', labels: 'keep' } });
  assert.equal([none.found('f'), none.calls], [{}, []]);
});

test('attributes are set while nobody else can reach the entry, and before its mode', async () => {
  const xattr = new MemoryXattr();
  const seen: string[] = [];
  xattr.onSet = (place) => {
    const own = statSync(dirname(place));
    const mode = lstatSync(place).mode & 0o777;
    seen.push(`${(own.mode & 0o777).toString(8)} ${mode.toString(8)} ${readdirSync(out).includes('f')}`);
  };
  await extracted([entry('f', [['SCHILY.xattr.user.a', '1']], { mode: '0000444\0' })], { xattr });
  assert.equal([seen, modeOf('f'), names()], [['700 600 false'], '444', ['f']]);
});

test('what is there is refused or replaced as ever, and nothing else is left', async () => {
  const members = [entry('f', [['SCHILY.xattr.user.a', '1']]), entry('g', [])];
  mkdirSync(out);
  writeFileSync(`${out}/f`, 'old');
  await rejects(() => extracted(members, { xattr: new MemoryXattr() }), 'output-exists', /a file already/);
  assert.equal([names(), readFileSync(`${out}/f`, 'utf8')], [['f'], 'old']);
  const xattr = new MemoryXattr();
  for (const _ of [1, 2]) await extracted(members, { xattr, force: true });
  assert.equal(
    [names(), xattr.found('f'), readFileSync(`${out}/f`, 'utf8')],
    [['f', 'g'], { 'user.a': '1' }, ''],
  );
});

test('what the system refuses is one warning, with reasons and advice', async () => {
  const EPERM = 1;
  const [E2BIG, EINVAL, EOPNOTSUPP] = [7, 22, 95];
  const members = [
    entry('a', [
      ['SCHILY.xattr.security.capability', CAPABILITY],
      ['SCHILY.xattr.user.a', '1'],
    ]),
    entry('b', [
      ['SCHILY.xattr.security.capability', CAPABILITY],
      ['SCHILY.xattr.user.big', '2'],
    ]),
    entry('c', [['SCHILY.acl.access', LIST]]),
    entry('d', [['SCHILY.xattr.user.none', '3']]),
    entry('p', [['SCHILY.xattr.user.on-link', '4']], { type: '2', linkName: 'a' }),
    entry('q', [['SCHILY.xattr.user.\xff', '5']]),
  ];
  const xattr = new MemoryXattr({
    ...{ 'security.capability': EPERM, 'user.big': E2BIG, 'system.posix_acl_access': EINVAL },
    ...{ 'user.none': EOPNOTSUPP, 'user.on-link': EPERM },
  });
  const result = await extracted(members, { xattr });
  assert.equal(told(result), [
    'xattr-not-restored extended attributes of 6 entries are not restored: ' +
      'security.capability of a, b: only root may set them; extract as root; ' +
      'user.big of b: they are too large for the filesystem; extract to another one, such as XFS; ' +
      'system.posix_acl_access of c: Linux refuses the value, which is damaged or names ids that this system does not have; ' +
      'user.none of d: the filesystem does not hold them; extract to another one, such as ext4; ' +
      'user.on-link of p: Linux allows attributes of users only on files and directories; ' +
      'user.\\xff of q: its name is not UTF-8, which cannot be passed on; unpack it with GNU tar',
  ]);
  assert.equal([xattr.found('a'), names()], [{ 'user.a': '1' }, ['a', 'b', 'c', 'd', 'p', 'q']]);
  const asRoot = await extracted(members.slice(0, 1), { xattr, force: true, privileged: true });
  assert.match(
    told(asRoot)[0] ?? '',
    /1 entry .* does not let root set them; extract outside of the container$/,
  );
});

test('without the package there is one warning, and everything else is as ever', async () => {
  const result = await extracted(
    [entry('f', [['SCHILY.xattr.user.a', '1']]), entry('d/', [['SCHILY.xattr.user.b', '1']], { type: '5' })],
    { xattr: undefined },
  );
  assert.equal(told(result), [
    'xattr-not-restored extended attributes of 2 entries are not restored: ' +
      'user.b, user.a of d, f: the package @napi-rs/xattr is not installed; install it',
  ]);
  assert.equal([names(), modeOf('d')], [['d', 'f'], '644']);
});

test('an error that is not about the attribute ends the extraction, and leaves no part', async () => {
  const EIO = 5;
  const xattr = new MemoryXattr({ 'user.a': EIO });
  await rejects(
    () => extracted([entry('f', [['SCHILY.xattr.user.a', '1']])], { xattr }),
    'output-failed',
    /out\/f: cannot be written \(EIO\)/,
  );
  assert.equal(names(), []);
});

// With the calls of the system, where the filesystem of the test has attributes.

const real = loadXattrPackage();

function lacking(name: string, value: string): string | undefined {
  if (real === undefined) return 'needs the package @napi-rs/xattr';
  try {
    mkdirSync(scratch.in('probe'), { recursive: true });
    real.setAttributeSync(scratch.in('probe'), name, Buffer.from(value, 'latin1'));
    return undefined;
  } catch {
    return `needs a filesystem with ${name}`;
  }
}

/** Of a path in the output, that of the tree with ''. */
const found = (path: string): Record<string, string | undefined> =>
  Object.fromEntries(
    (real?.listAttributesSync(`${out}/${path}`) ?? [])
      .filter((name) => !name.startsWith('security.'))
      .map((name) => [name, real?.getAttributeSync(`${out}/${path}`, name)?.toString('latin1')]),
  );

testWhere(
  test,
  lacking('user.probe', 'x'),
  'attributes of users are restored, of read-only entries too',
  async () => {
    const members = [
      entry('d/', [['SCHILY.xattr.user.d', 'of d']], { type: '5', mode: '0000555\0' }),
      entry('caf\xe9', [['SCHILY.xattr.user.f', '\0\xff']], { mode: '0000444\0' }),
      entry('f', [['SCHILY.xattr.user.f', '\0\xff']], { mode: '0000444\0' }),
    ];
    for (const force of [false, true]) {
      const result = await extracted(members, { force });
      assert.equal([told(result), modeOf('d'), modeOf('f')], [[], '555', '444']);
      assert.equal([found('d'), found('f')], [{ 'user.d': 'of d' }, { 'user.f': '\0\xff' }]);
      const odd = Buffer.from(`${out}/caf\xe9`, 'latin1');
      renameSync(odd, `${out}/ascii`);
      assert.equal(found('ascii'), { 'user.f': '\0\xff' });
      renameSync(`${out}/ascii`, odd);
    }
  },
);

const DEFAULT = 'user::rwx,user:1000:rwx,group::r-x,mask::rwx,other::r-x';
const encoded = (text: string): string => encodeAccessList(parseAccessList(text) ?? []);

testWhere(
  test,
  lacking('system.posix_acl_default', encoded(DEFAULT)),
  'access lists are those of the archive, whatever the directory passes on',
  async () => {
    mkdirSync(out);
    real?.setAttributeSync(out, 'system.posix_acl_default', Buffer.from(encoded(DEFAULT), 'latin1'));
    const plain = [entry('d/', [], { type: '5', mode: '0000750\0' }), entry('d/f', []), entry('g', [])];
    await extracted(plain);
    assert.equal(['d', 'd/f', 'g'].map(found), [{}, {}, {}]);
    assert.equal(['d', 'd/f', 'g'].map(modeOf), ['750', '644', '644']);
    // The archive has no entry for it.
    assert.equal(found(''), { 'system.posix_acl_default': encoded(DEFAULT) });
    const withLists = [
      entry('d/', [['SCHILY.acl.default', DEFAULT]], { type: '5', mode: '0000750\0' }),
      entry('d/f', [['SCHILY.acl.access', LIST]]),
      entry('d/g', []),
    ];
    for (const _ of ['first', 'second']) {
      await extracted(withLists, { force: true });
      assert.equal(found('d'), { 'system.posix_acl_default': encoded(DEFAULT) });
      assert.equal([found('d/f'), found('d/g')], [{ 'system.posix_acl_access': encoded(LIST) }, {}]);
      assert.equal(['d', 'd/f', 'd/g'].map(modeOf), ['750', '640', '644']);
    }
  },
);

test.run();
