import { mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { Scratch } from '../support/temporary.ts';
import { type Run, run } from '../support/test-terminal.ts';

export function makeTree(path: string, content: string): void {
  mkdirSync(`${path}/etc`, { recursive: true });
  mkdirSync(`${path}/var/log`, { recursive: true });
  writeFileSync(`${path}/etc/file`, `${content}\n`);
  writeFileSync(`${path}/etc/mine`, 'something of mine\n');
  writeFileSync(`${path}/etc/machine-id`, '0123456789abcdef0123456789abcdef\n');
  writeFileSync(`${path}/var/log/dpkg.log`, 'a log\n');
  utimesSync(`${path}/etc/file`, 1e9, 1e9);
}

export interface Effective {
  owner: string;
  distro: string;
  policies: Record<string, string>;
  ruleFiles: { name: string; digest: string; text: string }[];
}

/** What the tests below change of it. */
export interface Document {
  readonly settings: { readonly effective: Effective };
  readonly inputs: { readonly bootstrap: Bootstrap };
  readonly tool: { encoder: string };
  readonly image: {
    name: string;
    digest: string;
    readonly blocks: { digest: string }[];
    readonly payload: { digest: string };
  };
}

export interface Bootstrap {
  command: string;
  request: string;
  environment: Record<string, string | null>;
}

/** Trees, images and manifests of one suite, with a separate directory for temporary files. */
export class Rebuilds {
  readonly scratch: Scratch;
  /** Where stillroot puts what is temporary; empty after every run. */
  readonly temporary: string;
  readonly tree: string;
  #count = 0;

  constructor(name: string) {
    this.scratch = new Scratch(name);
    this.temporary = this.scratch.in('tmp');
    this.tree = this.scratch.in('tree');
    mkdirSync(this.temporary);
    makeTree(this.tree, 'one');
  }

  /** A new directory. */
  place(): string {
    this.#count += 1;
    const path = this.scratch.in(`place-${this.#count}`);
    mkdirSync(path);
    return path;
  }

  run(argv: readonly string[], env: Record<string, string> = {}): Promise<Run> {
    return run(argv, { env: { TMPDIR: this.temporary, ...env } });
  }

  /** Packs, and takes the image away; it is in `gone` then. Returns the manifest. */
  async packed(args: readonly string[], name = 'a.cpio'): Promise<string> {
    const out = this.place();
    const { status, stderr } = await this.run(['pack', '-o', `${out}/${name}`, ...args]);
    assert.is(status, 0, stderr);
    renameSync(`${out}/${name}`, `${out}/gone`);
    return `${out}/${name}.manifest.json`;
  }

  /** The same manifest with other values in it. */
  altered(file: string, change: (document: Document) => void): string {
    const document = JSON.parse(readFileSync(file, 'utf8')) as Document;
    change(document);
    const other = `${this.place()}/m.json`;
    writeFileSync(other, JSON.stringify(document));
    return other;
  }
}
