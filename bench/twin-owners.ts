/** Which package a path of an unpacked Debian tree comes from: the one that ships it, or whose scripts are about it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PackageScript } from '../src/packages/package.ts';
import { type Mention, ScriptMentions } from '../src/rules/script-mentions.ts';

const INFO = 'var/lib/dpkg/info';
/** What dpkg runs at an installation. */
const SCRIPT = /^(.+)\.(preinst|postinst|config)$/;

export class Owners {
  readonly #shipped = new Map<string, string>();
  readonly #mentions: ScriptMentions;

  /** @param root of the tree */
  constructor(root: string) {
    const scripts: PackageScript[] = [];
    for (const file of readdirSync(join(root, INFO)).sort()) {
      const read = (): string => readFileSync(join(root, INFO, file), 'latin1');
      if (file.endsWith('.list')) {
        const name = file.slice(0, -'.list'.length).replace(/:.*/, '');
        for (const line of read().split('\n')) this.#shipped.set(line.slice(1), name);
      }
      const [, owner, name] = SCRIPT.exec(file) ?? [];
      if (owner === undefined || name === undefined) continue;
      const facts = { package: owner.replace(/:.*/, ''), name, path: `${INFO}/${file}` };
      scripts.push({ ...facts, isInstall: true, text: read() });
    }
    this.#mentions = new ScriptMentions(() => scripts);
  }

  /** The package that ships a path; undefined where none does. */
  shippedBy(path: string): string | undefined {
    return this.#shipped.get(path);
  }

  /** For a report: who ships a path, or else the scripts that are about it, at most two of them, as `PACKAGE (postinst)`. */
  of(path: string): string {
    const shipped = this.shippedBy(path);
    if (shipped !== undefined) return shipped;
    const found = this.#mentions.find(path);
    const makers = found.filter(({ use }) => use === 'writes' || use === 'manages');
    const names = (makers.length > 0 ? makers : found).slice(0, 2).map(scriptName);
    return names.length > 0 ? names.join(', ') : 'no package';
  }
}

function scriptName({ script }: Mention): string {
  return `${script.package} (${script.name})`;
}
