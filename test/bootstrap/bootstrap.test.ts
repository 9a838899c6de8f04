import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type BootstrapRun,
  recordBootstrap,
  versionOf,
  withBootstrap,
} from '../../src/bootstrap/bootstrap.ts';
import { parseChoices, recordEnvironment } from '../../src/bootstrap/environment.ts';
import { StillrootError } from '../../src/errors.ts';
import { rejects } from '../support/rejects.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('bootstrap/bootstrap');
const scratch = new Scratch('bootstrap');
const none = parseChoices([]);

test.after(() => scratch.remove());

function place(name: string): string {
  const path = scratch.in(name);
  mkdirSync(path);
  return path;
}

function runOf(command: string, temporary: string, more: Partial<BootstrapRun> = {}): BootstrapRun {
  const environment = recordEnvironment(7, none);
  return { command, environment, caller: {}, temporary, ...more };
}

test('the tree is there for the work, and gone afterwards', async () => {
  const temporary = place('directory');
  const command =
    'mkdir -p {root}/etc && echo "$SOURCE_DATE_EPOCH $TZ" > {root}/etc/file && touch {scratch}/x "$HOME/y" "$TMPDIR/z"';
  const seen = await withBootstrap(runOf(command, temporary), async (tree) => {
    assert.match(tree, /\/stillroot-bootstrap-\w+\/root$/);
    assert.is(statSync(tree).mode & 0o777, 0o755);
    assert.is(statSync(`${tree}/etc`).mode & 0o777, 0o755);
    return readFileSync(`${tree}/etc/file`, 'utf8');
  });
  assert.is(seen, '7 UTC\n');
  assert.equal(readdirSync(temporary), []);
});

test('or the archive', async () => {
  const temporary = place('archive');
  const size = await withBootstrap(runOf('echo abc > {archive}', temporary), async (tree) => {
    assert.match(tree, /\/root\.tar$/);
    return statSync(tree).size;
  });
  assert.is(size, 4);
  assert.equal(readdirSync(temporary), []);
});

test('the root may be put in place of the empty directory', async () => {
  const temporary = place('moved');
  const command = 'mkdir {scratch}/out && touch {scratch}/out/a && rmdir {root} && mv {scratch}/out {root}';
  assert.equal(await withBootstrap(runOf(command, temporary), async (tree) => readdirSync(tree)), ['a']);
  assert.equal(readdirSync(temporary), []);
});

test('files for the command', async () => {
  const temporary = place('files');
  const run = runOf('cp {scratch}/pins {scratch}/a/b/c {root}', temporary, {
    files: { pins: 'p', 'a/b/c': 'c' },
  });
  assert.equal(await withBootstrap(run, async (tree) => readdirSync(tree).sort()), ['c', 'pins']);
});

for (const [name, command, message] of [
  ['fails', 'echo the last words; touch {root}/x; exit 4', /^sh-like: .*ended with status 4/],
  ['nothing', ': {root}', /^the command made nothing in \{root\}/],
  ['no-archive', ': {archive}', /made nothing in \{archive\}/],
  ['empty-archive', ': > {archive}', /made nothing in \{archive\}/],
  ['a-link', 'rmdir {root} && ln -s / {root}', /made nothing in \{root\}/],
  ['a-link-2', 'ln -s /etc/passwd {archive}', /made nothing in \{archive\}/],
] as const) {
  test(`refused, and nothing left: ${name}`, async () => {
    const temporary = place(name);
    const said: string[] = [];
    let worked = false;
    const run = runOf(command, temporary, { onFailure: (lines) => said.push(...lines) });
    const wanted = name === 'fails' ? /^echo: the command ended with status 4/ : message;
    await rejects(
      () =>
        withBootstrap(run, async () => {
          worked = true;
        }),
      'bootstrap-failed',
      wanted,
    );
    assert.not.ok(worked);
    assert.equal(said, name === 'fails' ? ['the last words'] : []);
    assert.equal(readdirSync(temporary), []);
  });
}

test('when the work fails, its error is told and nothing is left', async () => {
  const temporary = place('work');
  const failure = new StillrootError('output-failed', 'no space');
  const work = async (): Promise<never> => {
    throw failure;
  };
  const error = await rejects(() => withBootstrap(runOf('touch {root}/x', temporary), work), 'output-failed');
  assert.is(error, failure);
  assert.equal(readdirSync(temporary), []);
});

test('on a signal nothing is left', async () => {
  const temporary = place('signal');
  const controller = new AbortController();
  const reason = new Error('told to end');
  const run = runOf('touch {root}/x; echo up; sleep 100', temporary, {
    signal: controller.signal,
    onLine: () => controller.abort(reason),
  });
  const found = await withBootstrap(run, async () => {}).catch((error: unknown) => error);
  assert.is(found, reason);
  assert.equal(readdirSync(temporary), []);
});

test('a place that is not there is said', async () => {
  await rejects(
    () => withBootstrap(runOf('touch {root}/x', scratch.in('none')), async () => {}),
    'output-failed',
    /TMPDIR/,
  );
});

test('a command is recorded as it is, with the digest of a script', () => {
  const script = scratch.in('make.sh');
  writeFileSync(script, '#!/bin/sh\n');
  const record = recordBootstrap(`${script} {root}`, 7, parseChoices(['A=b']), { caller: {} });
  assert.is(record.request, `${script} {root}`);
  assert.is(record.command, record.request);
  assert.is(record.tool, 'make.sh');
  assert.is(record.toolVersion, '');
  assert.equal(Object.keys(record.files ?? {}), ['make.sh']);
  assert.is(record.environment.A, 'b');
  assert.is(record.environment.HOME, '{scratch}/home');
  const plain = recordBootstrap('make {root}', 7, none, { caller: {} });
  assert.not.ok('files' in plain);
});

test('nothing of the machine, the user or the place is recorded', () => {
  const caller = {
    HOME: '/home/me',
    http_proxy: 'http://me:secret@example.org',
    USER: 'me',
    TZ: 'Asia/Tokyo',
  };
  const one = recordBootstrap('make {root}', 7, none, { caller });
  assert.equal(one, recordBootstrap('make {root}', 7, none, { caller: {} }));
});

test('a tool is asked for its version in the environment of the command', () => {
  const bin = place('bin');
  writeFileSync(`${bin}/debootstrap`, '#!/bin/sh\necho "debootstrap 9.9 in $TZ"\n', { mode: 0o755 });
  const choices = parseChoices([`PATH=${bin}`]);
  const record = recordBootstrap('debootstrap:bookworm', 7, choices, { caller: {} });
  assert.is(record.request, 'debootstrap:bookworm');
  assert.is(record.command, 'debootstrap bookworm {root}');
  assert.is(record.tool, 'debootstrap');
  assert.is(record.toolVersion, '9.9');
  assert.equal(versionOf('make {root}', record.environment, {}), { tool: 'make', toolVersion: '' });
});

for (const [request, message] of [
  ['debootstrap bookworm /srv', /--bootstrap: names neither/],
  ['debbootstrap:bookworm', /Did you mean 'debootstrap'/],
  ['', /names neither/],
] as const) {
  test(`a request that cannot be: ${JSON.stringify(request)}`, async () => {
    await rejects(() => recordBootstrap(request, 0, none, { caller: {} }), 'usage', message);
  });
}

test('a missing file is said before anything runs', async () => {
  const bin = scratch.in('bin');
  const choices = parseChoices([`PATH=${bin}`]);
  const request = `debootstrap:bookworm keyring=${scratch.in('no-keys')}`;
  await rejects(() => recordBootstrap(request, 0, choices, { caller: {} }), 'bootstrap-failed', /no-keys/);
  assert.not.ok(existsSync(scratch.in('no-keys')));
});

test.run();
