import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { xbpsPkgdb } from '../../src/rewrite/xbps-pkgdb.ts';
import { apply, faultAt, survivesDamage, textAfter } from './damage.ts';

const test = suite('xbps-pkgdb');

const plist = (varying: string): string =>
  '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n<dict>\n\t<key>bash</key>\n\t<dict>\n' +
  `\t\t<key>architecture</key>\n\t\t<string>x86_64</string>\n${varying}` +
  '\t\t<key>state</key>\n\t\t<string>installed</string>\n\t</dict>\n</dict>\n</plist>\n';
const VARYING =
  '\t\t<key>install-date</key>\n\t\t<string>2023-11-14 22:13 UTC</string>\n' +
  '\t\t<key>repository</key>\n\t\t<string>https://mirror/current</string>\n';

test('date and mirror go, everything else stays', () => {
  assert.is(textAfter(xbpsPkgdb, plist(VARYING)), plist(''));
});

test('without them nothing changes', () => {
  assert.is(apply(xbpsPkgdb, plist('')).outcome, 'unchanged');
  assert.is(
    apply(xbpsPkgdb, plist('\t\t<key>repository-x</key>\n\t\t<string>x</string>\n')).outcome,
    'unchanged',
  );
});

test('another format and a file that ends too early are reported', () => {
  faultAt(xbpsPkgdb, '\x1f\x8b\x08', 0, /u001f/);
  const cut = plist(VARYING).slice(0, -12);
  faultAt(xbpsPkgdb, cut, cut.length, /end of the file/);
});

test('damage', () => {
  survivesDamage(xbpsPkgdb, Buffer.from(plist(VARYING)), { sameSize: false });
});

test.run();
