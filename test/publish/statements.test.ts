import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import { parseRebuilders, rebuildersOf, signedJson } from '../../src/publish/statements.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('publish/statements');
const scratch = new Scratch('statements');
test.after(() => scratch.remove());

// A key and a statement that rebuilderd 0.28.0 of Debian wrote for an image of test/system/farm.system.ts.
const SERVER_KEY = `-----BEGIN PUBLIC KEY-----
MCwwBwYDK2VwBQADIQCl6EAXz5tWcz+nYkAH4Xt/1cgzt0fpqLnxeIDniDl/ag==
-----END PUBLIC KEY-----`;
const STATEMENT =
  '{"signatures":[{"keyid":"0de414692ae58e29eee63f0edcef15f6a533a220b21be054bd934140ee13c37c","sig":"091c945f8f98e8191d29cc0fc3768df6f14cfa1ee0e16811d00f091b4b1f6406aad49ab7e67350e7cba20084f25d735f23dbcd277c9b7311579f7f546b00090d"},{"keyid":"683fe09ec6ef9d3926b01710bd8ea82a31d68902cdba8c112b1620f3f561af9d","sig":"65e66fd23267526c2afe440d9d1d0b96bf059ad165ef4397a3fa43a1beb86923eff62cd1c93b88d097d1464c0a40b251bfdfe919753c02eaafbe2330dd992008"}],"signed":{"_type":"link","name":"rebuild good.cpio.zst","materials":{"good.cpio.zst.manifest.json":{"sha512":"08cc2d60d98d8d5409c86391a3c27b8aa43dd96be81017f0a3ed8eca96101dbf8e7cdb10a9bc6370959857413b348f18f28279e739afaf348fa65426f981bb28","sha256":"58ec6db7e8c0f7ae42b10e7bca123d65e275210fa79dbc47c3033399bff3c380"}},"products":{"good.cpio.zst":{"sha256":"1ce98ea9a894c34c0c5c061bbea2148fbb9d01392e3c0bdee396af2b26ef6171","sha512":"87537b569cc470a36cf0afe2ad5658a484e7100e40609f1c42b207841b2204056f09b852378663f5763ab52a50182b6809bdd32cdcdb1aa1a8f42e37ce1f1edb"}},"environment":null,"byproducts":{},"command":[]}}';
const IMAGE = {
  name: 'good.cpio.zst',
  digest: 'sha256:1ce98ea9a894c34c0c5c061bbea2148fbb9d01392e3c0bdee396af2b26ef6171',
};
const path = scratch.in(IMAGE.name);
const link = `${path}.farm.link`;
const serverKey = scratch.in('server.pem');
writeFileSync(serverKey, SERVER_KEY);
const farm = parseRebuilders([`farm=${serverKey}`], '--rebuilder');

function refused(work: () => unknown, code: string, message: RegExp): void {
  assert.throws(work, (error: StillrootError) => error.code === code && message.test(error.message));
}

test('a statement of rebuilderd names who rebuilt the image', () => {
  assert.equal(rebuildersOf(scratch.in('other'), IMAGE, farm), []);
  writeFileSync(link, STATEMENT);
  assert.equal(rebuildersOf(path, IMAGE, farm), ['farm']);
  assert.equal(rebuildersOf(path, IMAGE, []), []);
});

test('what cannot be read is an error of that file', () => {
  const loop = `${path}.loop.link`;
  symlinkSync(loop, loop);
  const key = farm[0]?.key as KeyObject;
  refused(
    () => rebuildersOf(path, IMAGE, [{ name: 'loop', key }]),
    'source-unreadable',
    /loop\.link: cannot be read \(ELOOP\)/,
  );
  refused(
    () => parseRebuilders([`a=${loop}`], '--rebuilder'),
    'source-unreadable',
    /cannot be read \(ELOOP\)/,
  );
  refused(
    () => parseRebuilders(['a=/dev/null'], '--rebuilder'),
    'source-unreadable',
    /is no file of at most 16384 bytes\. /,
  );
});

test('a private key is refused: it is for the rebuilder alone', () => {
  const file = scratch.in('private.pem');
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  refused(
    () => parseRebuilders([`a=${file}`], '--rebuilder'),
    'source-unreadable',
    /is a private key, wanted the public one/,
  );
});

test('what was changed after it was signed is refused', () => {
  for (const [from, to] of [
    ['"rebuild good', '"rebuild bad'],
    ['1ce98ea9', '1ce98ea8'],
    ['"environment":null', '"environment":{}'],
    ['"sig":"65e66fd2', '"sig":"65e66fd3'],
  ] as const) {
    assert.ok(STATEMENT.includes(from));
    writeFileSync(link, STATEMENT.replaceAll(from, to));
    refused(() => rebuildersOf(path, IMAGE, farm), 'attestation-refused', /has no signature by this key/);
  }
});

test('a statement about another image or content is refused', () => {
  writeFileSync(link, STATEMENT);
  const digest = `sha256:${'0'.repeat(64)}`;
  refused(() => rebuildersOf(path, { ...IMAGE, digest }, farm), 'attestation-refused', /another digest/);
  refused(() => rebuildersOf(path, { ...IMAGE, name: 'x' }, farm), 'attestation-refused', /is not about x/);
});

test('what is no statement is refused', () => {
  for (const [text, message] of [
    ['', /is not JSON/],
    ['[]', /no in-toto link/],
    ['{"signed":{"_type":"layout"},"signatures":[]}', /no in-toto link/],
    ['{"signed":{"_type":"link"},"signatures":"x"}', /no signature/],
    ['{"signed":{"_type":"link"},"signatures":[null,{"sig":1},{"sig":"zz"}]}', /no signature/],
    [`{"signed":${'['.repeat(100)}${']'.repeat(100)}}`, /nested more than/],
  ] as const) {
    writeFileSync(link, text);
    refused(() => rebuildersOf(path, IMAGE, farm), 'attestation-refused', message);
  }
  writeFileSync(link, ' '.repeat(1024 ** 2 + 1));
  refused(() => rebuildersOf(path, IMAGE, farm), 'source-unreadable', /no file of at most/);
});

test('a key of the usual form signs as well; another signature beside it does not matter', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const own = scratch.in('own.pem');
  writeFileSync(own, publicKey.export({ type: 'spki', format: 'pem' }));
  const signed = {
    _type: 'link',
    products: { [IMAGE.name]: { sha256: IMAGE.digest.slice(7) } },
    name: 'a "b" \\ é',
  };
  const sig = sign(null, Buffer.from(signedJson(signed)), privateKey).toString('hex');
  writeFileSync(link, JSON.stringify({ signatures: [{ sig: '0'.repeat(128) }, { sig }], signed }));
  assert.equal(rebuildersOf(path, IMAGE, parseRebuilders([`farm=${own}`], 'x')), ['farm']);
});

test('a worker knows an image by the last part of its URL, and rebuilders come in the order of their names', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const own = scratch.in('both.pem');
  writeFileSync(own, publicKey.export({ type: 'spki', format: 'pem' }));
  const odd = { name: 'a b.cpio', digest: IMAGE.digest };
  const signed = { _type: 'link', products: { 'a%20b.cpio': { sha256: IMAGE.digest.slice(7) } } };
  const sig = sign(null, Buffer.from(signedJson(signed)), privateKey).toString('hex');
  const names = ['z', 'a', 'm'];
  for (const name of names) {
    writeFileSync(scratch.in(`a b.cpio.${name}.link`), JSON.stringify({ signatures: [{ sig }], signed }));
  }
  const rebuilders = parseRebuilders(
    names.map((name) => `${name}=${own}`),
    'x',
  );
  assert.equal(rebuildersOf(scratch.in(odd.name), odd, rebuilders), ['a', 'm', 'z']);
});

test('canonical JSON orders keys, and escapes quotes and backslashes only', () => {
  assert.is(
    signedJson({ b: [1, null, true], a: 'x"\\\n', é: {} }),
    '{"a":"x\\"\\\\\n","b":[1,null,true],"é":{}}',
  );
});

test('an option names a rebuilder once, and an Ed25519 key', () => {
  const rsa = scratch.in('rsa.pem');
  writeFileSync(
    rsa,
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' }),
  );
  refused(() => parseRebuilders(['x'], '--rebuilder'), 'usage', /wanted NAME=KEYFILE/);
  refused(() => parseRebuilders([`../x=${serverKey}`], '--rebuilder'), 'usage', /wanted NAME=KEYFILE/);
  refused(
    () => parseRebuilders([`a=${serverKey}`, `a=${serverKey}`], '--rebuilder'),
    'usage',
    /names "a" twice/,
  );
  refused(
    () => parseRebuilders([`a=${rsa}`], '--rebuilder'),
    'source-unreadable',
    /type rsa, wanted ed25519/,
  );
  refused(
    () => parseRebuilders([`a=${scratch.in('none')}`], '--rebuilder'),
    'source-unreadable',
    /no such file/,
  );
  writeFileSync(rsa, 'x');
  refused(() => parseRebuilders([`a=${rsa}`], '--rebuilder'), 'source-unreadable', /no public key in PEM/);
});

test.run();
