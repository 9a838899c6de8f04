import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { commandLines } from '../../src/cli/help.ts';
import { VERBS } from '../../src/cli/main.ts';
import { argumentName, verbName } from '../../src/cli/verb.ts';
import { GROUPS } from '../../src/settings/option.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('help');

async function helpOf(verb: string, columns = 80): Promise<string[]> {
  const { status, stdout, stderr } = await run(['help', verb], { columns });
  assert.equal([status, stderr], [0, '']);
  return stdout.split('\n');
}

test('help, help COMMAND, --help and no word at all', async () => {
  const whole = (await run(['--help'])).stdout;
  assert.match(whole, /^stillroot COMMAND \[options\]\n/);
  for (const argv of [['help'], ['-h'], []])
    assert.equal(await run(argv), await run(['--help']), argv.join(' '));
  for (const argv of [
    ['pack', '--help'],
    ['pack', '-h'],
    ['pack', '/none', '--help', '-o'],
  ]) {
    assert.is((await run(argv)).stdout, (await helpOf('pack')).join('\n'));
  }
  const unknown = await run(['help', 'pakc']);
  assert.is(unknown.status, 2);
  assert.match(unknown.stderr, /unknown command "pakc"\. Did you mean 'pack'\?/);
});

test('commands are grouped, in an order of their own', async () => {
  const { stdout } = await run(['help']);
  const groups = [...stdout.matchAll(/^(\S.*):$/gm)].map(([, group]) => group);
  assert.equal(groups, ['Make an image', 'Look into one', 'Compare', 'Other', 'Common', 'To start']);
});

test('the options of a command are grouped, its own first', async () => {
  const groups = (await helpOf('pack')).flatMap((line) => /^(\S.*):$/.exec(line)?.[1] ?? []);
  assert.equal(groups.slice(0, 4), ['Output', 'Compression and cache', 'Rules', 'Times and owners']);
  assert.equal(groups.slice(-2), ['Common', 'Examples']);
  assert.equal(
    groups.slice(0, -1),
    GROUPS.filter((group) => groups.includes(group)),
  );
});

for (const { usage, load } of VERBS) {
  const verb = verbName({ usage });
  test(`${verb}: every argument is in the usage, and every required option`, async () => {
    const { positionals, options } = await load();
    const [first = ''] = await helpOf(verb);
    assert.is(first, `stillroot ${usage} [options]`);
    for (const [name, row] of Object.entries(positionals)) {
      const word = argumentName(name, row);
      const shown = `${word}${row.isList === true ? '...' : ''}`;
      const isOptional = row.isRequired !== true && row.unless === undefined;
      assert.ok(usage.split(' ').includes(isOptional ? `[${shown}]` : shown), `${usage}: ${shown}`);
    }
    for (const { isRequired, alias, metavar, example } of Object.values(options)) {
      if (isRequired !== true) continue;
      assert.ok(usage.includes(`-${alias} ${metavar}`) && example !== undefined, usage);
    }
  });

  for (const columns of [40, 60, 80, 200]) {
    test(`${verb} in ${columns} columns`, async () => {
      const lines = await helpOf(verb, columns);
      const long = lines.filter((line) => line.length > Math.min(100, columns));
      // A word is not broken: a path in an example, a name of an option with its value, a list without blanks.
      assert.equal(
        long.filter(
          (line) => /\S \S/.test(line.trim().replace(/^'.*'$|^-\S+ \S+$| \\$/, '')) && columns >= 60,
        ),
        [],
      );
    });
  }
}

test('an example is one command also where it is broken', () => {
  const command = "stillroot bench rootfs --packers stillroot --packer 'mine=./mkimage {root} {out}'";
  assert.equal(commandLines(command, 100), [`  ${command}`]);
  const lines = commandLines(command, 60);
  assert.equal(lines, [
    '  stillroot bench rootfs --packers stillroot \\',
    "    --packer 'mine=./mkimage {root} {out}'",
  ]);
  for (const width of [20, 30, 40, 60, 80]) {
    const joined = commandLines(command, width)
      .join('\n')
      .replace(/ \\\n +/g, ' ');
    assert.is(joined, `  ${command}`);
  }
});

test.run();
