/**
 * Makes one file of declarations for an entry of the package from those that the compiler writes for every module: what
 * it exports, and what that refers to. It relies on how the compiler prints, which is regular: one statement begins at the
 * start of a line, and the colon of a property follows its name.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from './stand-ins.ts';

/** A declaration, by the module that has it. */
interface Declaration {
  readonly module: string;
  readonly name: string;
  /** With the comment in front of it, without `export`. */
  readonly text: string;
}

/** A name of another module; `*` is all of them, as an object. */
interface Binding {
  readonly module: string;
  readonly name: string;
}

interface Module {
  readonly path: string;
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** What it imports, by the local name. */
  readonly imports: ReadonlyMap<string, Binding>;
  /** What it exports under another name or from another module, with the modifier `type`. */
  readonly exports: ReadonlyMap<string, Binding & { readonly isType: boolean }>;
  /** The comment at its start. */
  readonly heading: string;
}

/** Where a statement begins, or the comment in front of it; there are others within unions. */
const STATEMENT =
  /^(?=(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)*(?:import |export |declare |interface |type |class |abstract |enum ))/m;
const COMMENTS = /^(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)*/;
const DECLARED =
  /^(?:export )?(?:declare )?(?:abstract )?(?:interface|type|class|function|const|let|enum) ([\w$]+)/;
const IMPORTED = /^import (?:type )?(?:\* as ([\w$]+)|\{([^}]*)\}) from '([^']+)';/;
const EXPORTED = /^export (type )?\{([^}]*)\}(?: from '([^']+)')?;/;
/** Comments and strings, in which nothing is a name; imported types; names with what shows what they are. */
const TOKEN =
  /\/\*[\s\S]*?\*\/|\/\/.*|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|import\("([^"]+)"\)\.([\w$]+)|(\.\s*)?([A-Za-z_$][\w$]*)(\??:|\()?/g;

/** Writes a file for each of these modules of `src`, `index` for example, into the directory. */
export function writeDeclarations(modules: readonly string[], directory: string): void {
  const scratch = mkdtempSync(join(tmpdir(), 'stillroot-build-'));
  try {
    const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', scratch];
    execFileSync(join(ROOT, 'node_modules/.bin/tsc'), options, { stdio: 'inherit' });
    mkdirSync(directory, { recursive: true });
    for (const name of modules) {
      const file = `${name}.d.ts`;
      writeFileSync(join(directory, file), bundleDeclarations(scratch, file));
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/**
 * @param directory of the files that the compiler wrote
 * @param entry a module in it, `index.d.ts`
 */
export function bundleDeclarations(directory: string, entry: string): string {
  return new Bundle(directory, entry).text();
}

class Bundle {
  readonly #directory: string;
  readonly #entry: Module;
  readonly #modules = new Map<string, Module>();
  /** In the order in which they are needed. */
  readonly #needed = new Map<Declaration, string>();
  /** Local names of what other packages and Node export, by the statement that imports it. */
  readonly #external = new Map<string, Set<string>>();

  constructor(directory: string, entry: string) {
    this.#directory = directory;
    this.#entry = this.#module(entry);
  }

  text(): string {
    const exported = [...this.#entry.exports].map(([name, binding]) => {
      const declaration = this.#resolve(binding);
      if (declaration === undefined) throw new Error(`${this.#entry.path} exports ${name}, which is nowhere`);
      return { name, isType: binding.isType, declaration };
    });
    // Exported names stay as they are; others give way.
    for (const { declaration } of exported) this.#name(declaration);
    for (const { declaration } of exported) this.#need(declaration);
    const bodies = [...this.#needed.keys()].map((declaration) => this.#rewritten(declaration));
    const list = exported.map(({ name, isType, declaration }) => {
      const local = this.#name(declaration);
      return `  ${isType ? 'type ' : ''}${local === name ? name : `${local} as ${name}`},`;
    });
    const imports = [...this.#external].map(([from, names]) => {
      return `import type { ${[...names].sort().join(', ')} } from '${from}';`;
    });
    return [
      this.#entry.heading.trimEnd(),
      ...imports.sort(),
      ...bodies.map((body) => body.trimEnd()),
      `export {\n${list.join('\n')}\n};\n`,
    ].join('\n');
  }

  readonly #names = new Map<Declaration, string>();
  readonly #taken = new Map<string, number>();

  /** What it is called in the bundle. */
  #name(declaration: Declaration): string {
    const known = this.#names.get(declaration);
    if (known !== undefined) return known;
    const { name } = declaration;
    const before = this.#taken.get(name) ?? 0;
    this.#taken.set(name, before + 1);
    const chosen = before === 0 ? name : `${name}$${before}`;
    this.#names.set(declaration, chosen);
    return chosen;
  }

  #need(declaration: Declaration): void {
    if (this.#needed.has(declaration)) return;
    this.#needed.set(declaration, this.#name(declaration));
    this.#rewritten(declaration, (other) => this.#need(other));
  }

  /** Its text, with the names of the bundle. */
  #rewritten(declaration: Declaration, onReference: (other: Declaration) => void = () => {}): string {
    const module = this.#module(declaration.module);
    const named = (binding: Binding | undefined, otherwise: string): string => {
      const found = binding === undefined ? undefined : this.#resolve(binding);
      if (found === undefined) return otherwise;
      onReference(found);
      return this.#name(found);
    };
    let beforeName = '';
    // `shape.Type`, where `shape` is a whole module, becomes `Type`.
    let whole: string | undefined;
    return declaration.text.replace(
      TOKEN,
      (token: string, from?: string, member?: string, dot?: string, name?: string, after = '') => {
        if (from !== undefined) return named(this.#binding(module, from, member ?? ''), token);
        if (name === undefined) return token;
        const isDeclared = /^(function|class|interface|type|const|let|enum)$/.test(beforeName);
        beforeName = name;
        if (dot !== undefined) {
          if (whole === undefined) return token;
          const replaced = named({ module: whole, name }, name);
          whole = undefined;
          return `${replaced}${after}`;
        }
        const isProperty = after !== '' && !isDeclared;
        if (isProperty) return token;
        const binding = module.declarations.has(name)
          ? { module: module.path, name }
          : module.imports.get(name);
        if (binding?.name === '*') {
          whole = binding.module;
          return '';
        }
        if (binding !== undefined && !binding.module.endsWith('.d.ts')) this.#import(binding);
        return `${named(binding, name)}${after}`;
      },
    );
  }

  #import({ module, name }: Binding): void {
    const names = this.#external.get(module) ?? new Set();
    this.#external.set(module, names.add(name));
    this.#taken.set(name, Math.max(this.#taken.get(name) ?? 0, 1));
  }

  #resolve({ module, name }: Binding): Declaration | undefined {
    if (!module.endsWith('.d.ts')) return undefined;
    const { declarations, exports, imports } = this.#module(module);
    const own = declarations.get(name);
    if (own !== undefined) return own;
    const exported = exports.get(name);
    const isItself = exported?.module === module && exported.name === name;
    const other = exported === undefined || isItself ? imports.get(name) : exported;
    return other === undefined ? undefined : this.#resolve(other);
  }

  #binding({ path }: Pick<Module, 'path'>, from: string, name: string): Binding {
    if (!from.startsWith('.')) return { module: from, name };
    return { module: normalize(join(dirname(path), from)).replace(/\.[jt]s$/, '.d.ts'), name };
  }

  #module(path: string): Module {
    const known = this.#modules.get(path);
    if (known !== undefined) return known;
    const module = this.#parse(path, readFileSync(join(this.#directory, path), 'utf8'));
    this.#modules.set(path, module);
    return module;
  }

  #parse(path: string, text: string): Module {
    const declarations = new Map<string, Declaration>();
    const imports = new Map<string, Binding>();
    const exports = new Map<string, Binding & { isType: boolean }>();
    let heading: string | undefined;
    // A statement with a comment is found twice: at the comment, and behind it.
    let comment = '';
    for (const piece of text.split(STATEMENT)) {
      const [comments = ''] = COMMENTS.exec(piece) ?? [];
      const statement = piece.slice(comments.length);
      comment += comments;
      if (statement.trim() === '') continue;
      heading ??= comment;
      const [, whole, named, source = ''] = IMPORTED.exec(statement) ?? [];
      const [isExport, isTypes, list, from] = EXPORTED.exec(statement) ?? [];
      const [, name] = DECLARED.exec(statement) ?? [];
      if (whole !== undefined) imports.set(whole, this.#binding({ path }, source, '*'));
      for (const { local, other } of pairs(named)) imports.set(other, this.#binding({ path }, source, local));
      for (const { local, other, isType } of pairs(list)) {
        const binding =
          from === undefined ? { module: path, name: local } : this.#binding({ path }, from, local);
        exports.set(other, { ...binding, isType: isType || isTypes !== undefined });
      }
      if (name !== undefined) {
        // The first of several comments is about the module.
        const own = comment.slice(Math.max(0, comment.lastIndexOf('/**')));
        const body = `${own}${statement.replace(/^export /, '')}`;
        const before = declarations.get(name)?.text ?? '';
        declarations.set(name, { module: path, name, text: `${before}${body}` });
      } else if (isExport === undefined && !/^import /.test(statement) && statement.trim() !== '') {
        throw new Error(`${path} has a statement of an unknown form: ${statement.slice(0, 60)}`);
      }
      comment = '';
    }
    return { path, declarations, imports, exports, heading: heading ?? '' };
  }
}

/** `a, type b as c`: what is imported or exported, under which other name. */
function pairs(list = ''): { readonly local: string; readonly other: string; readonly isType: boolean }[] {
  return list.split(',').flatMap((item) => {
    const [, isType, local, other = local] = /^\s*(type )?([\w$]+)(?: as ([\w$]+))?\s*$/.exec(item) ?? [];
    return local === undefined || other === undefined ? [] : [{ local, other, isType: isType !== undefined }];
  });
}
