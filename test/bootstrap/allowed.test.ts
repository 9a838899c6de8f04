import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Allowed, parseBuilders, parseMirrors, refuseUnallowed } from '../../src/bootstrap/allowed.ts';
import { choosePreset } from '../../src/bootstrap/builders.ts';
import { StillrootError } from '../../src/errors.ts';
import type { ManifestBootstrap } from '../../src/manifest/manifest.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('bootstrap/allowed');
const scratch = new Scratch('allowed');
test.after(() => scratch.remove());

const ALLOWED: Allowed = {
  builders: ['mmdebstrap', 'debootstrap', 'mkosi', 'pacstrap'],
  mirrors: ['http://archive.example/debian'],
  paths: [scratch.path],
};

function recorded(request: string, command?: string): ManifestBootstrap {
  const chosen = command === undefined ? choosePreset(request, 'test') : undefined;
  return {
    request,
    command: command ?? chosen?.preset.command(chosen.argument, chosen.setting) ?? request,
    tool: '',
    toolVersion: '',
    environment: {},
  };
}

function errorOf(work: () => unknown): StillrootError {
  try {
    work();
  } catch (error) {
    if (error instanceof StillrootError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function refusal(request: string, allowed: Partial<Allowed> = {}, command?: string): string {
  const error = errorOf(() =>
    refuseUnallowed(recorded(request, command), { ...ALLOWED, ...allowed }, 'm.json'),
  );
  assert.is(error.code, 'manifest-refused', error.message);
  assert.match(error.message, /m\.json/);
  return error.message;
}

const inside = scratch.in('image');
mkdirSync(inside);
mkdirSync(`${inside};id`);
writeFileSync(scratch.in('key.gpg'), '');
symlinkSync('/etc', scratch.in('out'));

for (const request of [
  'mmdebstrap:bookworm',
  'mmdebstrap:bookworm variant=minbase include=g++,libc6:i386,apt=2.6.1 components=main,contrib arch=amd64',
  'mmdebstrap:bookworm mirror=http://archive.example/debian',
  'debootstrap:bookworm-backports mirror=http://archive.example/debian/',
  'mmdebstrap:trixie mirror=http://archive.example/debian/20250101T000000Z',
  `mmdebstrap:trixie keyring=${scratch.in('key.gpg')}`,
  `mkosi:${inside} profile=small`,
  `mkosi:${scratch.path}`,
  'pacstrap:base,linux',
  'pacstrap:',
]) {
  test(`is allowed: ${request.replace(scratch.path, 'DIR')}`, () => {
    refuseUnallowed(recorded(request), ALLOWED, 'm.json');
  });
}

test('without a list of builders every command is', () => {
  refuseUnallowed(recorded('sh {root}'), { ...ALLOWED, builders: undefined }, 'm.json');
});

for (const [what, request, message] of [
  ['a command', 'rm -rf {root}', /a command of its own, wanted a request for mmdebstrap or/],
  ['a command named as a builder', 'mmdebstrap --setup-hook=id bookworm {root}', /a command of its own/],
  [
    'a script of debootstrap',
    'debootstrap:../../../tmp/evil',
    /SUITE "..\/..\/..\/tmp\/evil", which is more than a name/,
  ],
  ['a path as suite', 'debootstrap:/tmp/evil', /more than a name/],
  ['an option in a name', 'mmdebstrap:bookworm;id', /more than a name/],
  ['a file as package', 'mmdebstrap:bookworm include=/tmp/evil.deb', /include "\/tmp\/evil.deb"/],
  ['a pattern as package', 'mmdebstrap:bookworm include=?essential', /more than a name/],
  ['another archive', 'mmdebstrap:bookworm mirror=http://other.example/debian', /not allowed here/],
  ['a longer host', 'mmdebstrap:bookworm mirror=http://archive.example.org/debian', /not allowed here/],
  ['a longer name', 'mmdebstrap:bookworm mirror=http://archive.example/debian-evil', /not allowed here/],
  ['another scheme', 'mmdebstrap:bookworm mirror=https://archive.example/debian', /not allowed here/],
  ['another port', 'mmdebstrap:bookworm mirror=http://archive.example:81/debian', /not allowed here/],
  [
    'a way up',
    'mmdebstrap:bookworm mirror=http://archive.example/debian/../x',
    /would be read as http:\/\/archive.example\/x/,
  ],
  [
    'a hidden way up',
    'mmdebstrap:bookworm mirror=http://archive.example/debian/%2e%2e/x',
    /would be read as/,
  ],
  ['a login', 'mmdebstrap:bookworm mirror=http://archive.example@other.example/debian', /has a login/],
  ['a query', 'mmdebstrap:bookworm mirror=http://archive.example/debian?x', /more than a path/],
  ['an empty query', 'mmdebstrap:bookworm mirror=http://archive.example/debian?', /more than a path/],
  ['an empty fragment', 'mmdebstrap:bookworm mirror=http://archive.example/debian#', /more than a path/],
  ['a backslash', 'mmdebstrap:bookworm mirror=http://archive.example\\debian', /would be read as/],
  ['a file as archive', 'mmdebstrap:bookworm mirror=/etc/shadow', /no URL of http or https/],
  ['a URL of a file', 'mmdebstrap:bookworm mirror=file:///srv', /no URL of http or https/],
  ['a key anywhere', 'mmdebstrap:bookworm keyring=/etc/passwd', /not in an allowed directory/],
  [
    'a key behind a link',
    `mmdebstrap:bookworm keyring=${scratch.in('out')}/passwd`,
    /not in an allowed directory/,
  ],
  [
    'a key behind ..',
    `mmdebstrap:bookworm keyring=${scratch.path}/../../etc/passwd`,
    /not in an allowed directory/,
  ],
  ['a relative path', 'mkosi:image', /not in an allowed directory/],
  ['a directory with a character of shells in its name', `mkosi:${inside};id`, /not in an allowed directory/],
  ['a name of 129 characters', `mmdebstrap:${'a'.repeat(129)}`, /more than a name/],
  ['a directory beside', `mkosi:${scratch.path}-other`, /not in an allowed directory/],
  ['a configuration anywhere', 'pacstrap:base config=/etc/passwd', /not in an allowed directory/],
] as const) {
  test(`is refused: ${what}`, () => {
    assert.match(refusal(request), message);
  });
}

test('another builder than those allowed, and what is no request of this version, are refused', () => {
  assert.match(
    refusal('pacstrap:base', { builders: ['mmdebstrap'] }),
    /a request for pacstrap, wanted .* mmdebstrap/,
  );
  assert.match(refusal('mmdebstrap:bookworm hook=id', {}, 'x'), /has no key/);
});

test('a command that its request does not mean is refused', () => {
  const message = refusal('mmdebstrap:bookworm', {}, 'mmdebstrap --setup-hook=id bookworm {archive}');
  assert.match(message, /a command that its request "mmdebstrap:bookworm" does not mean/);
});

test('options name builders and URLs of archives', () => {
  assert.equal(parseBuilders(['mkosi', 'mmdebstrap,pacstrap'], '--allow-builder'), [
    'mkosi',
    'mmdebstrap',
    'pacstrap',
  ]);
  assert.is(parseBuilders([], '--allow-builder'), undefined);
  assert.match(
    errorOf(() => parseBuilders(['sh'], '--allow-builder')).message,
    /unknown builder "sh", wanted mmdebstrap/,
  );
  assert.equal(parseMirrors(['http://a.example/'], '--allow-mirror'), ['http://a.example/']);
  assert.match(errorOf(() => parseMirrors(['a.example'], '--allow-mirror')).message, /no URL of http/);
});

test.run();
