import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseCandidates, type IndexedPackage, searchScript } from '../../bench/maintainer-scripts.ts';
import { readSets, SETS } from '../../bench/twin-set.ts';

const test = suite('bench/maintainer-scripts');

/** Lines of scripts as Debian has them, and near misses. */
const LINES: readonly (readonly [line: string, ...kinds: string[]])[] = [
  ['MINUTE=$(( RANDOM % 60 )) # $RANDOM', 'random'],
  ['hd=$(od -An -N1 -tu1 /dev/urandom)', 'random'],
  ['mcookie > /etc/brlapi.key', 'random'],
  ['echo "# made on $(date)"', 'date'],
  ['STAMP=`date +%s`', 'date'],
  ['# date +%s'],
  ['apt-get update-date'],
  ['MY_HOSTID=`uuidgen`', 'uuid'],
  ['myhostname=$(hostname --fqdn)', 'host'],
  ['[ -f /etc/mailname ] || exit 0', 'host'],
  ['show-hostname-help'],
  ['ssh-keygen -q -f "$file" -N ""', 'key'],
  ['openssl dhparam -out dh 1024', 'key', 'ssl'],
  ['make-ssl-cert generate-default-snakeoil', 'key', 'ssl'],
  ['ucf --three-way $new $old', 'hash'],
  ['md5sum /etc/x', 'hash'],
  ['t=$(mktemp)', 'mktemp'],
  ['pg_createcluster 15 main', 'database'],
  ['update-initramfs -u', 'database'],
  ['ldconfig'],
];

for (const [line, ...kinds] of LINES) {
  test(`finds ${kinds.join(' and ') || 'nothing'} in: ${line}`, () => {
    assert.equal(searchScript(`#!/bin/sh\nset -e\n${line}\n`), kinds);
  });
}

function indexed(name: string, fields: Partial<IndexedPackage> = {}): IndexedPackage {
  return { name, depends: '', tags: '', priority: 'optional', size: 1_000, ...fields };
}

test('chooses daemons, what depends on the tools of scripts, and what many need; the most needed first', () => {
  const users = Array.from({ length: 10 }, (_, at) =>
    indexed(`user-${at}`, { depends: `tool (>= 1) | other, libtool9${at === 0 ? '' : ', seldom, seldom'}` }),
  );
  const index = [
    indexed('plain'),
    indexed('daemon', { tags: 'interface::daemon, role::program' }),
    indexed('keeper', { depends: 'libc6, ucf (>= 3)' }),
    indexed('large', { depends: 'ucf', size: 5_000_000 }),
    indexed('huge', { depends: 'ucf', size: 5_000_001 }),
    indexed('base', { priority: 'required' }),
    indexed('tool'),
    indexed('libtool9'),
    // Nine need it.
    indexed('seldom'),
    ...users,
  ];
  assert.equal(chooseCandidates(index), ['tool', 'daemon', 'keeper', 'large', 'base']);
});

test('the sets ask for a thousand packages of bookworm, and for 150 each of trixie and unstable', () => {
  const count = (suite: string): number =>
    new Set(readSets(SETS).flatMap((set) => (set.suite === suite ? set.packages : []))).size;
  assert.ok(count('bookworm') >= 1_000, `${count('bookworm')}`);
  assert.ok(count('trixie') >= 150, `${count('trixie')}`);
  assert.ok(count('unstable') >= 150, `${count('unstable')}`);
});

test.run();
