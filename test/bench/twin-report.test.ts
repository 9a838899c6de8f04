// The page about twins: what stands in it, and that the same results give the same page.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TwinResult } from '../../bench/twin-compare.ts';
import { renderTwins } from '../../bench/twin-report.ts';
import type { PackageSet } from '../../bench/twin-set.ts';

const test = suite('report of twins');

const SETS: readonly PackageSet[] = [
  { name: 'mail', about: 'Machines that deliver mail.', suite: 'bookworm', packages: ['postfix', 'exim4'] },
  { name: 'web', about: 'Machines that serve pages.', suite: 'trixie', packages: ['nginx'] },
];

const MAIL: TwinResult = {
  ...{ set: 'mail', about: 'Machines that deliver mail.', suite: 'bookworm' },
  built: {
    asked: ['postfix', 'exim4'],
    leftOut: [{ package: 'exim4', reason: 'cannot be beside the others: Conflicts: a | b' }],
    ...{ moved: 3, effort: { wall: 100.4, cpu: 60 }, date: '2030-01-02' },
  },
  ...{ installed: 1234, entries: 56789, differing: { any: 4321, more: 12 } },
  remaining: ['etc/a.key', 'etc/b.key']
    .map((path) => ({
      ...{
        path,
        package: 'postfix (postinst)',
        cause: 'random',
        title: 'random keys',
        advice: 'Make them at boot.',
      },
    }))
    .concat({
      ...{ path: 'etc/links/if_eth0', package: 'munin-node (postinst)', cause: 'one-side-only' },
      ...{ title: 'only side A has it', advice: 'Run it again.', rule: 'debian/munin-plugins' },
    } as never),
  afterProposals: 1,
  causes: [
    {
      ...{ package: 'postfix (postinst)', rule: null, cause: 'random', title: 'random keys' },
      ...{ paths: 2, example: 'etc/a.key' },
    },
    {
      ...{ package: 'man-db', rule: 'debian/man-db', cause: 'known-rule', title: 'An index.' },
      ...{ paths: 1, example: 'var/cache/man/index.db' },
    },
  ],
  losses: [
    {
      ...{ rule: 'common/logs', action: 'drop', policy: null, package: 'postfix' },
      ...{ paths: 2, example: 'var/log/a' },
    },
  ],
  digests: ['aa', 'bb'],
  hasOneManifest: false,
  tools: [{ name: 'dpkg --verify', isGood: true, output: '' }],
  services: [{ name: 'postfix', isGood: false, output: 'first\npostfix: fatal: no `queue`\n' }],
  effort: { wall: 20.2, cpu: 5.2 },
};
const WEB: TwinResult = {
  ...MAIL,
  ...{
    set: 'web',
    about: 'Machines that serve pages.',
    suite: 'trixie',
    remaining: [],
    digests: ['aa', 'aa'],
  },
  built: { ...MAIL.built, asked: ['nginx'], leftOut: [] },
  causes: [{ ...(MAIL.causes[1] as TwinResult['causes'][number]), paths: 5 }],
  services: [{ name: 'nginx', isGood: true, output: '' }],
};

const rows = (page: string, title: string): string[] => {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${title}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
};

test('the sets that were run, with their counts; the sum', () => {
  const page = renderTwins(SETS, [MAIL, WEB]);
  assert.match(page, '2 sets with 3 different packages asked for, of which 1 could not be installed:');
  assert.match(page, '1 of 2 have one digest, and 3 paths remain different in the others:');
  assert.match(page, '1 that must be decided by you, and 2 that no rule knows.');
  assert.match(
    page,
    '| mail | bookworm | 2030-01-02 | 2 | 1,234 | 56,789 | 4,321 | 12 | 3 | 1 | differ | 121 | 65 |',
  );
  assert.match(
    page,
    '| web | trixie | 2030-01-02 | 1 | 1,234 | 56,789 | 4,321 | 12 | 0 | 0 | equal | 121 | 65 |',
  );
  assert.not.match(page, /## Not run/);
  assert.is(renderTwins(SETS, [MAIL, WEB]), page);
});

test('sets that were not run, or not with these packages, are named', () => {
  const stale = { ...WEB, built: { ...WEB.built, asked: ['apache2'] } };
  const page = renderTwins(SETS, [MAIL, stale]);
  assert.equal(rows(page, 'Not run'), ['| web | trixie | 1 | Machines that serve pages. |']);
  assert.match(page, '1 set with 2 different packages');
  assert.match(page, '\n\n## Not run\n\n| set | suite |');
  assert.match(page, '\n\n## Packages left out\n\nThey cannot be installed');
});

test('what remains is one row for each cause of a package, and says what to do', () => {
  assert.equal(rows(renderTwins(SETS, [MAIL, WEB]), 'What no rule knows'), [
    '| mail | postfix (postinst) | 2 | `etc/a.key` | random keys | Make them at boot. |',
  ]);
});

test('what a rule leaves to the user is a row with that rule', () => {
  assert.equal(rows(renderTwins(SETS, [MAIL, WEB]), 'What must be decided by you'), [
    '| mail | munin-node (postinst) | 1 | `etc/links/if_eth0` | only side A has it | Run it again. | `debian/munin-plugins` |',
  ]);
  assert.not.match(renderTwins(SETS, [WEB]), /## What (must|no)/);
});

test('a row for each cause of a package over all sets', () => {
  assert.equal(rows(renderTwins(SETS, [MAIL, WEB]), 'Packages that cause differences'), [
    '| man-db | An index. | 5 | `var/cache/man/index.db` | `debian/man-db` | mail, web |',
    '| postfix (postinst) | random keys | 2 | `etc/a.key` | nothing | mail |',
  ]);
});

test('files of packages that rules remove, over all sets', () => {
  assert.equal(rows(renderTwins(SETS, [MAIL, WEB]), 'Files of packages that the rules remove or empty'), [
    '| `common/logs` | drop | none | postfix | 2 | `var/log/a` | mail, web |',
  ]);
});

test('packages left out with the reason, in cells that stay cells', () => {
  assert.equal(rows(renderTwins(SETS, [MAIL]), 'Packages left out'), [
    '| mail | `exim4` | cannot be beside the others: Conflicts: a \\| b |',
  ]);
});

test('what programs of the packed trees say', () => {
  const found = rows(renderTwins(SETS, [MAIL, WEB]), 'What the packed trees say');
  assert.ok(found.includes('| dpkg --verify | `dpkg --verify` | mail, web |  |'));
  assert.ok(found.includes('| nginx | `nginx -t` | web |  |'));
  const sameBefore = (isSameUntouched: boolean): string => {
    const [postfix] = MAIL.services as [TwinResult['services'][number]];
    const page = renderTwins(SETS, [{ ...MAIL, services: [{ ...postfix, isSameUntouched }] }]);
    return rows(page, 'What the packed trees say').find((row) => row.startsWith('| postfix ')) ?? '';
  };
  assert.match(sameBefore(true), "no 'queue'` (before packing as well) |");
  assert.match(sameBefore(false), "no 'queue'` (not before packing) |");
  assert.ok(
    found.includes("| postfix | `postfix check` | none | mail: `postfix: fatal: no 'queue'` |"),
    found.join('\n'),
  );
});

test.run();
