// What is proposed for a text that varies and that nothing makes again, and what is said of it.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pin } from '../../src/diff/causes/pin.ts';
import type { Evidence } from '../../src/diff/evidence.ts';
import { findVariation } from '../../src/diff/varying-text.ts';

const test = suite('pin');

const HOSTS = [['alpha-host'], ['twin-b']] as const;
const PUBLIC = 0o644;

interface Facts {
  readonly modes?: readonly [number, number];
  /** Whether a rule has changed the content of a side. */
  readonly rewritten?: readonly [boolean, boolean];
}

function pinned(a: string, b: string, { modes = [PUBLIC, PUBLIC], rewritten }: Facts = {}) {
  const planned = (is: boolean) => ({ content: is ? {} : null });
  const evidence = {
    ...{ path: 'etc/own.conf', texts: [a, b] },
    finding: {
      ...{ a: { mode: modes[0] }, b: { mode: modes[1] } },
      ...(rewritten && { planned: { a: planned(rewritten[0]), b: planned(rewritten[1]) } }),
    },
  } as unknown as Evidence;
  return pin(evidence, HOSTS, 'varies', 'It varies.', findVariation(a, b, HOSTS));
}

/** The action of the one rule that is proposed, and why. */
function ruleOf(...given: Parameters<typeof pinned>) {
  const { rules = [] } = pinned(...given)?.proposal ?? {};
  assert.is(rules.length, 1);
  const [{ action, why, match, when } = {}] = rules;
  assert.equal([match, when], [['etc/own.conf'], { type: 'file' }]);
  return { action, why };
}

const isKey = (...given: Parameters<typeof pinned>): boolean => {
  const found = pinned(...given);
  if (found?.proposal !== undefined) return false;
  assert.match(found?.advice ?? '', /^Only its owner may read the file, and what differs may be a key/);
  return true;
};

const MACHINES = /Every machine made from one image has the same value anyway/;

test('what is no text has no proposal', () => {
  const evidence = { path: 'x', texts: undefined, finding: {} } as unknown as Evidence;
  assert.is(pin(evidence, HOSTS, 'varies', 'It varies.'), undefined);
});

test('a setting whose name is that of a secret is not put into a rule', () => {
  const found = pinned('password = one\n', 'password = two\n');
  assert.match(found?.advice ?? '', /^What differs looks like a secret by its name/);
  assert.is(found?.proposal, undefined);
});

test('one field of a line: only it is fixed, to the value of side A', () => {
  const { action, why } = ruleOf('DAY="3"\n', 'DAY="5"\n');
  assert.equal(action, { do: 'substitute', replacements: [{ pattern: '^DAY="[0-9]+"$', with: 'DAY="3"' }] });
  assert.is(why, 'It varies. The value of side A, drawn at its installation.');
  const { advice = '' } = pinned('DAY="3"\n', 'DAY="5"\n') ?? {};
  assert.match(
    advice,
    /^The proposed rule keeps the file and fixes only what varies in it, to the value of side A/,
  );
  assert.match(advice, MACHINES);
});

test('what has a neutral word gets it, beside what has none', () => {
  const hosts = ['name: alpha-host\n', 'name: twin-b\n'] as const;
  assert.match(pinned(...hosts)?.advice ?? '', /keeps the file and puts `localhost` there\.$/);
  assert.is(ruleOf(...hosts).why, 'It varies. Fixed to localhost.');
  const both = ['name: alpha-host\nday: 3\n', 'name: twin-b\nday: 5\n'] as const;
  assert.match(
    pinned(...both)?.advice ?? '',
    /to the value of side A, drawn at its installation, and `localhost` in the place of what else varies\. Every/,
  );
  assert.is(
    ruleOf(...both).why,
    'It varies. The value of side A, drawn at its installation, and localhost in the place of what else varies.',
  );
  const paths = [
    'name: alpha-host\nin: /tmp/tmp.a1b2c3d4\n',
    'name: twin-b\nin: /tmp/tmp.e5f6a7b8\n',
  ] as const;
  assert.match(pinned(...paths)?.advice ?? '', /puts `localhost` and `\/tmp\/build` there\.$/);
});

test('a time is no value that each machine should have of its own, nor is what gets a neutral word', () => {
  for (const [first, second] of [
    ['', ''],
    [' on alpha-host', ' on twin-b'],
    [' in /tmp/tmp.a1b2c3d4', ' in /tmp/tmp.e5f6a7b8'],
  ]) {
    const [a, b] = [`made 2024-01-02 03:04:05${first}\n`, `made 2024-01-03 04:05:06${second}\n`];
    const { advice = '' } = pinned(a, b) ?? {};
    assert.match(advice, /to the value of side A/);
    assert.not.match(advice, MACHINES);
  }
});

test('a file that a rule has changed already on either side, or that has other lines, is fixed as a whole', () => {
  for (const rewritten of [
    [true, false],
    [false, true],
  ] as const) {
    assert.equal(ruleOf('DAY="3"\n', 'DAY="5"\n', { rewritten }).action, {
      do: 'replace',
      content: 'DAY="3"\n',
    });
  }
  assert.is(ruleOf('DAY="3"\n', 'DAY="5"\n', { rewritten: [false, false] }).action?.do, 'substitute');
  const { action, why } = ruleOf('some words\n', 'other words\nof two lines\n');
  assert.equal(action, { do: 'replace', content: 'some words\n' });
  assert.is(why, 'It varies. The content of side A, drawn at its installation.');
  assert.match(pinned('some words\n', 'other words\nof two lines\n')?.advice ?? '', MACHINES);
  // Names and paths are made neutral here as well.
  const named = ruleOf('on alpha-host\n', 'on twin-b\n', { rewritten: [true, true] });
  assert.equal(named.action, { do: 'replace', content: 'on localhost\n' });
});

test('a whole content of more than 16 KiB, or that a file of rules cannot hold, is not proposed', () => {
  const of = (size: number) => pinned(`${'x'.repeat(size - 1)}\n`, 'one\ntwo\nthree\n');
  assert.ok(of(16 * 1024)?.proposal);
  assert.is(of(16 * 1024 + 1), undefined);
  assert.is(pinned('\xff\n', 'one\ntwo\n'), undefined);
});

test('what may be a key, in a file that only its owner may read, is not put into a rule', () => {
  const word = (value: string): string => `id ${value}.\n`;
  const [long, other] = ['abcdefghij1', 'klmnopqrst2'].map(word) as [string, string];
  for (const modes of [
    [0o600, 0o600],
    [0o601, 0o601],
    [0o640, PUBLIC],
    [PUBLIC, 0o640],
  ] as const)
    assert.ok(isKey(long, other, { modes }), String(modes));
  const modes = [0o600, 0o600] as const;
  assert.not(isKey(long, other));
  assert.not(isKey(long, other, { modes: [0o604, 0o644] }));
  // Ten characters, or no digit; one long value is enough.
  assert.not(isKey(word('abcdefghi1'), word('klmnopqrs2'), { modes }));
  assert.not(isKey(word('abcdefghijk'), word('klmnopqrstu'), { modes }));
  assert.ok(isKey(word('a1'), other, { modes }));
  // Kinds that are no keys, whatever their length.
  assert.not(isKey('at 2024-01-02 03:04:05\n', 'at 2024-01-03 04:05:06\n', { modes }));
  assert.not(isKey('in /tmp/tmp.a1b2c3d4e5f6\n', 'in /tmp/tmp.b2c3d4e5f6a1\n', { modes }));
  // A text of its own: nobody knows what it is.
  assert.ok(isKey('some words\n', 'other words\nof two lines\n', { modes }));
});

test.run();
