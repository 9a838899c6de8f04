import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkCommand, fillIn, type Places } from '../../src/bootstrap/placeholders.ts';
import { rejects } from '../support/rejects.ts';

const test = suite('bootstrap/placeholders');
const PLACES: Places = {
  root: '/var/tmp/s-1/root',
  archive: '/var/tmp/s-1/root.tar',
  scratch: '/var/tmp/s-1',
};

test('a command says where the tree goes', () => {
  assert.is(checkCommand('debootstrap bookworm {root}', 'x'), 'root');
  assert.is(checkCommand("sh -c 'tar cf {archive} .'", 'x'), 'archive');
});

for (const [command, message] of [
  ['', /^x: names neither \{root\} nor \{archive\}\. Write \{root\} where/],
  ['debootstrap bookworm /srv/tree', /names neither/],
  ['make $ROOT', /names neither/],
  ['make {ROOT} { root } {{rot}}', /names neither/],
  ['make {root} {archive}', /names both/],
  ['make {root}\nrm -rf /', /an invisible character/],
  ['make {root}\r', /an invisible character/],
  ['make {root} \u001b[2K', /an invisible character/],
  ['make {root} \u009b', /an invisible character/],
  // Text that a terminal shows in another order than a shell reads it.
  ['make {root} \u202e', /an invisible character/],
  ['make {root} \u2028', /an invisible character/],
  [`make {root} ${'a'.repeat(65_536)}`, /has a command of 65548 characters/],
] as const) {
  test(`refused: ${JSON.stringify(command.slice(0, 40))}`, async () => {
    await rejects(() => checkCommand(command, 'x'), 'usage', message);
  });
}

test('every placeholder becomes its path, wherever it stands', () => {
  assert.is(
    fillIn(`a {root} '{root}/b' "{scratch}/c" {archive}.log {other}`, PLACES),
    `a /var/tmp/s-1/root '/var/tmp/s-1/root/b' "/var/tmp/s-1/c" /var/tmp/s-1/root.tar.log {other}`,
  );
});

for (const path of ["/tmp/it's/root", '/tmp/a b/root', '/tmp/$(x)/root', '/tmp/a\nb', 'relative', '/tmp/ä']) {
  test(`no path that a shell would act on: ${JSON.stringify(path)}`, async () => {
    await rejects(() => fillIn('x {root}', { ...PLACES, root: path }), 'usage', /special to a shell/);
    assert.is(fillIn('x', { ...PLACES, root: path }), 'x');
  });
}

test.run();
