import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type KnownWords, usageError } from '../../src/cli/usage-error.ts';

const test = suite('usage-error');

const KNOWN: KnownWords = {
  call: 'stillroot pack',
  verbs: ['pack', 'check'],
  verb: 'pack',
  usage: 'pack <source>',
  options: ['force', 'output', 'progress'],
  letters: new Map([['o', 'output']]),
};
const NO_VERB: KnownWords = { ...KNOWN, call: 'stillroot', verb: undefined, usage: undefined };

function message(said: string, argv: readonly string[] = [], known: KnownWords = KNOWN): string {
  const error = usageError(said, argv, known);
  assert.is(error.code, 'usage');
  return error.message;
}

test('a missing value, by the long name of the option', () => {
  assert.is(
    message('Not enough arguments following: o'),
    '--output: needs a value. See stillroot pack --help.',
  );
  assert.is(
    message('Not enough arguments following: skip'),
    '--skip: needs a value. See stillroot pack --help.',
  );
});

test('a missing option and a missing argument', () => {
  assert.is(
    message('Missing required argument: output'),
    '--output: is required. See stillroot pack --help.',
  );
  assert.is(
    message('Not enough non-option arguments: got 0, need at least 1'),
    'missing argument, wanted pack <source>. See stillroot pack --help.',
  );
});

test('arguments of a verb are no options', () => {
  const verb = { ...KNOWN, call: 'stillroot cache', verb: 'cache', usage: 'cache <action>' };
  const known = { ...verb, arguments: ['action'], choices: ['info', 'clear'] };
  assert.is(
    message('Not enough non-option arguments: got 0, need at least 1', [], known),
    'missing argument, wanted cache <action> (info or clear). See stillroot cache --help.',
  );
  assert.is(
    message('Invalid values: Argument: action, Given: "clearr", Choices: "info", "clear"', [], known),
    'cache: invalid value "clearr", wanted info, clear. Did you mean \'clear\'?',
  );
});

test('the command for completion takes no argument', () => {
  assert.is(
    message('Too many non-option arguments: got 2, maximum of 1', ['completion', 'fish'], NO_VERB),
    'completion: unexpected argument "fish". See stillroot --help.',
  );
});

test('a value that is not among the choices', () => {
  const said = 'Invalid values:\n  Argument: mtime, Given: "clmap", Choices: "clamp", "set", "keep"';
  assert.is(
    message(said),
    '--mtime: invalid value "clmap", wanted clamp, set, keep. Did you mean \'clamp\'?',
  );
  assert.is(
    message(said.replace('clmap', 'when')),
    '--mtime: invalid value "when", wanted clamp, set, keep.',
  );
});

test('unknown options, with what was likely meant', () => {
  const forse = 'Unknown argument: forse';
  assert.is(message(forse, ['--forse']), "--forse: unknown option. Did you mean '--force'?");
  assert.is(message(forse, ['--forse=1']), "--forse: unknown option. Did you mean '--force'?");
  assert.is(
    message('Unknown argument: progres', ['--no-progres']),
    "--no-progres: unknown option. Did you mean '--progress'?",
  );
  assert.is(message('Unknown arguments: Z, Y', ['-ZY']), '-Z: unknown option. See stillroot pack --help.');
});

test('unknown verbs and words too many', () => {
  assert.is(
    message('Unknown argument: pakc', ['pakc'], NO_VERB),
    'unknown command "pakc". Did you mean \'pack\'?',
  );
  assert.is(
    message('Too many non-option arguments: got 2, maximum of 1', ['-q', 'pakc', 'tree'], NO_VERB),
    'unknown command "pakc". Did you mean \'pack\'?',
  );
  assert.is(
    message('Unknown argument: b', ['pack', 'a', 'b']),
    'pack: unexpected argument "b". See stillroot pack --help.',
  );
});

test('a sentence that is not known is passed on', () => {
  assert.is(message('missing command', [], NO_VERB), 'missing command. See stillroot --help.');
  assert.is(message('Something\n   else'), 'Something else. See stillroot pack --help.');
});

test.run();
