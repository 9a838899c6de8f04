import { mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Scratch } from '../support/temporary.ts';
import { run } from '../support/test-terminal.ts';

const test = suite('check: your own rules that match nothing');
const scratch = new Scratch('check-own-rules');
test.after(() => scratch.remove());

const RULES = `
[[rule]]
id = "logs"
match = ["var/log/*.log", "var/lgo/*.log"]
action = "drop"
why = "One pattern matches."
[[rule]]
id = "typo"
match = ["vra/log/*.log"]
action = "drop"
why = "Misspelled."
[[rule]]
id = "directories"
match = ["var/log"]
when = { type = "file" }
action = "drop"
why = "The pattern matches, the condition does not hold."
[[rule]]
id = "added"
match = ["etc/new"]
action = "add"
type = "file"
content = ""
mode = "0644"
why = "Its path is not there, which is its purpose."
[[rule]]
id = "excepted"
match = ["var/log/*"]
except = ["**/*.log"]
action = "drop"
why = "All that it matches is excepted."
[[rule]]
id = "moved"
match = ["etc/passwd"]
action = "keep"
why = "Own patterns are literal, and the file is in usr/etc."
`;

test('check names them, and no others', async () => {
  const root = scratch.in('root');
  for (const directory of ['var/log', 'etc', 'usr/etc'])
    mkdirSync(`${root}/${directory}`, { recursive: true });
  for (const file of ['var/log/a.log', 'usr/etc/passwd']) writeFileSync(`${root}/${file}`, '');
  const rules = scratch.in('own.toml');
  writeFileSync(rules, RULES);
  const { stdout, stderr } = await run(['check', root, '--rules', rules]);
  assert.is(stderr, '');
  assert.match(stdout, /^ {2}note: your own rules user\/typo, user\/excepted, user\/moved match no path$/m);
  const unmatched = async (...args: string[]): Promise<unknown> =>
    JSON.parse((await run(['check', root, '--json', ...args])).stdout).unmatchedRules;
  assert.equal(await unmatched('--rules', rules), ['user/typo', 'user/excepted', 'user/moved']);
  assert.equal(await unmatched('--rules', rules, '--skip', 'user/typo'), ['user/excepted', 'user/moved']);
  assert.equal(await unmatched(), []);
  const one = await run(['check', root, '--rules', rules, '--only', 'user/typo']);
  assert.match(one.stdout, /^ {2}note: your own rule user\/typo matches no path$/m);
  const rule = (id: number): string =>
    `[[rule]]\nid = "r${id}"\nmatch = ["no"]\naction = "drop"\nwhy = "Many."\n`;
  writeFileSync(rules, Array.from({ length: 8 }, (_, id) => rule(id)).join(''));
  const many = (await run(['check', root, '--rules', rules])).stdout.replace(/\n {2}/g, ' ');
  assert.match(many, /user\/r3, user\/r4 and 3 more match no path/);
  const all = (await run(['check', root, '--rules', rules, '-v'])).stdout;
  assert.match(all, /user\/r7/);
});

test.run();
