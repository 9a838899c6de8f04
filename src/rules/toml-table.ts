import type { TomlTableWithoutBigInt, TomlValueWithoutBigInt } from 'smol-toml';
import { RuleFileError, type TextLines } from './rule-file-error.ts';
import { didYouMean } from './suggest.ts';
import type { TomlPath, TomlPosition } from './toml-positions.ts';

export interface TomlFile {
  readonly name: string;
  readonly text: string;
  readonly lines: TextLines;
  readonly positionOf: (path: TomlPath) => TomlPosition | undefined;
}

/** A table of a rule file, read key by key; every error gives its position in the file. */
export class TomlTable {
  readonly file: TomlFile;
  readonly path: TomlPath;
  readonly #values: TomlTableWithoutBigInt;

  constructor(file: TomlFile, path: TomlPath, values: TomlTableWithoutBigInt) {
    this.file = file;
    this.path = path;
    this.#values = values;
  }

  get keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key);
  }

  get(key: string): TomlValueWithoutBigInt | undefined {
    return this.has(key) ? this.#values[key] : undefined;
  }

  checkKeys(known: readonly string[]): void {
    for (const key of this.keys) {
      if (known.includes(key)) continue;
      this.failAtKey(key, `unknown key '${key}'`, didYouMean(key, known, 'keys'));
    }
  }

  text(key: string): string | undefined {
    const value = this.get(key);
    if (value === undefined || typeof value === 'string') return value;
    return this.fail(key, `'${key}' is ${kindOf(value)}, but should be a string`);
  }

  requiredText(key: string): string {
    const text = this.text(key);
    if (text === undefined) this.failAtTable(`'${key}' is missing`);
    if (text === '') this.fail(key, `'${key}' is empty`);
    return text;
  }

  flag(key: string): boolean | undefined {
    const value = this.get(key);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.fail(key, `'${key}' is ${kindOf(value)}, but should be true or false`);
  }

  /** A string or an array of strings, with the path of each for messages. */
  texts(key: string): readonly { readonly text: string; readonly at: TomlPath }[] | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (typeof value === 'string') return [{ text: value, at: [key] }];
    const wanted = 'should be a string or an array of strings';
    if (!Array.isArray(value)) this.fail(key, `'${key}' is ${kindOf(value)}, but ${wanted}`);
    if (value.length === 0) this.fail(key, `'${key}' is empty`);
    return value.map((text, i) => {
      if (typeof text === 'string') return { text, at: [key, i] };
      return this.failAt([key, i], `an element of '${key}' is ${kindOf(text)}, but ${wanted}`);
    });
  }

  table(key: string): TomlTable | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (!isTable(value)) this.fail(key, `'${key}' is ${kindOf(value)}, but should be a table`);
    return new TomlTable(this.file, [...this.path, key], value);
  }

  /** A table or an array of tables. */
  tables(key: string): readonly TomlTable[] | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (isTable(value)) return [new TomlTable(this.file, [...this.path, key], value)];
    const wanted = 'should be a table or an array of tables';
    if (!Array.isArray(value)) this.fail(key, `'${key}' is ${kindOf(value)}, but ${wanted}`);
    if (value.length === 0) this.fail(key, `'${key}' is empty`);
    return value.map((each, i) => {
      if (!isTable(each)) this.failAt([key, i], `an element of '${key}' is ${kindOf(each)}, but ${wanted}`);
      return new TomlTable(this.file, [...this.path, key, i], each);
    });
  }

  /** The source text of a value, from its first character on. */
  source(key: string): string {
    const position = this.file.positionOf([...this.path, key]);
    return position === undefined ? '' : this.file.text.slice(position.value);
  }

  /** Offset in the file of a value below this table; of the table itself where it is missing. */
  offset(below: TomlPath = []): number {
    for (let path = [...this.path, ...below]; path.length > 0; path = path.slice(0, -1)) {
      const position = this.file.positionOf(path);
      if (position !== undefined) return position.value;
    }
    return 0;
  }

  fail(key: string, what: string, hint?: string): never {
    return this.failAt([key], what, hint);
  }

  failAt(below: TomlPath, what: string, hint?: string): never {
    throw new RuleFileError(this.file.name, this.file.lines, this.offset(below), what, hint);
  }

  failAtKey(key: string, what: string, hint?: string): never {
    const offset = this.file.positionOf([...this.path, key])?.key ?? this.offset();
    throw new RuleFileError(this.file.name, this.file.lines, offset, what, hint);
  }

  failAtTable(what: string, hint?: string): never {
    return this.failAt([], what, hint);
  }
}

/** Whether a TOML value is a table, not an array or a date. */
export function isTable(value: unknown): value is TomlTableWithoutBigInt {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** The kind of a TOML value for messages: `an array`. */
export function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'boolean') return 'true or false';
  if (typeof value === 'object') return 'a table';
  return `a ${typeof value}`;
}
