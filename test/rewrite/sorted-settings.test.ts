import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compressorManifest, gitLfsSettings } from '../../src/rewrite/sorted-settings.ts';
import { apply, survivesDamage, textAfter } from './damage.ts';

const test = suite('sorted-settings');

/** As `git lfs install --system` wrote it twice. */
const LFS = [
  '[filter "lfs"]\n\trequired = true\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n\tprocess = git-lfs filter-process\n',
  '[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tsmudge = git-lfs smudge -- %f\n\tprocess = git-lfs filter-process\n\trequired = true\n',
] as const;

test('git-lfs-settings: two orders become one, and the rest of the file stays where it is', () => {
  const rest = '[user]\n\tname = Zoe\n\temail = a@b\n';
  const [first, second] = LFS.map((section) => textAfter(gitLfsSettings, `${rest}${section}${rest}`));
  assert.is(first, second);
  assert.is(
    first,
    `${rest}[filter "lfs"]\n\tclean = git-lfs clean -- %f\n\tprocess = git-lfs filter-process\n\trequired = true\n\tsmudge = git-lfs smudge -- %f\n${rest}`,
  );
});

test('git-lfs-settings: other sections, and one with a setting twice, stay', () => {
  const others = [
    '[filter "own"]\n\trequired = true\n\tclean = a\n',
    '[filter "lfs"]\n\trequired = true\n\trequired = false\n\tclean = a\n',
    '# [filter "lfs"]\n\trequired = true\n\tclean = a\n',
    '[filter "lfs"]\n\tsmudge = a; rm\n\tclean = a\n',
    '',
  ];
  for (const text of others) assert.is(apply(gitLfsSettings, text).outcome, 'unchanged', text);
});

const member = (digit: string, file: string): string =>
  `  "${digit.repeat(64)}": "<link rel=\\"stylesheet\\" href=\\"/css/output.${file}.css\\">"`;
const manifest = (...members: string[]): string => `{\n${members.join(',\n')}\n}`;

test('compressor-manifest: two orders become one, and it stays the same dictionary', () => {
  const [a, b, c] = [member('a', '$1'), member('b', '$&'), member('0', 'z')];
  const text = manifest(a, b, c);
  const sorted = textAfter(compressorManifest, text);
  assert.is(sorted, textAfter(compressorManifest, manifest(b, c, a)));
  assert.equal(JSON.parse(sorted), JSON.parse(text));
  assert.is(sorted, manifest(c, a, b));
});

test('compressor-manifest: other JSON, and a member twice, stay', () => {
  const others = [
    manifest(member('b', 'x'), member('b', 'a')),
    '{\n  "b": "x",\n  "a": "y"\n}',
    `{\n${member('b', 'x')}\n${member('a', 'y')}\n}`,
    `{\n${member('b', 'x')},\n${member('a', 'y')},\n}`,
    `[${manifest(member('b', 'x'), member('a', 'y'))}]`,
    '',
  ];
  for (const text of others) assert.is(apply(compressorManifest, text).outcome, 'unchanged', text);
});

test('damage', () => {
  survivesDamage(gitLfsSettings, Buffer.from(LFS[0]));
  survivesDamage(compressorManifest, Buffer.from(manifest(member('b', 'x'), member('a', 'y'))), { step: 3 });
});

test.run();
