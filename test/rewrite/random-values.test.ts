import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  cronTime,
  dracutBuildParameter,
  miniupnpdUuid,
  popularityContest,
  ucfHashfile,
} from '../../src/rewrite/random-values.ts';
import { rewriteContext } from '../support/rewrite-context.ts';
import { apply, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('random-values');

/** As postinst of popularity-contest 1.76 writes it. */
const CONFIGURATION = (id: string, day: string): string =>
  `# Config file for Debian's popularity-contest package.\n#\n# To change this file, use:\n#        dpkg-reconfigure popularity-contest\n\nMY_HOSTID="${id}"\nPARTICIPATE="yes"\nUSEHTTP="yes"\nDAY="${day}"\n`;
const BLANK = CONFIGURATION('', '').replaceAll('=""', '=');

test('popularity-contest: the random ID and day go, and the choice to take part stays', () => {
  const first = CONFIGURATION('0123456789abcdef0123456789abcdef', '3');
  const second = CONFIGURATION('fedcba9876543210fedcba9876543210', '5');
  assert.is.not(first, second);
  assert.is(textAfter(popularityContest, first), BLANK);
  assert.is(textAfter(popularityContest, second), BLANK);
  assert.match(textAfter(popularityContest, first), /^PARTICIPATE="yes"$/m);
});

test('popularity-contest: without quotes, indented, exported', () => {
  assert.is(textAfter(popularityContest, '  MY_HOSTID=0123\nexport DAY=3'), '  MY_HOSTID=\nexport DAY=');
});

test('popularity-contest: comments and other names stay', () => {
  for (const text of ['#MY_HOSTID="_ID_"\n', 'TODAY="3"\n', 'PARTICIPATE="no"\n', BLANK, '']) {
    assert.is(apply(popularityContest, text).outcome, 'unchanged', text);
  }
});

test('popularity-contest: damage', () => {
  const whole = Buffer.from(CONFIGURATION('0123456789abcdef0123456789abcdef', '3').replace(/^#.*\n/gm, ''));
  survivesDamage(popularityContest, whole, { sameSize: false });
});

/** Lines 154 to 160 of the file that the postinst of miniupnpd 2.3.1 writes. */
const GATEWAY = (uuid: string): string =>
  `#clean_ruleset_interval=600\n\n# UUID, generate your own UUID with "make genuuid"\n${uuid}\n\n# Daemon's serial and model number when reporting to clients\n#serial=12345678\n`;

test('miniupnpd-uuid: a drawn UUID becomes a comment that the postinst fills in again', () => {
  const first = GATEWAY('uuid=273cac59-0a19-4fa8-a523-55385bd71c3d');
  const second = GATEWAY('uuid=7041a5fb-c034-414c-9228-b436f3c24096');
  assert.is.not(first, second);
  assert.is(textAfter(miniupnpdUuid, first), GATEWAY('#uuid='));
  assert.is(textAfter(miniupnpdUuid, second), GATEWAY('#uuid='));
  assert.is(apply(miniupnpdUuid, GATEWAY('#uuid=')).outcome, 'unchanged');
});

test('miniupnpd-uuid: comments, empty values, other values and other settings stay', () => {
  const uuid = '273cac59-0a19-4fa8-a523-55385bd71c3d';
  for (const line of [
    'uuid=',
    'uuid=mine',
    `#uuid=${uuid}`,
    `bridge_uuid=${uuid}`,
    `uuid=${uuid}0`,
    `serial=${uuid}`,
  ]) {
    assert.is(apply(miniupnpdUuid, GATEWAY(line)).outcome, 'unchanged', line);
  }
});

test('miniupnpd-uuid: damage', () => {
  const whole = Buffer.from('a=b\nuuid=273cac59-0a19-4fa8-a523-55385bd71c3d\nc=d\n');
  survivesDamage(miniupnpdUuid, whole, { sameSize: false });
});

test('dracut-build-parameter: random parts of temporary names become X, as many as there were', () => {
  assert.is(
    textAfter(
      dracutBuildParameter,
      "--include '/tmp/tmp.AbC123dEf0' '/' --tmpdir /var/tmp/dracut.dAbC12x -f x\n",
    ),
    "--include '/tmp/tmp.XXXXXXXXXX' '/' --tmpdir /var/tmp/dracut.XXXXXXX -f x\n",
  );
});

test('dracut-build-parameter: other names stay', () => {
  for (const text of ['--include /tmp/mine /', "--kver '6.1.0-18-amd64'", '/tmp/tmp.', '/tmp/tmp.abc']) {
    assert.is(apply(dracutBuildParameter, text).outcome, 'unchanged', text);
  }
});

test('dracut-build-parameter: damage', () => {
  survivesDamage(dracutBuildParameter, Buffer.from('a /tmp/tmp.AbC123dEf0 b /tmp/dracut.AbC123 c\n'));
});

/** As the postinst of apticron 1.2.5, debsecan-create-cron 0.4.20 and the postinst of popularity-contest 1.76 write them. */
const APTICRON = (minute: string): string =>
  `# cron entry for apticron\n\n${minute} * * * * root if test -x /usr/sbin/apticron; then /usr/sbin/apticron --cron; else true; fi\n`;
const DEBSECAN = (minute: string): string =>
  `# cron entry for debsecan\nMAILTO=root\n\n${minute} * * * * daemon test -x /usr/bin/debsecan && /usr/bin/debsecan --cron\n# (Note: debsecan delays actual processing past 2:00 AM, and runs only\n# once per day.)\n`;
const SURVEY = (time: string): string =>
  `SHELL=/bin/sh\nPATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin\n${time} * * *   root    test -x /etc/cron.daily/popularity-contest && /etc/cron.daily/popularity-contest --crond\n`;

test('cron-time: two drawn times become one, and the job stays', () => {
  for (const [job, first, second, fixed] of [
    [APTICRON, '25', '3', '7'],
    [DEBSECAN, '0', '59', '7'],
    [SURVEY, '43 20', '5 0', '7 5'],
  ] as const) {
    assert.is.not(job(first), job(second));
    assert.is(textAfter(cronTime, job(first)), job(fixed));
    assert.is(textAfter(cronTime, job(second)), job(fixed));
  }
});

test('cron-time: a time that somebody chose, another program and a comment stay', () => {
  for (const text of [
    APTICRON('*/15'),
    APTICRON('1,31'),
    APTICRON('25').replace('25 *', '25 6'),
    APTICRON('25').replace('apticron;', 'apticron-own;'),
    APTICRON('25').replace('25 *', '#25 *'),
    DEBSECAN('12').replace('daemon', 'root'),
    SURVEY('43 */2'),
    SURVEY('43 20').replace('* * *', '* * 1'),
    '25 * * * * root if test -x /usr/sbin/other; then true; fi\n',
    '',
  ]) {
    assert.is(apply(cronTime, text).outcome, 'unchanged', text);
  }
});

test('cron-time: damage', () => {
  for (const text of [APTICRON('25'), SURVEY('43 20')])
    survivesDamage(cronTime, Buffer.from(text), { sameSize: false });
});

const COPY = 'var/lib/ucf/cache/:etc:cron.d:apticron';
const OTHER = 'var/lib/ucf/cache/:etc:default:rkhunter';
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const REGISTER = (hash: string): string =>
  `${md5('settings\n')}  /etc/default/rkhunter\n${hash}  /etc/cron.d/apticron\n`;

/** The register beside a copy that a rule rewrites, and one that stays. */
function registerOf(job: string, policy?: string) {
  return {
    path: 'var/lib/ucf/hashfile',
    policy: (name: string) => (name === 'sort-package-state' ? policy : undefined),
    lookUp: lookUpIn({
      [COPY]: { content: job, readFinal: () => Buffer.from(textAfter(cronTime, job)) },
      [OTHER]: { content: 'settings\n' },
    }),
  };
}

test('ucf-hashfile: the digest of a copy that is rewritten follows, so that two registers are equal', () => {
  const [first, second] = [APTICRON('25'), APTICRON('3')];
  assert.is.not(REGISTER(md5(first)), REGISTER(md5(second)));
  for (const job of [first, second]) {
    assert.is(textAfter(ucfHashfile, REGISTER(md5(job)), registerOf(job)), REGISTER(md5(APTICRON('7'))));
  }
});

test('ucf-hashfile: with the policy its lines are sorted as well, rewritten or not', () => {
  const job = APTICRON('25');
  const sorted = (text: string): string => `${text.trimEnd().split('\n').sort().join('\n')}\n`;
  const given = REGISTER(md5(job));
  assert.is(textAfter(ucfHashfile, given, registerOf(job, 'sort')), sorted(REGISTER(md5(APTICRON('7')))));
  assert.is(textAfter(ucfHashfile, 'b\na\n', registerOf(job, 'sort')), 'a\nb\n');
  assert.is(apply(ucfHashfile, 'b\na\n', registerOf(job)).outcome, 'unchanged');
});

test('ucf-hashfile: a digest of something else stays: another version, no copy, a copy that is too large', () => {
  const job = APTICRON('25');
  for (const text of [
    REGISTER(md5('an older version')),
    `${md5(job)}  /etc/cron.d/other\n`,
    'no digest\n',
    '',
  ]) {
    assert.is(apply(ucfHashfile, text, registerOf(job)).outcome, 'unchanged', text);
  }
  const large = { content: job, size: 2 ** 21, readFinal: () => Buffer.from('x') };
  const context = { ...registerOf(job), lookUp: lookUpIn({ [COPY]: large }) };
  assert.is(apply(ucfHashfile, REGISTER(md5(job)), context).outcome, 'unchanged');
});

test('ucf-hashfile: the largest copy that is looked at', () => {
  const job = APTICRON('25');
  const largest = { content: job, size: 2 ** 20, readFinal: () => Buffer.from('x') };
  const context = { ...registerOf(job), lookUp: lookUpIn({ [COPY]: largest }) };
  assert.is(textAfter(ucfHashfile, REGISTER(md5(job)), context), REGISTER(md5('x')));
});

test('ucf-hashfile: each copy is read once, however often a hostile register names it', () => {
  let reads = 0;
  const job = APTICRON('25');
  const content = () => {
    reads += 1;
    return Buffer.from(job);
  };
  const lookUp = lookUpIn({ [COPY]: { content: job, read: content, readFinal: content } });
  ucfHashfile.apply(
    Buffer.from(REGISTER(md5(job)).repeat(1000)),
    rewriteContext({ ...registerOf(job), lookUp }),
  );
  assert.is(reads, 2);
});

test('ucf-hashfile: damage', () => {
  const job = APTICRON('25');
  survivesDamage(ucfHashfile, Buffer.from(REGISTER(md5(job))), { context: registerOf(job) });
});

test.run();
