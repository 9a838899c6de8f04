import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BdbFile } from '../../src/formats/rpm/bdb.ts';
import { mailAliases } from '../../src/rewrite/mail-aliases.ts';
import { after, apply, faultAt, survivesDamage } from './damage.ts';
import { bothCaptures } from './databases.ts';

const test = suite('mail-aliases');

/** The map that postalias 3.7 made of two aliases, on machines with names of 2 and 13 letters, at two times. */
const [first, second] = bothCaptures('aliases.db');
const EPOCH = 1_700_000_000;
const context = {
  path: 'etc/aliases.db',
  epoch: EPOCH,
  policy: (name: string) => (name === 'hostname' ? 'drop' : undefined),
};

/** Keys with their values, as Berkeley DB finds them. */
function recordsOf(bytes: Buffer): Record<string, string> {
  const file = new BdbFile(bytes);
  const records: [string, string][] = [];
  for (let page = 1; page <= file.lastPage; page += 1) {
    const places = file.itemsOf(page);
    const texts = places.map((at, item) => {
      const end = item === 0 ? file.pageSize : (places[item - 1] as number);
      assert.is(bytes[page * file.pageSize + at], 1);
      return bytes.toString('latin1', page * file.pageSize + at + 1, page * file.pageSize + end);
    });
    for (let at = 0; at < texts.length; at += 2) records.push([texts[at] as string, texts[at + 1] as string]);
  }
  return Object.fromEntries(records);
}

test('two maps of the same aliases become one, with the same aliases', () => {
  assert.not.ok(first.equals(second));
  assert.is(recordsOf(first).YP_MASTER_NAME, 'vm');
  const [a, b] = [first, second].map((bytes) => after(mailAliases, bytes, context));
  assert.ok(a?.equals(b as Buffer));
  assert.equal(recordsOf(a as Buffer), {
    ...recordsOf(first),
    YP_MASTER_NAME: 'localhost',
    YP_LAST_MODIFIED: String(EPOCH),
  });
  // postalias counts the byte that ends a string in C.
  assert.is(recordsOf(a as Buffer)['postmaster\0'], 'root\0');
});

test('a page says where its lowest item begins, and what is below is empty', () => {
  // The last page has no items.
  const remains = Buffer.from(first);
  remains.fill('remains', 2 * first.readUInt32LE(20) + 26);
  for (const bytes of [first, second, remains]) {
    const result = after(mailAliases, bytes, context);
    const file = new BdbFile(result);
    for (let page = 1; page <= file.lastPage; page += 1) {
      const items = file.itemsOf(page);
      const lowest = Math.min(file.pageSize, ...items);
      const start = page * file.pageSize;
      assert.is(file.u16(start + 22), lowest);
      const unused = result.subarray(start + 26 + 2 * items.length, start + lowest);
      assert.ok(unused.every((byte) => byte === 0));
    }
  }
});

test('the id of the file is its own', () => {
  const ids = ['etc/aliases.db', 'etc/postfix/virtual.db'].map((path) =>
    after(mailAliases, first, { ...context, path }).toString('hex', 52, 72),
  );
  assert.is.not(ids[0], ids[1]);
});

test('an earlier time stays, and so does the name if the policy keeps it', () => {
  const result = after(mailAliases, first, { ...context, epoch: 2 ** 32 - 1, policy: () => 'keep' });
  assert.equal(recordsOf(result), recordsOf(first));
});

test('an alias with the name of such a record as its value stays', () => {
  const swapped = Buffer.from(first);
  const at = swapped.indexOf('postmaster');
  swapped.write('YP_LAST_XX', at, 'latin1');
  assert.is(recordsOf(after(mailAliases, swapped, context))['YP_LAST_XX\0'], 'root\0');
});

test('files of other programs stay', () => {
  for (const text of ['SQLite format 3\0 and more of it', 'postmaster: root\n', 'short', '']) {
    assert.is(apply(mailAliases, text, context).outcome, 'unchanged', text);
  }
});

test('items that overlap, and a name for which a page has no room, are damage', () => {
  const size = first.readUInt32LE(20);
  const overlapping = Buffer.from(first);
  overlapping.copy(overlapping, size + 28, size + 26, size + 28);
  faultAt(mailAliases, overlapping, size + first.readUInt16LE(size + 26), /an item from/, context);
  assert.is(apply(mailAliases, first.subarray(0, 2 * size), context).outcome, 'malformed');
  const full = fullPage();
  faultAt(mailAliases, full, size, /items of \d+ bytes/, context);
});

test('a page that the new name fills to the last byte is written', () => {
  const result = after(mailAliases, fullPage('localhost'.length - 'vm'.length), context);
  assert.is(recordsOf(result).YP_MASTER_NAME, 'localhost');
  assert.is(apply(mailAliases, fullPage('localhost'.length - 'vm'.length - 1), context).outcome, 'malformed');
});

/** The page of the first map with an alias so long that this many bytes are left of the page. */
function fullPage(left = 0): Buffer {
  const bytes = Buffer.from(first);
  const size = bytes.readUInt32LE(20);
  const count = bytes.readUInt16LE(size + 20);
  const lowest = bytes.readUInt16LE(size + 22);
  const gap = lowest - (26 + 2 * count) - left;
  // The last item grows down to the index.
  bytes.writeUInt16LE(lowest - gap, size + 26 + 2 * (count - 1));
  bytes.writeUInt16LE(lowest - gap, size + 22);
  bytes[size + lowest - gap] = 1;
  return bytes;
}

/** The first map, with one item after another on its last page, which is empty. */
function withLastPage(...items: string[]): Buffer {
  const bytes = Buffer.from(first);
  const size = bytes.readUInt32LE(20);
  const start = 2 * size;
  let end = size;
  for (const [index, item] of items.entries()) {
    end -= item.length;
    bytes.write(item, start + end, 'latin1');
    bytes.writeUInt16LE(end, start + 26 + 2 * index);
  }
  bytes.writeUInt16LE(items.length, start + 20);
  bytes.writeUInt16LE(end, start + 22);
  return bytes;
}

test('records on any page, and only they: other numbers, values elsewhere and other pages stay', () => {
  const both = recordsOf(after(mailAliases, withLastPage('\x01YP_MASTER_NAME', '\x01other'), context));
  assert.is(both.YP_MASTER_NAME, 'localhost');
  assert.is(both.YP_LAST_MODIFIED, String(EPOCH));
  const number = withLastPage('\x01phone\0', '\x011999999999');
  assert.is(recordsOf(after(mailAliases, number, context))['phone\0'], '1999999999');
  const word = withLastPage('\x01YP_LAST_MODIFIED', '\x01yesterday');
  assert.is(recordsOf(after(mailAliases, word, context)).YP_LAST_MODIFIED, 'yesterday');
  // The place of a value that is too large for the page: page and length.
  const elsewhere = `\x03\0\0\0${'\x05\0\0\0'.repeat(2)}`;
  const large = after(mailAliases, withLastPage('\x01YP_MASTER_NAME', elsewhere), context);
  assert.ok(large.includes(Buffer.from(elsewhere, 'latin1')));
  // A page that holds the rest of such a value.
  const rest = withLastPage('\x01YP_MASTER_NAME', '\x01other');
  const size = first.readUInt32LE(20);
  rest[2 * size + 25] = 7;
  rest.writeUInt16LE(size - 26, 2 * size + 22);
  assert.ok(
    after(mailAliases, rest, context)
      .subarray(2 * size)
      .equals(rest.subarray(2 * size)),
  );
});

/** As a machine of the other byte order writes it. */
function bigEndian(bytes: Buffer): Buffer {
  const size = bytes.readUInt32LE(20);
  const swapped = Buffer.from(bytes);
  for (const at of [12, 16, 20, 32]) swapped.writeUInt32BE(bytes.readUInt32LE(at), at);
  for (let start = size; start < bytes.length; start += size) {
    const count = bytes.readUInt16LE(start + 20);
    for (let at = 20; at < 26 + 2 * count; at += 2) {
      if (at !== 24) swapped.writeUInt16BE(bytes.readUInt16LE(start + at), start + at);
    }
  }
  return swapped;
}

test('either byte order', () => {
  const result = after(mailAliases, bigEndian(first), context);
  assert.ok(result.equals(bigEndian(after(mailAliases, first, context))));
});

test('damage', () => {
  survivesDamage(mailAliases, first, { context, sameSize: true, step: 61 });
});

/** What `saslpasswd2` left of an account that it created and removed again, on two machines: offsets and bytes that are not zero. */
const SASL = (id: string, lowest: string, remains: string): Buffer => {
  const bytes = Buffer.alloc(12_288);
  const pieces: readonly (readonly [number, string])[] = [
    [4, '01'],
    [12, '6115060009000000001000000008'],
    [32, '02'],
    [52, id],
    [72, '0100000001'],
    [92, 'd18d685e0100000001'],
    [8196, '0100000002'],
    [8215, lowest],
    [8244, id],
    [8264, '0100000001'],
    [8284, 'd18d685e0100000001'],
    [12_288 - remains.length / 2, remains],
  ];
  for (const [at, hex] of pieces) bytes.write(hex, at, 'hex');
  return bytes;
};

test('sasldb2: of a removed account nothing is left, not even the name of the machine', () => {
  const one = SASL(
    'fcee050027000000814aa2fc8432',
    '10000dda0fd80f000002',
    '0121016e6f3a737563683a75736572006275696c6465722d6f6e65007573657250617373776f7264',
  );
  const other = SASL(
    '36ea050027000000debc1c018032',
    '10000dde0fdc0f000002',
    '0121016e6f3a737563683a757365720063692d37663361007573657250617373776f7264',
  );
  assert.ok(one.includes('builder-one'));
  const [a, b] = [one, other].map((bytes) => after(mailAliases, bytes, { ...context, path: 'etc/sasldb2' }));
  assert.ok(a?.equals(b as Buffer));
  assert.not.ok(a?.includes('no:such:user'));
});

test.run();
