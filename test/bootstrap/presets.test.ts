import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { choosePreset, PRESETS, programName, TOOLS } from '../../src/bootstrap/builders.ts';
import { checkCommand } from '../../src/bootstrap/placeholders.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('bootstrap/presets');

function commandOf(request: string): string | undefined {
  const chosen = choosePreset(request, 'x');
  return chosen?.preset.command(chosen.argument, chosen.setting);
}

for (const [request, command] of [
  ['mmdebstrap:bookworm', 'mmdebstrap bookworm {archive}'],
  [
    'mmdebstrap:bookworm variant=minbase include=python3,g++ include=libstdc++6 components=main,contrib arch=arm64',
    'mmdebstrap --variant=minbase --include=python3,g++ --include=libstdc++6 --components=main,contrib --architectures=arm64 bookworm {archive}',
  ],
  [
    'mmdebstrap:bookworm keyring=k.gpg mirror=https://example.org/a?b=c mirror=https://example.com/d',
    "mmdebstrap --keyring=k.gpg bookworm {archive} 'https://example.org/a?b=c' https://example.com/d",
  ],
  [
    'debootstrap:bookworm variant=minbase include=a mirror=https://example.org/',
    'debootstrap --variant=minbase --include=a bookworm {root} https://example.org/',
  ],
  [
    'mkosi:image profile=p',
    'mkosi --directory=image --profile=p --format=directory --output-dir={scratch}/mkosi --output=image --force build && rmdir {root} && mv -T "$(readlink -f {scratch}/mkosi/image)" {root}',
  ],
  ['pacstrap:', 'pacstrap -G -M {root} base'],
  ['pacstrap:base,linux config=p.conf', 'pacstrap -G -M -C p.conf {root} base linux'],
  ['mmdebstrap:a;b', "mmdebstrap 'a;b' {archive}"],
] as const) {
  test(request, () => {
    assert.is(commandOf(request), command);
    checkCommand(command, 'x');
  });
}

test('what is no preset is a command', () => {
  assert.is(choosePreset('debootstrap bookworm {root}', 'x'), undefined);
  assert.is(choosePreset('/opt/a:b {root}', 'x'), undefined);
  assert.is(choosePreset('A=b:c x', 'x'), undefined);
  assert.is(choosePreset('debootstrap bookworm', 'x'), undefined);
});

for (const [request, message] of [
  ['mmdebstap:bookworm', /unknown builder "mmdebstap"\. Did you mean 'mmdebstrap'/],
  ['kiwi:x', /Known builders: mmdebstrap, debootstrap, mkosi, pacstrap/],
  ['mmdebstrap:', /lacks SUITE\. Write it as in 'mmdebstrap:bookworm/],
  ['mkosi:', /lacks DIR/],
  ['mmdebstrap', /"mmdebstrap" lacks :SUITE\. Write it as in 'mmdebstrap:bookworm /],
  ['mmdebstrap variant=minbase', /"mmdebstrap" lacks :SUITE/],
  ['mmdebstrap:bookworm minbase', /has "minbase", wanted KEY=VALUE/],
  ['mmdebstrap:bookworm =x', /wanted KEY=VALUE/],
  ['mmdebstrap:bookworm variant=', /wanted KEY=VALUE/],
  ['mmdebstrap:bookworm varient=x', /has no key "varient"\. Did you mean 'variant'/],
  ['mmdebstrap:bookworm toString=x', /has no key/],
  ['mmdebstrap:bookworm --aptopt=x', /has no key/],
  ['mmdebstrap:--hook-dir=x', /wanted a value without a leading hyphen/],
  ['debootstrap:bookworm mirror=--foreign', /without a leading hyphen/],
  ['pacstrap:base,-x', /without a leading hyphen/],
] as const) {
  test(`refused: ${request}`, async () => {
    await rejects(() => commandOf(request), 'usage', message);
  });
}

test('every preset runs a tool whose version is known, reads its files, and has an example that works', () => {
  for (const { id, example } of PRESETS) {
    const command = commandOf(example) ?? '';
    assert.ok(Object.hasOwn(TOOLS, programName(command)), id);
  }
  const reads = PRESETS.map(({ example }) => {
    const chosen = choosePreset(example, 'x');
    return chosen?.preset.reads(chosen.argument, chosen.setting);
  });
  assert.equal(reads, [[], [], ['image'], ['pacman.conf']]);
});

test.run();
