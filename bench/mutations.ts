/**
 * Small changes to a program, each of which should make a test fail. They are found in the syntax tree, so that
 * comments, types and texts are left alone.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import {
  isBinaryExpression,
  isBlock,
  isCallExpression,
  isConditionalExpression,
  isExpressionStatement,
  isForStatement,
  isIdentifier,
  isIfStatement,
  isInterfaceDeclaration,
  isNewExpression,
  isNumericLiteral,
  isPostfixUnaryExpression,
  isPrefixUnaryExpression,
  isTypeAliasDeclaration,
  isTypeNode,
  isWhileStatement,
} from 'typescript/unstable/ast/is';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';

/** The directories whose code decides bytes, with the test directories of what uses them. */
export const MUTATED: Readonly<Record<string, readonly string[]>> = {
  'formats/cpio': ['source', 'pack'],
  'formats/xz': ['pack', 'source', 'cache'],
  'formats/zstd': ['formats', 'pack', 'source'],
  'formats/gzip': ['formats', 'pack', 'source'],
  'formats/bzip2': ['formats', 'source'],
  'formats/tar': ['pack', 'source'],
  'formats/oci': ['source/container', 'pack', 'diff'],
  'source/container': ['source', 'diff'],
  pack: ['cache', 'manifest'],
  normalize: ['plan', 'pack'],
  plan: ['normalize', 'finalize', 'manifest'],
  finalize: [],
};
/** Their files: text by path from the root of the checkout. */
export function mutatedFiles(checkout: string): Readonly<Record<string, string>> {
  const texts: Record<string, string> = {};
  for (const module of Object.keys(MUTATED)) {
    for (const name of readdirSync(join(checkout, 'src', module))) {
      const path = `/src/${module}/${name}`;
      if (name.endsWith('.ts')) texts[path] = readFileSync(join(checkout, path), 'utf8');
    }
  }
  return texts;
}

export interface Mutation {
  /** Eight hex digits that stay the same while other lines of the file change. */
  readonly id: string;
  readonly file: string;
  /** From 1 on. */
  readonly line: number;
  readonly operator: string;
  /** The replaced part, as offsets in the text. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

type Change = Pick<Mutation, 'operator' | 'start' | 'end' | 'replacement'>;

/** Binary operators, and what each becomes. */
const SWAPS: Readonly<Record<string, readonly [operator: string, replacement: string]>> = {
  '<': ['boundary', '<='],
  '<=': ['boundary', '<'],
  '>': ['boundary', '>='],
  '>=': ['boundary', '>'],
  '===': ['equality', '!=='],
  '!==': ['equality', '==='],
  '+': ['arithmetic', '-'],
  '-': ['arithmetic', '+'],
  '*': ['arithmetic', '/'],
  '/': ['arithmetic', '*'],
  '%': ['arithmetic', '*'],
  '<<': ['arithmetic', '>>'],
  '>>': ['arithmetic', '<<'],
  '>>>': ['arithmetic', '>>'],
  '&': ['arithmetic', '|'],
  '|': ['arithmetic', '&'],
  '^': ['arithmetic', '&'],
  '+=': ['arithmetic', '-='],
  '-=': ['arithmetic', '+='],
  '&&': ['logic', '||'],
  '||': ['logic', '&&'],
  '??': ['logic', '&&'],
};

/** Maps file texts by path, with a leading slash, to the possible changes in each, in order. */
export function findMutations(texts: Readonly<Record<string, string>>): Mutation[] {
  const config = { compilerOptions: { noLib: true, noResolve: true, types: [] }, files: Object.keys(texts) };
  const fs = createVirtualFileSystem({ ...texts, '/tsconfig.json': JSON.stringify(config) });
  const api = new API({ cwd: '/', fs });
  try {
    const project = api.updateSnapshot({ openProject: '/tsconfig.json' }).getProject('/tsconfig.json');
    return Object.entries(texts).flatMap(([path, text]) => {
      const file = project?.program.getSourceFile(path);
      if (file === undefined) throw new Error(`${path} was not parsed`);
      return mutationsOf(path.slice(1), text, file);
    });
  } finally {
    api.close();
  }
}

function mutationsOf(path: string, text: string, file: SourceFile): Mutation[] {
  const seen = new Map<string, number>();
  return changesIn(file, file).map((change): Mutation => {
    const before = text.slice(0, change.start);
    const lineStart = before.lastIndexOf('\n') + 1;
    const lineText = text.slice(lineStart, text.indexOf('\n', change.start)).trim();
    const column = change.start - lineStart - (/^\s*/.exec(text.slice(lineStart))?.[0].length ?? 0);
    const key = [path, change.operator, lineText, column, change.replacement].join('\n');
    // Equal lines are distinguished by their order.
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    const id = createHash('sha256').update(`${key}\n${count}`).digest('hex').slice(0, 8);
    return { id, file: path, line: before.split('\n').length, ...change };
  });
}

/** Error messages do not affect output bytes. */
function isMessage(node: Node): boolean {
  return isNewExpression(node) && isIdentifier(node.expression) && node.expression.text.endsWith('Error');
}

function changesIn(node: Node, file: SourceFile): Change[] {
  if (isTypeNode(node) || isInterfaceDeclaration(node) || isTypeAliasDeclaration(node) || isMessage(node)) {
    return [];
  }
  const changes = changesOf(node, file);
  node.forEachChild((child) => {
    changes.push(...changesIn(child, file));
    return undefined;
  });
  return changes;
}

function changesOf(node: Node, file: SourceFile): Change[] {
  const textOf = (part: Node): string => file.text.slice(part.getStart(file), part.end);
  const change = (operator: string, part: Node, replacement: string): Change => ({
    operator,
    start: part.getStart(file),
    end: part.end,
    replacement,
  });
  const negated = (part: Node | undefined): Change[] =>
    part === undefined ? [] : [change('condition', part, `!(${textOf(part)})`)];

  if (isBinaryExpression(node)) {
    const swap = SWAPS[textOf(node.operatorToken)];
    const joinsText = textOf(node.operatorToken) === '+' && [node.left, node.right].some(isText);
    return swap === undefined || joinsText ? [] : [change(swap[0], node.operatorToken, swap[1])];
  }
  if (isNumericLiteral(node)) {
    const value = textOf(node);
    return [change('number', node, `(${value} + 1)`), change('number', node, `(${value} - 1)`)];
  }
  if (node.kind === SyntaxKind.TrueKeyword) return [change('boolean', node, 'false')];
  if (node.kind === SyntaxKind.FalseKeyword) return [change('boolean', node, 'true')];
  if (isPrefixUnaryExpression(node) || isPostfixUnaryExpression(node)) {
    const whole = textOf(node);
    if (whole.startsWith('!')) return [change('condition', node, textOf(node.operand))];
    if (whole.startsWith('++') || whole.endsWith('++'))
      return [change('step', node, whole.replace('++', '--'))];
    if (whole.startsWith('--') || whole.endsWith('--'))
      return [change('step', node, whole.replace('--', '++'))];
    return [];
  }
  if (isIfStatement(node)) return [...negated(node.expression), ...removedGuard(node, change)];
  if (isWhileStatement(node) || isConditionalExpression(node)) {
    return negated(isWhileStatement(node) ? node.expression : node.condition);
  }
  if (isForStatement(node)) return negated(node.condition);
  if (isExpressionStatement(node)) {
    const isSuper = isCallExpression(node.expression) && textOf(node.expression).startsWith('super(');
    return isSuper ? [] : [change('removed', node, ';')];
  }
  return [];
}

/** `if (...) return`, throw and the like, which leave early. */
function removedGuard(
  node: Node & { readonly thenStatement: Node; readonly elseStatement?: Node | undefined },
  change: (operator: string, part: Node, replacement: string) => Change,
): Change[] {
  const then = node.thenStatement;
  const last = isBlock(then) ? then.statements.at(-1) : then;
  const leaves = [
    SyntaxKind.ReturnStatement,
    SyntaxKind.ThrowStatement,
    SyntaxKind.ContinueStatement,
    SyntaxKind.BreakStatement,
  ];
  if (last === undefined || !leaves.includes(last.kind) || node.elseStatement !== undefined) return [];
  return [change('guard', node, ';')];
}

function isText(node: Node): boolean {
  return [
    SyntaxKind.StringLiteral,
    SyntaxKind.TemplateExpression,
    SyntaxKind.NoSubstitutionTemplateLiteral,
  ].includes(node.kind);
}

export function applyMutation(text: string, { start, end, replacement }: Mutation): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** The directory in src that a file is in. */
export function moduleOf({ file }: Pick<Mutation, 'file'>): string {
  return file.split('/').slice(1, -1).join('/');
}

/**
 * The same ones for the same seed, regardless of other mutations: each directory in turn gives the one with the
 * smallest hash, which includes the seed.
 */
export function sample(mutations: readonly Mutation[], count: number, seed: string): Mutation[] {
  const rank = ({ id }: Mutation): string => createHash('sha256').update(`${seed} ${id}`).digest('hex');
  const ranked = mutations.map((mutation) => ({ mutation, rank: rank(mutation) }));
  const byModule = Map.groupBy(
    ranked.toSorted((a, b) => (a.rank < b.rank ? -1 : 1)),
    ({ mutation }) => moduleOf(mutation),
  );
  const queues = [...byModule.keys()]
    .sort()
    .map((module) => byModule.get(module)!.map(({ mutation }) => mutation));
  const chosen: Mutation[] = [];
  for (let turn = 0; chosen.length < Math.min(count, mutations.length); turn += 1) {
    for (const queue of queues) {
      const next = queue[turn];
      if (next !== undefined && chosen.length < count) chosen.push(next);
    }
  }
  return chosen;
}
