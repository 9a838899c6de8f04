import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  exposedPort,
  isAbsolutePath,
  isSignal,
  isUser,
  isVariable,
} from '../../../src/formats/oci/config-values.ts';

const test = suite('formats/oci/config-values');

test('ports, in one form', () => {
  for (const [given, wanted] of [
    ['80', '80/tcp'],
    ['080/udp', '80/udp'],
    ['1/sctp', '1/sctp'],
    ['65535', '65535/tcp'],
    ['0', undefined],
    ['65536', undefined],
    ['80/TCP', undefined],
    ['80-90', undefined],
    ['80/', undefined],
    ['000080', undefined],
    [' 80', undefined],
    ['', undefined],
  ] as const) {
    assert.is(exposedPort(given), wanted, given);
  }
});

test('signals of Linux, by name and by number', () => {
  for (const text of [
    'SIGTERM',
    'SIGKILL',
    '1',
    '64',
    'SIGRTMIN',
    'SIGRTMIN+3',
    'SIGRTMIN+30',
    'SIGRTMAX-30',
  ]) {
    assert.ok(isSignal(text), text);
  }
  for (const text of [
    ...['', '0', '65', '99', '09', '-9', 'kill', 'TERM', 'SIGFOO', 'SIGRTMIN-1', 'SIGRTMAX+1', 'SIGRTMIN+31'],
    ...['SIGRTMAX-31', 'SIGRTMIN+0', 'constructor', 'SIGTERM '],
  ]) {
    assert.not(isSignal(text), text);
  }
});

test('variables of the environment', () => {
  for (const text of ['A=', 'A=b', 'a.b-c=x=y\n', 'Ä=1', '1=1']) assert.ok(isVariable(text), text);
  for (const text of ['', 'A', '=b', 'A B=c', 'A\t=c', '\x1b=c', 'A=\0', '\0=x']) {
    assert.not(isVariable(text), JSON.stringify(text));
  }
});

test('users and working directories', () => {
  for (const text of ['0', 'a', 'a:b', '0:0']) assert.ok(isUser(text), text);
  for (const text of ['', ':', 'a:', ':b', 'a:b:c', 'a b', 'a\0']) assert.not(isUser(text), text);
  assert.ok(isAbsolutePath('/') && isAbsolutePath('/a b'));
  assert.not(isAbsolutePath('') || isAbsolutePath('a') || isAbsolutePath('/\0'));
});

test.run();
