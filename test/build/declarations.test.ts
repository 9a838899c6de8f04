// One file of declarations for an entry. That the real ones are right is tested by package.system.ts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleDeclarations } from '../../.ci/build/declarations.ts';
import { Scratch } from '../support/temporary.ts';

const test = suite('build/declarations');
const scratch = new Scratch('declarations');
test.after(() => scratch.remove());

/** As the compiler writes them. */
const MODULES: Readonly<Record<string, string>> = {
  'index.d.ts': `/** What this is. */
export type { Entry as File } from './tree/entry.ts';
export { pack } from './pack.ts';
export { number } from './json/shape.ts';
`,
  'pack.d.ts': `/** About the module. */
import { type Stats } from 'node:fs';
import type { Entry } from './tree/entry.ts';
import * as shape from './json/shape.ts';
/** Of this module only. */
interface Options {
    readonly entry: Entry;
    /** Options, in a comment. */
    Options?: 'Options';
    number: Unused;
}
type Unused = import("./tree/entry.ts").Mode
/** The lowest. */
 | Stats
/** None. */
 | 'none';
export declare function pack(options: Options, count: shape.Shape<Entry>): shape.Shape<number>;
/** Nobody needs it. */
export declare const nothing: import("./json/shape.ts").Other;
export {};
`,
  'tree/entry.d.ts': `import { type Options as Settings } from '../json/shape.ts';
export interface Entry {
    readonly settings: Settings;
}
export type Mode = keyof Entry extends string ? Entry : Settings;
`,
  'json/shape.d.ts': `export interface Shape<T> {
    check(value: T): Options;
}
export interface Options {
    a: 1;
}
export declare function number(options: Options): number;
export interface Other {
}
`,
};

test('an entry has what it exports and needs, each once, under names that do not collide', () => {
  for (const [name, text] of Object.entries(MODULES)) {
    mkdirSync(scratch.in(name.replace(/[^/]*$/, '')), { recursive: true });
    writeFileSync(scratch.in(name), text);
  }
  assert.is(
    bundleDeclarations(scratch.path, 'index.d.ts'),
    `/** What this is. */
import type { Stats } from 'node:fs';
interface Entry {
    readonly settings: Options;
}
interface Options {
    a: 1;
}
declare function pack(options: Options$1, count: Shape<Entry>): Shape<number>;
/** Of this module only. */
interface Options$1 {
    readonly entry: Entry;
    /** Options, in a comment. */
    Options?: 'Options';
    number: Unused;
}
type Unused = Mode
/** The lowest. */
 | Stats
/** None. */
 | 'none';
type Mode = keyof Entry extends string ? Entry : Options;
interface Shape<T> {
    check(value: T): Options;
}
declare function number(options: Options): number;
export {
  type Entry as File,
  pack,
  number,
};
`,
  );
});

test('a statement of another form, and a name that is nowhere, are errors', () => {
  writeFileSync(scratch.in('default.d.ts'), 'export default 1;\n');
  assert.throws(
    () => bundleDeclarations(scratch.path, 'default.d.ts'),
    /default\.d\.ts has a statement of an unknown form: export default 1/,
  );
  writeFileSync(scratch.in('nowhere.d.ts'), "export { no } from './json/shape.ts';\n");
  assert.throws(
    () => bundleDeclarations(scratch.path, 'nowhere.d.ts'),
    /nowhere\.d\.ts exports no, which is nowhere/,
  );
});

test.run();
