import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { capturedDatabase } from '../../fixtures/packages/read.ts';
import {
  condaHistory,
  opkgInstalledTime,
  pacmanInstallDate,
  portageBuildTime,
  portageContents,
  xbpsPkgdb,
  zyppAutoInstalled,
  zyppRequestedLocales,
  zyppService,
} from '../../src/rewrite/package-dates.ts';
import { after, apply, faultAt, lookUpIn, survivesDamage, textAfter } from './damage.ts';

const test = suite('package-dates');

const EPOCH = 1_650_000_000;
const desc = (date: string): string =>
  `%NAME%\nbash\n\n%VERSION%\n5.1.016-1\n\n%DESC%\nThe shell\n\n%BUILDDATE%\n1700000000\n\n%INSTALLDATE%\n${date}\n\n%LICENSE%\nGPL\n\n`;

test('pacman-install-date: a later time becomes the epoch, and the build date stays', () => {
  assert.is(textAfter(pacmanInstallDate, desc('1700000000'), { epoch: EPOCH }), desc(String(EPOCH)));
});

test('pacman-install-date: an earlier time, the epoch itself and a file without the field stay', () => {
  for (const text of [desc('1600000000'), desc(String(EPOCH)), desc('0'), '%NAME%\nbash\n\n']) {
    assert.is(apply(pacmanInstallDate, text, { epoch: EPOCH }).outcome, 'unchanged');
  }
});

test('pacman-install-date: numbers compare as numbers, whatever their length', () => {
  assert.is(textAfter(pacmanInstallDate, desc('99999999999999999999'), { epoch: 5 }), desc('5'));
  assert.is(textAfter(pacmanInstallDate, desc('10'), { epoch: 9 }), desc('9'));
  assert.is(apply(pacmanInstallDate, desc('0009'), { epoch: 10 }).outcome, 'unchanged');
});

test('pacman-install-date: only the header of a section counts', () => {
  const text = '%DESC%\n%INSTALLDATE%\n1700000000\n\n';
  assert.is(apply(pacmanInstallDate, text, { epoch: EPOCH }).outcome, 'unchanged');
});

test('pacman-install-date: what is no number is reported where it stands', () => {
  const start = desc('').indexOf('%INSTALLDATE%') + '%INSTALLDATE%\n'.length;
  faultAt(pacmanInstallDate, desc('Mon Nov 20'), start, /Mon Nov 20/);
  faultAt(pacmanInstallDate, '%INSTALLDATE%', 13, /""/);
});

test('pacman-install-date: damage', () => {
  survivesDamage(pacmanInstallDate, Buffer.from(desc('1700000000')), {
    context: { epoch: EPOCH },
    sameSize: false,
  });
});

const status = (first: string, second: string): string =>
  `Package: base-files\nVersion: 3.0.14\nStatus: install ok installed\nInstalled-Time: ${first}\n\n` +
  `Package: busybox\nStatus: install user installed\nInstalled-Time: ${second}\n`;

test('opkg-installed-time: later times become the epoch', () => {
  const context = { epoch: 1_650_000_000 };
  assert.is(
    textAfter(opkgInstalledTime, status('1700000000', '1600000000'), context),
    status('1650000000', '1600000000'),
  );
});

test('opkg-installed-time: nothing later, nothing changes', () => {
  assert.is(apply(opkgInstalledTime, status('5', '6'), { epoch: 6 }).outcome, 'unchanged');
  assert.is(apply(opkgInstalledTime, 'Package: x\nX-Installed-Time: 9\n', { epoch: 6 }).outcome, 'unchanged');
});

test('opkg-installed-time: what is no number is reported where it stands', () => {
  const text = status('5', 'yesterday');
  faultAt(opkgInstalledTime, text, text.lastIndexOf('Installed-Time'), /yesterday/);
  faultAt(opkgInstalledTime, 'Installed-Time:\n', 0, /Installed-Time:/);
});

test('opkg-installed-time: damage', () => {
  survivesDamage(opkgInstalledTime, Buffer.from(status('1700000000', '8')), {
    context: { epoch: 1000 },
    sameSize: false,
  });
});

const MD5 = 'd41d8cd98f00b204e9800998ecf8427e';
const contents = (program: string, link: string): string =>
  `dir /usr\ndir /usr/bin\nobj /usr/bin/a program ${MD5} ${program}\n` +
  `sym /usr/bin/link -> a program ${link}\nobj /usr/bin/stale ${MD5} 1600000000\nfif /run/x\n`;
const context = {
  epoch: 1_650_000_000,
  lookUp: lookUpIn({
    'usr/bin/a program': { mtime: 1_700_000_000, finalMtime: 1_650_000_000 },
    'usr/bin/stale': { mtime: 1_700_000_000, finalMtime: 1_650_000_000 },
  }),
};

test('portage-contents: a file gets the time that it will have, a symlink at most the epoch', () => {
  assert.is(
    textAfter(portageContents, contents('1700000000', '1700000000'), context),
    contents('1650000000', '1650000000'),
  );
});

test('portage-contents: what did not fit before, files that are gone and earlier links stay', () => {
  assert.is(apply(portageContents, contents('1640000000', '1640000000'), context).outcome, 'unchanged');
  assert.is(
    apply(portageContents, contents('1700000000', '5'), { epoch: 1_650_000_000 }).outcome,
    'unchanged',
  );
});

test('portage-contents: damage', () => {
  survivesDamage(portageContents, Buffer.from(contents('1700000000', '1700000000')), { context });
});

test('portage-build-time: build times after the epoch become the epoch', () => {
  assert.is(textAfter(portageBuildTime, '1700000000\n', context), '1650000000\n');
  assert.is(textAfter(portageBuildTime, '1700000000', context), '1650000000');
  assert.is(apply(portageBuildTime, '1600000000\n', context).outcome, 'unchanged');
  faultAt(portageBuildTime, 'today\n', 0, /today/);
  survivesDamage(portageBuildTime, Buffer.from('1700000000\n'), { context, sameSize: false });
});

const plist = (varying: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n<dict>\n\t<key>bash</key>\n\t<dict>\n' +
  `\t\t<key>architecture</key>\n\t\t<string>x86_64</string>\n${varying}` +
  '\t\t<key>state</key>\n\t\t<string>installed</string>\n\t</dict>\n</dict>\n</plist>\n';
const VARYING =
  '\t\t<key>install-date</key>\n\t\t<string>2023-11-14 22:13 UTC</string>\n' +
  '\t\t<key>repository</key>\n\t\t<string>https://mirror/current</string>\n';

test('xbps-pkgdb: date and mirror go, everything else stays', () => {
  assert.is(textAfter(xbpsPkgdb, plist(VARYING)), plist(''));
});

test('xbps-pkgdb: what xbps wrote in one transaction and in two becomes the same', () => {
  const [first, second] = ['first', 'second'].map((run) => capturedDatabase(`${run}-pkgdb-0.38.plist`)) as [
    Buffer,
    Buffer,
  ];
  // Only what an earlier transaction installed has its name twice.
  const repeated = (bytes: Buffer): number => bytes.toString().split('<key>pkgname</key>').length - 1;
  assert.equal([repeated(first), repeated(second)], [0, 1]);
  const result = after(xbpsPkgdb, first);
  assert.equal(after(xbpsPkgdb, second), result);
  assert.match(result.toString(), /<key>pkgver<\/key>\s*<string>alpha-1\.0_1</);
});

test('xbps-pkgdb: without them nothing changes', () => {
  assert.is(apply(xbpsPkgdb, plist('')).outcome, 'unchanged');
  assert.is(
    apply(xbpsPkgdb, plist('\t\t<key>repository-x</key>\n\t\t<string>x</string>\n')).outcome,
    'unchanged',
  );
});

test('xbps-pkgdb: another format and a file that ends too early are reported', () => {
  faultAt(xbpsPkgdb, '\x1f\x8b\x08', 0, /u001f/);
  const cut = plist(VARYING).slice(0, -12);
  faultAt(xbpsPkgdb, cut, cut.length, /end of the file/);
});

test('xbps-pkgdb: damage', () => {
  survivesDamage(xbpsPkgdb, Buffer.from(plist(VARYING)), { sameSize: false });
});

/** 2022-04-15 05:20:00 UTC */
const CONDA_HISTORY_EPOCH = 1_650_000_000;
const HISTORY = (time: string): string =>
  `==> ${time} <==\n# cmd: /opt/conda/bin/conda create -n x python\n# conda version: 23.9.0\n+conda-forge/linux-64::python-3.11.6-h\n# update specs: ['python']\n`;

test('conda-history: later times become the epoch, and nothing else changes', () => {
  const first = HISTORY('2023-11-14 22:13:20');
  const second = HISTORY('2023-12-30 01:33:20');
  assert.is.not(first, second);
  assert.is(textAfter(condaHistory, first, { epoch: CONDA_HISTORY_EPOCH }), HISTORY('2022-04-15 05:20:00'));
  assert.is(textAfter(condaHistory, second, { epoch: CONDA_HISTORY_EPOCH }), HISTORY('2022-04-15 05:20:00'));
});

test('conda-history: each transaction has its own, and earlier ones stay', () => {
  const early = HISTORY('2020-01-01 00:00:00');
  const both = early + HISTORY('2023-11-14 22:13:20');
  assert.is(
    textAfter(condaHistory, both, { epoch: CONDA_HISTORY_EPOCH }),
    early + HISTORY('2022-04-15 05:20:00'),
  );
  assert.is(apply(condaHistory, early, { epoch: CONDA_HISTORY_EPOCH }).outcome, 'unchanged');
});

test('conda-history: what only looks like it stays', () => {
  for (const text of ['# ==> 2023-11-14 22:13:20 <==\n', '==> 2023-11-14 <==\n', '==> today <==\n', '']) {
    assert.is(apply(condaHistory, text, { epoch: CONDA_HISTORY_EPOCH }).outcome, 'unchanged', text);
  }
});

test('conda-history: damage', () => {
  survivesDamage(condaHistory, Buffer.from(HISTORY('2023-11-14 22:13:20')), {
    context: { epoch: CONDA_HISTORY_EPOCH },
  });
});

const BODY = 'aaa_base\nlibzypp\n';

test('zypp-auto-installed: the comment with the date goes, the marks stay', () => {
  assert.is(
    textAfter(zyppAutoInstalled, `# AutoInstalled generated Mon Nov 20 10:00:00 2023\n${BODY}`),
    BODY,
  );
});

test('zypp-auto-installed: a comment that was copied goes too, so that a second run finds nothing', () => {
  const line = '# AutoInstalled generated Mon Nov 20 10:00:00 2023\n';
  assert.is(textAfter(zyppAutoInstalled, line + line + BODY), BODY);
});

test('zypp-auto-installed: without the comment, or with another, the file stays', () => {
  for (const text of [BODY, `# a comment\n${BODY}`, `${BODY}# AutoInstalled generated today\n`]) {
    assert.is(apply(zyppAutoInstalled, text).outcome, 'unchanged');
  }
});

test('zypp-auto-installed: damage', () => {
  const whole = Buffer.from(`# AutoInstalled generated Mon Nov 20 10:00:00 2023\n${BODY}`);
  survivesDamage(zyppAutoInstalled, whole, { sameSize: false });
});

/** What zypper 1.14.42 wrote for the same five locales, added in two orders. */
const first = '# zypp::RequestedLocales generated Fri Mar  1 10:00:00 2024\n#\npt_BR\nja\nde\nfr\nsv\n#\n';
const second = '# zypp::RequestedLocales generated Fri May 17 23:11:07 2024\n#\nde\nja\nsv\npt_BR\nfr\n#\n';

test('zypp-requested-locales: two orders and two dates become one', () => {
  assert.is(textAfter(zyppRequestedLocales, first), '#\nde\nfr\nja\npt_BR\nsv\n#\n');
  assert.is(textAfter(zyppRequestedLocales, second), textAfter(zyppRequestedLocales, first));
});

test('zypp-requested-locales: bytes decide the order, not a locale', () => {
  assert.is(textAfter(zyppRequestedLocales, 'zh\nZH\n\xe9\na\n'), 'ZH\na\nzh\n\xe9\n');
});

test('zypp-requested-locales: comments between locales keep their place, and so does an end without a newline', () => {
  for (const text of ['sv\n# for the north\nde\n', 'sv\nde', '#\n#\n', '', 'de\n']) {
    assert.is(apply(zyppRequestedLocales, text).outcome, 'unchanged', JSON.stringify(text));
  }
});

test('zypp-requested-locales: damage', () => {
  survivesDamage(zyppRequestedLocales, Buffer.from(first), { sameSize: false });
});

/** What zypper 1.14.42 and 1.14.101 write. */
const service = (refreshed: string): string => `[openSUSE]
enabled=1
autorefresh=1
url = http://127.0.0.1/service
type = ris
ttl_sec = 86400
${refreshed}repo_1=openSUSE:main
repo_1_enabled=1
repo_1_autorefresh=1
`;

test('zypp-service: the time of the last refresh goes, all else stays', () => {
  assert.is(textAfter(zyppService, service('lrf_dat = 1709287200\n')), service(''));
});

test('zypp-service: of each service of the file, and however it is spaced', () => {
  const text = service(' lrf_dat=1709287200\n') + service('\tlrf_dat\t=\t17\n');
  assert.is(textAfter(zyppService, text), service('') + service(''));
  assert.is(textAfter(zyppService, '[a]\nlrf_dat = 1'), '[a]\n');
});

test('zypp-service: what only looks like it stays', () => {
  for (const text of [
    service(''),
    '[a]\n# lrf_dat = 1\n',
    '[lrf_dat]\n',
    '[a]\nlrf_data = 1\n',
    'x_lrf_dat = 1\n',
  ]) {
    assert.is(apply(zyppService, text).outcome, 'unchanged', text);
  }
});

test('zypp-service: damage', () => {
  survivesDamage(zyppService, Buffer.from(service('lrf_dat = 1709287200\n')), { sameSize: false });
});

test.run();
