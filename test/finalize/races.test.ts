// Names in the tree are replaced by links out of it while finalize works, at exact points.
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StillrootError } from '../../src/errors.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { JOURNAL_DIRECTORY } from '../../src/source/source.ts';
import { withCutFs } from '../support/cut-fs.ts';
import { succeed } from '../support/run-command.ts';
import { Scratch } from '../support/temporary.ts';
import { freshDirectory, seen } from './every-kind.ts';
import { EPOCH, finalizeOnce, rule } from './finalize-once.ts';

const test = suite('races');
const scratch = new Scratch('races');
test.after(() => scratch.remove());

interface Case {
  readonly root: string;
  readonly host: string;
}

/** A tree with a log that is truncated, and a directory of the host with a file of the same name. */
function make(): Case {
  const at = freshDirectory(scratch.path);
  const [root, host] = [`${at}/root`, `${at}/host`];
  for (const path of [root, host, `${root}/var`]) mkdirSync(path);
  for (const path of [`${root}/var/log`, `${host}/log`]) {
    writeFileSync(path, path === `${host}/log` ? 'of the host\n' : 'of the tree\n');
    chmodSync(path, 0o640);
  }
  for (const path of [`${root}/var/log`, `${host}/log`, `${root}/var`, host])
    utimesSync(path, EPOCH + 50, EPOCH + 50);
  return { root, host };
}

/** For the file by both of the names that some tests give it. */
const BOTH: readonly Rule[] = [
  rule('var/{log,also}', { do: 'truncate' }),
  rule('var/{log,also}', { do: 'mode', mode: 0o600 }),
];

const LOG: readonly Rule[] = [
  rule('var/log', { do: 'truncate' }),
  rule('var/log', { do: 'mode', mode: 0o600 }),
];

/** Runs with the swap between scan and change; the host must stay unchanged in any case. */
function swap(
  { root, host }: Case,
  meanwhile: () => void,
  rules: readonly Rule[] = LOG,
): StillrootError | undefined {
  let expected = '';
  let failure: StillrootError | undefined;
  try {
    finalizeOnce(root, {
      rules,
      meanwhile: () => {
        meanwhile();
        expected = seen(host);
      },
    });
  } catch (error) {
    failure = error as StillrootError;
  }
  assert.is(seen(host), expected);
  return failure;
}

test('a directory becomes a symlink to one of the host', () => {
  for (const rules of [LOG, [], [rule('var/log', { do: 'drop' })]]) {
    const place = make();
    const failure = swap(
      place,
      () => {
        renameSync(`${place.root}/var`, `${place.root}/moved`);
        symlinkSync(place.host, `${place.root}/var`);
      },
      rules,
    );
    assert.is(failure?.code, 'source-changed', failure?.message);
  }
});

test('and when it is a directory again, the next run completes the work', () => {
  const place = make();
  const { root } = place;
  swap(place, () => {
    renameSync(`${root}/var`, `${root}/moved`);
    symlinkSync(place.host, `${root}/var`);
  }, []);
  assert.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
  unlinkSync(`${root}/var`);
  renameSync(`${root}/moved`, `${root}/var`);
  assert.type(finalizeOnce(root).recovered, 'number');
  assert.not.ok(existsSync(`${root}/${JOURNAL_DIRECTORY}`));
  assert.equal(finalizeOnce(root).done, []);
});

test('the directory becomes a symlink before any single call', () => {
  const rules = [...LOG, rule('var/cache/**', { do: 'drop' }), rule('var/mtab', { do: 'link', target: 'x' })];
  for (let step = 0, total = 1; step < total; step += 1) {
    const { root, host } = make();
    mkdirSync(`${root}/var/cache`);
    for (const file of [`${root}/var/cache/x`, `${root}/var/mtab`]) writeFileSync(file, 'x');
    mkdirSync(`${host}/cache`);
    for (const file of [`${host}/cache/x`, `${host}/mtab`]) writeFileSync(file, 'of the host');
    const expected = seen(host);
    let calls = 0;
    try {
      const watched = withCutFs(
        Number.POSITIVE_INFINITY,
        () => finalizeOnce(root, { rules }),
        () => {
          if (calls === step) {
            renameSync(`${root}/var`, `${root}/moved`);
            symlinkSync(host, `${root}/var`);
          }
          calls += 1;
        },
      );
      total = Math.max(total, watched.calls);
    } catch (error) {
      assert.is((error as StillrootError).code, 'source-changed', (error as Error).message);
      total = Math.max(total, step + 2);
    }
    assert.is(seen(host), expected, `swapped before call ${step}`);
  }
});

test('a file becomes a hard link to one of the host', () => {
  for (const rules of [LOG, [], [rule('var/log', { do: 'mode', mode: 0o777 })]]) {
    const place = make();
    const failure = swap(
      place,
      () => {
        unlinkSync(`${place.root}/var/log`);
        linkSync(`${place.host}/log`, `${place.root}/var/log`);
      },
      rules,
    );
    // A new file takes the name where the content changes, and that leaves the other name alone.
    if (rules.length > 1) assert.is(failure, undefined);
    else assert.is(failure?.code, 'source-changed');
  }
});

test('a file with two names becomes one that has two, of which the host has the other', () => {
  for (const rules of [BOTH, []]) {
    const place = make();
    const { root, host } = place;
    // The same size and time: only its names distinguish it.
    writeFileSync(`${host}/log`, 'of the hos!\n');
    linkSync(`${root}/var/log`, `${root}/var/also`);
    const failure = swap(
      place,
      () => {
        unlinkSync(`${root}/var/log`);
        linkSync(`${host}/log`, `${root}/var/log`);
      },
      rules,
    );
    assert.is(failure?.code, 'source-changed');
    assert.match(failure?.message ?? '', /now has 2 names, 1 of them/);
  }
});

test('a file becomes a symlink to one of the host', () => {
  for (const rules of [BOTH, [], [rule('var/{log,also}', { do: 'mode', mode: 0o777 })]]) {
    const place = make();
    linkSync(`${place.root}/var/log`, `${place.root}/var/also`);
    const failure = swap(
      place,
      () => {
        unlinkSync(`${place.root}/var/log`);
        symlinkSync(`${place.host}/log`, `${place.root}/var/log`);
      },
      rules,
    );
    if (rules.length > 0) assert.ok(failure);
  }
});

test('a file becomes a FIFO: nobody waits for it', async () => {
  const place = make();
  await succeed(['mkfifo', `${place.root}/fifo`]);
  linkSync(`${place.root}/var/log`, `${place.root}/var/also`);
  const failure = swap(place, () => renameSync(`${place.root}/fifo`, `${place.root}/var/log`), BOTH);
  assert.is(failure?.code, 'source-changed');
});

test('a file goes: what should have been its new content is not lost unnoticed', () => {
  const place = make();
  const failure = swap(place, () => rmSync(`${place.root}/var`, { recursive: true }));
  assert.is(failure?.code, 'source-changed');
});

test('a directory goes while its new file waits: that is noticed, too', () => {
  const { root } = make();
  const work = (): void => {
    withCutFs(
      Number.POSITIVE_INFINITY,
      () => finalizeOnce(root, { rules: LOG }),
      (name) => {
        if (name === 'renameSync' && existsSync(`${root}/${JOURNAL_DIRECTORY}/seal`)) {
          rmSync(`${root}/var`, { recursive: true, force: true });
        }
      },
    );
  };
  assert.throws(work, (error: StillrootError) => error.code === 'source-changed');
});

test('a file of the tree gets a further name outside after the scan', () => {
  const place = make();
  swap(place, () => linkSync(`${place.root}/var/log`, `${place.host}/also`), []);
});

test('links out of the tree that were there from the beginning lead nowhere', () => {
  const { root, host } = make();
  rmSync(`${root}/var`, { recursive: true });
  symlinkSync(host, `${root}/var`);
  symlinkSync(`${host}/log`, `${root}/log`);
  symlinkSync(host, `${root}/etc`);
  const expected = seen(host);
  const rules = [
    ...LOG,
    rule('log', { do: 'truncate' }),
    rule('etc/log', { do: 'drop' }),
    rule('var/**', { do: 'drop' }),
    rule('etc/new', { do: 'add', entry: { type: 'file', content: 'x', mode: 0o644 } }),
  ];
  finalizeOnce(root, { rules });
  assert.is(seen(host), expected);
  assert.is(readFileSync(`${host}/log`, 'utf8'), 'of the host\n');
});

test.run();
