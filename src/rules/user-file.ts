import { parse, TomlError, type TomlTableWithoutBigInt } from 'smol-toml';
import { USER_LAYER } from './layers.ts';
import type { PolicyChoice } from './policies.ts';
import type { Rule } from './rule.ts';
import { RuleFileError, TextLines } from './rule-file-error.ts';
import { findLongKey, findPositions } from './toml-positions.ts';
import { isTable, kindOf, type TomlFile, TomlTable } from './toml-table.ts';
import { ALL_ACTION_KEYS, readAction, readCondition, readGlob } from './user-rule.ts';

/** In characters. The largest built-in table has a twentieth of this. */
export const MAX_RULE_FILE = 1_048_576;

/** Maximum nesting of arrays and inline tables; a rule needs three. */
const MAX_DEPTH = 16;

/** Maximum parts of one dotted key or header; a rule needs two. */
const MAX_KEY_PARTS = 8;

const NO_DOTS = 'Begin each rule with [[rule]], and write its keys without dots.';

const RULE_KEYS: readonly string[] = ['id', 'match', 'except', 'action', 'why', 'when', ...ALL_ACTION_KEYS];

export interface RuleFile {
  readonly rules: readonly Rule[];
  readonly policies: readonly PolicyChoice[];
}

/** Names that a file may use, so that errors are found on reading; undefined accepts any. */
export interface KnownNames {
  readonly normalizers?: readonly string[] | undefined;
}

/**
 * Reads a user's rules: TOML with `[[rule]]` tables and an optional table `[policies]`. Text becomes
 * UTF-8 byte strings. The source of each rule is `FILE:LINE`.
 * @throws RuleFileError (`rule-file`) with file, line and column for any error
 */
export function readRuleFile(text: string, fileName: string, known: KnownNames = {}): RuleFile {
  if (text.length > MAX_RULE_FILE) {
    throw new RuleFileError(fileName, new TextLines(''), 0, `more than ${MAX_RULE_FILE} characters of rules`);
  }
  const lines = new TextLines(text);
  const longKey = findLongKey(text, MAX_KEY_PARTS);
  if (longKey !== undefined) {
    throw new RuleFileError(fileName, lines, longKey, `a key with more than ${MAX_KEY_PARTS} parts`, NO_DOTS);
  }
  const values = parseToml(text, fileName, lines);
  const file: TomlFile = { name: fileName, text, lines, positionOf: findPositions(text) };
  const document = new TomlTable(file, [], values);
  document.checkKeys(['rule', 'policies']);
  const rules = readRules(document, known);
  const policies = document.table('policies');
  return { rules, policies: policies === undefined ? [] : readPolicies(policies) };
}

function parseToml(text: string, fileName: string, lines: TextLines): TomlTableWithoutBigInt {
  try {
    return parse(text, { maxDepth: MAX_DEPTH });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const what = /^Invalid TOML document: (.*)/.exec(error.message)?.[1] ?? error.message;
    throw new RuleFileError(fileName, lines, lines.offset(error.line, error.column), what);
  }
}

function readRules(document: TomlTable, known: KnownNames): Rule[] {
  const tables = document.get('rule') ?? [];
  if (!Array.isArray(tables)) {
    return document.fail('rule', `'rule' is ${kindOf(tables)}`, 'Begin each rule with [[rule]].');
  }
  const lines = new Map<string, number>();
  return tables.map((values, i) => {
    if (!isTable(values))
      document.failAt(['rule', i], `a rule is ${kindOf(values)}`, 'Begin each rule with [[rule]].');
    const table = new TomlTable(document.file, ['rule', i], values);
    const rule = readRule(table, known);
    const earlier = lines.get(rule.id);
    if (earlier !== undefined) {
      table.fail('id', `two rules have the id '${table.text('id')}'`, `The first one is on line ${earlier}.`);
    }
    lines.set(rule.id, lineOf(table));
    return rule;
  });
}

function lineOf(table: TomlTable): number {
  return table.file.lines.place(table.offset()).line;
}

function readRule(table: TomlTable, known: KnownNames): Rule {
  table.checkKeys(RULE_KEYS);
  const id = table.requiredText('id');
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(id)) {
    table.fail(
      'id',
      `'${id}' is not a valid rule id`,
      'Use lower-case letters, digits and hyphens, without a slash.',
    );
  }
  const action = readAction(table, known.normalizers);
  const match = readPatterns(table, 'match') ?? table.failAtTable("'match' is missing");
  const except = readPatterns(table, 'except');
  if (action.do === 'add') checkAdd(table, match);
  const when = readCondition(table);
  return {
    id: `${USER_LAYER}/${id}`,
    match: match.map(({ pattern }) => pattern),
    ...(except === undefined ? {} : { except: except.map(({ pattern }) => pattern) }),
    ...(when === undefined ? {} : { when }),
    action,
    why: table.requiredText('why'),
    source: `${table.file.name}:${lineOf(table)}`,
  };
}

function readPatterns(table: TomlTable, key: string): ReturnType<typeof readGlob>[] | undefined {
  return table.texts(key)?.map(({ text, at }) => readGlob(table, text, at));
}

function checkAdd(table: TomlTable, match: ReturnType<typeof readGlob>[]): void {
  const isLiteral = match.length === 1 && match[0]?.literal !== undefined;
  if (!isLiteral) table.fail('match', "action 'add' needs one path without wildcards in 'match'");
  if (table.has('except')) table.failAtKey('except', "action 'add' does not use 'except'");
}

function readPolicies(table: TomlTable): PolicyChoice[] {
  return table.keys.map((name) => {
    const value = table.requiredText(name);
    const { line, column } = table.file.lines.place(table.offset([name]));
    return { name, value, where: `${table.file.name}:${line}:${column}` };
  });
}
