/** Calls that are refused: status 2, one clear line on standard error, nothing on standard output, nothing written. */
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import type { Test } from 'uvu';
import * as assert from 'uvu/assert';
import { before } from '../support/before.ts';
import type { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

/** What every failure has in common. */
export function checkFailure({ status, stdout, stderr }: Run, name: string, said: RegExp): void {
  assert.is(status, 2, `${name}: ${stderr}`);
  // An error in a rule file shows the line and a caret below the message.
  assert.match(stderr, /^stillroot: [^\n]+[.?]\n( {4}[^\n]*\n {4}\s*\^\n)?$/, name);
  assert.match(stderr, said, name);
  assert.is(stdout, '', name);
}

export interface Refusals {
  readonly tree: string;
  /** An empty directory for outputs, and the one that `pack` is to write there. */
  readonly out: string;
  readonly archive: string;
  /** A test that the call is refused with these words. */
  readonly refused: (name: string, argv: () => readonly string[], said: RegExp) => void;
  /** The call of `pack` with these options. */
  readonly pack: (...args: string[]) => () => readonly string[];
}

/** Makes the inputs before the tests of a suite, in its scratch directory. */
export function refusals(test: Test, scratch: Scratch): Refusals {
  const tree = scratch.in('tree');
  const out = scratch.in('out');
  const archive = `${out}/a.cpio`;
  before(test, () => {
    mkdirSync(`${tree}/etc`, { recursive: true });
    writeFileSync(`${tree}/etc/hostname`, 'x\n');
    mkdirSync(out);
    writeFileSync(scratch.in('file'), 'no tree\n');
    symlinkSync(tree, scratch.in('link-to-tree'));
    symlinkSync('etc', `${tree}/link`);
    writeFileSync(scratch.in('broken.toml'), '[[rule]]\nid = "x"\nmatch = = 5\n');
    writeFileSync(scratch.in('unknown-key.toml'), '[[rule]]\nid = "x"\nmatch = "etc/x"\nactoin = "drop"\n');
    writeFileSync(
      scratch.in('bad-glob.toml'),
      '[[rule]]\nid = "x"\nmatch = "etc/[x"\naction = "drop"\nwhy = "y"\n',
    );
    writeFileSync(scratch.in('empty.cpio'), '');
    writeFileSync(scratch.in('text.cpio'), 'this is not an archive, whatever its name says\n'.repeat(9));
  });
  const state = (): unknown => [
    readdirSync(scratch.path).sort(),
    readdirSync(out),
    readdirSync(tree, { recursive: true }).sort(),
  ];
  return {
    ...{ tree, out, archive },
    refused: (name, argv, said) =>
      test(name, async () => {
        const before = state();
        checkFailure(await run(argv()), name, said);
        assert.equal(state(), before, 'nothing written');
      }),
    pack:
      (...args) =>
      () => ['pack', tree, '-o', archive, ...args],
  };
}
