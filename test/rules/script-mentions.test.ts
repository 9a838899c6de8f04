// Scripts as packages have them, shortened.
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { PackageScript } from '../../src/packages/package.ts';
import { mentionClause, mentionText, ScriptMentions } from '../../src/rules/script-mentions.ts';

const test = suite('script mentions');

const script = (owner: string, name: string, text: string): PackageScript => ({
  package: owner,
  name,
  path: `var/lib/dpkg/info/${owner}.${name}`,
  isInstall: ['preinst', 'postinst', 'config'].includes(name),
  text,
});
const mentions = (...scripts: PackageScript[]): ScriptMentions => new ScriptMentions(() => scripts);
const found = (all: ScriptMentions, path: string): string[] =>
  all.find(path).map((each) => `${mentionText(each)}: ${each.text}`);

const COUNTER = [
  script(
    'counter',
    'postinst',
    '#!/bin/sh\n# writes /etc/counter.conf\nCONF=/etc/counter.conf\nif [ -f $CONF ]; then\n  . $CONF\nfi\ncat > "$CONF" <<EOF\nID=1\nEOF\nchown root:root $CONF\n',
  ),
  script('counter', 'postrm', '#!/bin/sh\nrm -f /etc/counter.conf /etc/cron.d/counter\n'),
  script('reader', 'postinst', '#!/bin/sh\n. /etc/counter.conf\n'),
];

test('the line that writes comes before those that test, read and remove; comments are none', () => {
  assert.equal(found(mentions(...COUNTER), 'etc/counter.conf'), [
    'written by counter\'s postinst, line 7: cat > "$CONF" <<EOF',
    "mentioned in reader's postinst, line 2: . /etc/counter.conf",
    "removed by counter's postrm, line 2: rm -f /etc/counter.conf /etc/cron.d/counter",
  ]);
  assert.equal(found(mentions(...COUNTER), 'usr/etc/counter.conf').length, 3);
  const [best] = mentions(...COUNTER).find('etc/counter.conf');
  assert.is(best && mentionClause(best), "counter's postinst writes it");
});

test('near misses: a longer name, a shorter one, the end of another path', () => {
  const all = mentions(...COUNTER);
  for (const path of [
    'etc/counter.conf.bak',
    'etc/counter',
    'counter.conf',
    'srv/etc/counter.conf',
    'etc/xcounter.conf',
  ])
    assert.equal(found(all, path), [], path);
});

const uses: readonly (readonly [line: string, verb: string])[] = [
  ['echo x >> /etc/a.conf', 'written by'],
  ['printf x >|/etc/a.conf', 'written by'],
  ['some-tool </etc/a.conf', 'mentioned in'],
  ['install -m 644 /usr/share/a/a.conf /etc/a.conf', 'written by'],
  ['cp /etc/a.conf /var/backups/', 'mentioned in'],
  ['if true; then mv "$tmp" "/etc/a.conf" 2>/dev/null; fi', 'written by'],
  ['sed -i -e s/x/y/ /etc/a.conf', 'written by'],
  ['sed -e s/x/y/ /etc/a.conf > /tmp/x', 'mentioned in'],
  ['dd if=/dev/urandom of=/etc/a.conf bs=1 count=4', 'written by'],
  ['openssl req -new -x509 -out /etc/a.conf', 'written by'],
  ['LC_ALL=C ucf --three-way /tmp/x /etc/a.conf', 'written by'],
  ['mktemp -p /tmp || tee /etc/a.conf', 'written by'],
  ['chown root:adm /etc/a.conf', 'set up by'],
  ['a-configure --file /etc/a.conf', 'set up by'],
  ['grep -q x /etc/a.conf && exit 0', 'mentioned in'],
  ['/etc/a.conf start', 'mentioned in'],
  ['[ -f /etc/a.conf ] || exit 0', 'mentioned in'],
  ['rm -f /etc/a.conf', 'removed by'],
  ['cat \\\n  > /etc/a.conf', 'written by'],
];
for (const [line, verb] of uses) {
  test(`what a line does: ${line}`, () => {
    const [first = ''] = found(mentions(script('a', 'postinst', `#!/bin/sh\n${line}\n`)), 'etc/a.conf');
    assert.match(first, new RegExp(`^${verb} a's postinst, line 2: `));
  });
}

test('variables: one in another, in a loop, unknown ones as any text, an unknown root as none', () => {
  const text = [
    'DIR="/etc/keys"; NAME=$DIR/server',
    'for kind in rsa ed25519; do',
    '  make-key "$DIR/host_$kind.key"',
    'done',
    `cp x \${NAME}.pem`,
    'touch "$DPKG_ROOT/etc/stamp"',
    'touch /var/lib/keys/"$1"/state',
  ].join('\n');
  const all = mentions(script('keys', 'postinst', text));
  assert.match(found(all, 'etc/keys/host_rsa.key')[0] as string, /^written by keys's postinst, line 3: /);
  assert.match(found(all, 'etc/keys/host_ed25519.key')[0] as string, /line 3: /);
  assert.match(found(all, 'etc/keys/server.pem')[0] as string, /line 5: /);
  assert.match(found(all, 'etc/stamp')[0] as string, /line 6: /);
  assert.match(found(all, 'var/lib/keys/eth0/state')[0] as string, /line 7: /);
  assert.is(all.find('var/lib/keys/eth0/state')[0]?.kind, 'pattern');
  assert.equal(
    found(all, 'etc/keys/host_dsa.key').map((each) => /^its directory is /.test(each)),
    [true],
  );
});

test('directories: of the package itself, but not those that all share; a name in one that is named', () => {
  const text = 'mkdir -p /var/lib/thing\nls /etc/cron.d /etc /var/lib\ncd /etc/thing\ngen-cert thing.pem\n';
  const all = mentions(script('thing', 'postinst', text));
  assert.match(
    found(all, 'var/lib/thing/a/b')[0] as string,
    /^its directory is set up by thing's postinst, line 1/,
  );
  assert.equal(found(all, 'etc/cron.d/other'), []);
  assert.match(found(all, 'etc/thing/thing.pem')[0] as string, /line 4: gen-cert thing\.pem$/);
  assert.equal(found(all, 'var/lib/other/thing.pem'), []);
});

test('patterns match like those of a shell, but nearly everything is no hint', () => {
  const all = mentions(
    script('p', 'postinst', 'rm /etc/p/*.conf\nls /*/*.conf /etc/* $A/$B [/etc/p/x\nrm /etc/q/x[1\n'),
  );
  assert.match(found(all, 'etc/p/a.conf')[0] as string, /line 1/);
  assert.equal(found(all, 'etc/a.conf'), []);
  assert.equal(
    found(all, 'etc/p/sub/a.conf').map((each) => each.includes('directory')),
    [],
  );
});

test('from the most telling line to the least: how a path is named, and what is done with it; ten scripts', () => {
  const lines = [
    'cp x /etc/thing/key.pem',
    'chown x /etc/thing/key.pem',
    'touch /etc/thing/key.*',
    'cd /etc/thing\ncp x key.pem',
    'cat /etc/thing/key.pem',
    'rm /etc/thing/key.pem',
    'touch /etc/thing',
    'rm /etc/thing/key.*',
    'mkdir /etc/thing',
    'ls /etc/thing',
    'rm /etc/thing',
  ];
  // The name of the package decides between equal ones, so that it must not matter here.
  const names = lines.map((_, index) => `p${String.fromCharCode(122 - index)}`);
  const all = mentions(...lines.map((text, index) => script(names[index] as string, 'postinst', text)));
  assert.equal(
    all.find('etc/thing/key.pem').map((each) => each.script.package),
    names.slice(0, 10),
  );
});

test('a name with its directory: that very one if many share it, and no name that is a part of words', () => {
  const text = '\ncd /etc/cron.d /var/lib/thing\n# thing-job is a job\ncp x thing-job key keys';
  const all = mentions(script('thing', 'postinst', text));
  const named = (path: string) => all.find(path).map(({ kind, line }) => `${kind} ${line}`);
  assert.equal(named('etc/cron.d/thing-job'), ['name 4']);
  assert.equal(named('etc/cron.d/sub/thing-job'), []);
  assert.equal(named('var/lib/thing/sub/thing-job'), ['name 4']);
  assert.equal(named('var/lib/thing/keys'), ['name 4']);
  for (const word of ['apart', 'parts', 'x-part', 'part-x', 'x.part']) {
    const other = mentions(script('thing', 'postinst', `cd /var/lib/thing\ncp x ${word}`));
    assert.equal(
      other.find('var/lib/thing/part').map(({ kind }) => kind),
      ['directory'],
      word,
    );
  }
  // Three letters.
  assert.equal(named('var/lib/thing/key'), ['directory 2']);
  assert.equal(named('var/lib/thing/job'), ['directory 2']);
});

test('between equal lines: scripts of an installation, of a package that the path names, and late ones', () => {
  const all = mentions(
    ...[
      ['v', 'prerm'],
      ['w', 'postrm'],
      ['x', 'preinst'],
      ['y', 'postinst'],
      ['zz', 'preinst'],
    ].map(([owner = '', name = '']) => script(owner, name, 'cp x /etc/zz/a.conf')),
  );
  assert.equal(
    all.find('etc/zz/a.conf').map((each) => each.script.package),
    ['zz', 'y', 'x', 'w', 'v'],
  );
  const twice = mentions(
    script('a', 'postinst', 'ls /etc/a.conf\ncat /etc/a.conf\ncd /etc/b\nls name\ncat name'),
  );
  assert.equal(
    ['etc/a.conf', 'etc/b/name'].map((path) => twice.find(path)[0]?.line),
    [1, 4],
  );
});

test('the line of a name is what is said, and decides what is done; the end of a long line is not read', () => {
  const one = (text: string) => mentions(script('a', 'postinst', text)).find('etc/thing/name.x')[0];
  const said = (text: string) => {
    const { kind, use, line, text: shown } = one(text) ?? {};
    return [kind, use, line, shown];
  };
  assert.equal(said('cd /etc/thing\n  cp name.x y\nls\n'), ['name', 'reads', 2, 'cp name.x y']);
  assert.equal(said('cd /etc/thing\ncp y name.x'), ['name', 'writes', 2, 'cp y name.x']);
  const long = 'x'.repeat(4000);
  assert.is(said(`cd /etc/thing\n${long}\ncp y name.x\n`)[2], 3);
  assert.is(said(`cd /etc/thing\ncp y ${long.slice(7)} name.x\n`)[0], 'name');
  assert.is(said(`cd /etc/thing\ncp y ${long.slice(6)} name.x\n`)[0], 'directory');
});

test('a pattern says something where much of it is no wildcard, and its directory is of the package', () => {
  const kinds = (text: string, path: string) =>
    mentions(script('p', 'postinst', text))
      .find(path)
      .map(({ kind }) => kind);
  assert.equal(kinds('rm /opt/abcd*', 'opt/abcdef'), ['pattern']);
  assert.equal(kinds('rm /opt/abc*', 'opt/abcdef'), []);
  assert.equal(kinds('rm /etc/thing/*', 'etc/thing/x'), ['pattern']);
  assert.equal(kinds('rm /var/lib/thing*', 'var/lib/things'), ['pattern']);
  assert.equal(kinds('rm /var/lib/systemd/*', 'var/lib/systemd/x'), []);
  assert.equal(kinds('rm /*/thing/file.conf', 'etc/thing/file.conf'), []);
  assert.equal(kinds('rm /srv/../etc/thing/*.conf /srv/../etc/x.conf', 'etc/thing/a.conf'), []);
});

test('hostile scripts: long lines, many lines, controls and bytes that are no text', () => {
  const long = `X=${'$X'.repeat(3000)} /etc/${'a'.repeat(100_000)} ${'/etc/b '.repeat(20_000)}`;
  const nested = `${'A=$A$A$A$A$A$A$A$A\n'.repeat(2000)}echo $A > /etc/c\n`;
  const odd = 'echo \x1b[31m\xff > /etc/d\n';
  const loops = `for i in ${'/x '.repeat(500)}; do\n${'echo $i$i$i$i > /etc/e$i\n'.repeat(3000)}done\n`;
  const all = mentions(
    script('h', 'postinst', `${long}\n${nested}${odd}${loops}${'/etc/f\n'.repeat(30_000)}`),
    script(
      'i',
      'postinst',
      `${'${'.repeat(20_000)}\n${'"'.repeat(20_000)}\n${'x=('.repeat(20_000)}\n/etc/g\n`,
    ),
    script('j', 'postinst', `${'thing.pem'.repeat(50_000)}\n`),
  );
  assert.match(found(all, 'etc/c')[0] as string, /^written by h's postinst/);
  assert.match(all.find('etc/d')[0]?.text as string, /\x1b/);
  assert.is(all.find('etc/g')[0]?.script.package, 'i');
  assert.ok(all.find('etc/b').every(({ text }) => text.length <= 160));
});

test('what a here-document says is no command, and its end is found', () => {
  const text = "cat <<-'END' > /etc/a.conf\nedit /etc/b.conf or cp x /etc/b.conf\n\tEND\ncp x /etc/c.conf\n";
  const all = mentions(script('a', 'postinst', text));
  assert.match(found(all, 'etc/a.conf')[0] as string, /^written by a's postinst, line 1/);
  assert.match(found(all, 'etc/b.conf')[0] as string, /^mentioned in a's postinst, line 2/);
  assert.match(found(all, 'etc/c.conf')[0] as string, /^written by a's postinst, line 4/);
});

test('the scripts are read once, and only if a path is looked up', () => {
  let count = 0;
  const all = new ScriptMentions(() => {
    count += 1;
    return COUNTER;
  });
  assert.is(count, 0);
  all.find('etc/counter.conf');
  all.find('etc/other');
  assert.is(count, 1);
});

test.run();
