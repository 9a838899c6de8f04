/**
 * The Plan: what happens to each entry of a source. It is made once from the decisions of the rules and the settings;
 * `pack` performs it and `check` reports it, so there is a single source of truth.
 */
import { createHash } from 'node:crypto';
import type { AttributeSettings } from '../normalize/attributes.ts';
import type { PathHash } from '../normalize/hard-links.ts';
import { type MtimeSettings, normalizeMtime } from '../normalize/mtime.ts';
import { isOtherOwner, normalizeOwner, type Owner, type OwnerSettings } from '../normalize/owner.ts';
import type { RewriteContext } from '../rewrite/rewrite.ts';
import type { RuleContext } from '../rules/condition.ts';
import type { Decision, Decisions } from '../rules/decide.ts';
import { isNeeded, isSecret, type Rule } from '../rules/rule.ts';
import type { Source, Warning } from '../source/source.ts';
import { type Attributes, NO_ATTRIBUTES } from '../tree/attributes.ts';
import type { Entry } from '../tree/entry.ts';
import { comparePaths, pathFromText, pathToBytes } from '../tree/path.ts';
import { ChangeTally } from './changes.ts';
import { Contents } from './contents.ts';
import { initEntry, rootEntry } from './extra-entries.ts';
import { lookUpNeighbour } from './neighbours.ts';
import { PlannedAttributes } from './planned-attributes.ts';
import type { PlannedEntry } from './planned-entry.ts';
import { type LinkSettings, PlannedLinks } from './planned-links.ts';
import { ownerOfRule, TreeAccounts } from './tree-accounts.ts';

export interface PlanSettings extends MtimeSettings, LinkSettings {
  readonly owner: OwnerSettings;
  /** Which extended attributes are kept; undefined where the archive holds none. */
  readonly attributes?: AttributeSettings;
  /** Whether the archive has an entry `.` for the root itself. */
  readonly rootEntry: boolean;
  /** Target of the symlink `/init`, added where the tree has no `/init`. */
  readonly init?: string;
}

/** Defaults of the command line when run by root. */
export const DEFAULT_SETTINGS: PlanSettings = {
  epoch: 0,
  mtime: 'clamp',
  owner: { policy: 'auto', uid: 0, gid: 0, mapUid: new Map(), mapGid: new Map() },
  hardLinks: 'keep',
  rootEntry: false,
};

const NO_CONTEXT: RuleContext = { owned: undefined, policy: () => undefined };

/** New content of a file of the tree. */
interface PlannedContent {
  readonly size: number;
  readonly bytes: () => Uint8Array;
  /** SHA-256 in hex, for a file with several names: names with equal results stay one file. */
  readonly digest: string | undefined;
}

type AddedEntry = Pick<PlannedEntry, 'entry' | 'content'>;

export class Plan {
  readonly source: Source;
  readonly settings: PlanSettings;
  /** What rules do; the normalizers' part is counted while iterating over entries. */
  readonly tally: ChangeTally = new ChangeTally();
  readonly warnings: Warning[];
  /** Paths that stay as they are until the user decides, each with the rule that reports it. */
  readonly undecided: ReadonlyMap<string, Rule>;
  readonly #decisions: Decisions;
  /** Files that a normalizer found to be obsolete. */
  readonly #obsolete = new Set<string>();
  readonly #contents = new Map<string, PlannedContent>();
  readonly #accounts: TreeAccounts;
  readonly #owners = new Map<Decision, Partial<Owner>>();
  readonly #added: readonly AddedEntry[];
  readonly #links: PlannedLinks;
  readonly #attributes: PlannedAttributes | undefined;

  /** @throws StillrootError where a file that a rule needs cannot be read */
  constructor(
    source: Source,
    decisions: Decisions,
    settings: PlanSettings,
    inodeHash: PathHash,
    context: RuleContext = NO_CONTEXT,
  ) {
    this.source = source;
    this.settings = settings;
    this.warnings = [...source.warnings];
    this.#decisions = decisions;
    this.#accounts = new TreeAccounts(source);
    this.#planDrops();
    this.#planChanges(context);
    this.#links = this.#planLinks(inodeHash);
    this.#planReports();
    this.undecided = new Map(
      decisions.reports.flatMap(({ rule, path }) => (rule.toDecide ? [[path, rule]] : [])),
    );
    this.#added = this.#planAdditions();
    this.#attributes = this.#planAttributes();
  }

  /** All entries of the archive, in tree order. Each iteration starts from the beginning. */
  *entries(): Generator<PlannedEntry, void, void> {
    const { source, settings } = this;
    if (settings.rootEntry) yield single(rootEntry(source.tree.root, settings), null, null);
    let next = 0;
    for (const origin of source.tree.entries) {
      for (; next < this.#added.length; next += 1) {
        const added = this.#added[next]!;
        if (comparePaths(added.entry.path, origin.path) > 0) break;
        yield single(added.entry, added.content, null);
      }
      if (!this.#isDropped(origin.path)) yield this.#planEntry(origin);
    }
    for (const added of this.#added.slice(next)) yield single(added.entry, added.content, null);
  }

  /** The same, adding what the normalizers do to the tally; to be iterated once. */
  *counted(): Generator<PlannedEntry, void, void> {
    for (const planned of this.entries()) {
      const { entry, origin } = planned;
      const decision = this.#decisions.changes.get(entry.path);
      const hasRule = decision !== undefined && this.#owners.has(decision);
      const isOther = origin !== null && isOtherOwner(origin, entry, this.settings.owner);
      this.tally.addNormalized(planned, isOther && !hasRule);
      yield planned;
    }
  }

  /**
   * Final content of a file, following symlinks.
   *
   * @returns undefined if the archive has no such file, or it has more than `limit` bytes
   */
  finalContent(path: string, limit: number): Uint8Array | undefined {
    const { tree } = this.source;
    const found = tree.resolve(path)?.path ?? tree.canonical(path);
    const added = this.#added.find(({ entry }) => entry.path === found);
    if (added !== undefined) return added.entry.size > limit ? undefined : added.content?.();
    const origin = found === undefined ? undefined : tree.get(found);
    if (origin === undefined || this.#isDropped(origin.path)) return undefined;
    const { entry, content } = this.#planEntry(origin);
    if (entry.type !== 'file' || entry.size > limit) return undefined;
    return content === null ? this.source.readFile(origin, limit) : content();
  }

  /** Paths in the archive of the direct children of a directory, in tree order; symlinks to it are followed. */
  finalNames(directory: string): string[] {
    const { tree } = this.source;
    const found = tree.resolve(directory);
    const inside = `${found?.path ?? directory}/`;
    const isInside = ({ path }: Entry): boolean =>
      path.startsWith(inside) && path.indexOf('/', inside.length) === -1;
    const kept =
      found?.type === 'directory'
        ? tree.entries.filter((entry) => isInside(entry) && !this.#isDropped(entry.path))
        : [];
    const added = this.#added.map(({ entry }) => entry).filter(isInside);
    return [...kept, ...added].map(({ path }) => path).sort(comparePaths);
  }

  /** Bytes of all contents that reach the archive, for progress. */
  contentBytes(): number {
    let bytes = 0;
    for (const { entry } of this.#added) bytes += entry.size;
    for (const origin of this.source.tree.entries) {
      const { path, size, links } = origin;
      if (this.#isDropped(path)) continue;
      // Nearly all entries are as they were, and need no plan for this.
      const isSame = links === null && !this.#decisions.changes.has(path);
      const { entry, linkTo } = isSame ? { entry: { size }, linkTo: null } : this.#planEntry(origin);
      if (linkTo === null) bytes += entry.size;
    }
    return bytes;
  }

  /** See PlannedLinks. */
  splitFrom(path: string): readonly string[] {
    return this.#links.splitFrom(path);
  }

  /** Whether the kernel finds something to start. */
  hasInit(): boolean {
    const { tree } = this.source;
    const isAdded = this.#added.some(({ entry }) => entry.path === 'init');
    return isAdded || (tree.has('init') && !this.#isDropped('init'));
  }

  #planEntry(origin: Entry): PlannedEntry {
    const decision = this.#decisions.changes.get(origin.path);
    const planned = this.#contents.get(origin.path);
    const content = planned?.bytes ?? null;
    const link = decision?.content?.action.do === 'link' ? decision.content.action : undefined;
    const { owner, mode } = this.#metadataOf(origin, decision);
    const entry: Entry = {
      path: origin.path,
      type: link === undefined ? origin.type : 'symlink',
      mode: link === undefined ? mode : 0o777,
      uid: owner.uid,
      gid: owner.gid,
      size: link === undefined ? (planned?.size ?? origin.size) : 0,
      mtime: normalizeMtime(origin, this.settings),
      nanoseconds: 0,
      target: link?.target ?? origin.target,
      major: origin.major,
      minor: origin.minor,
      links: link === undefined ? this.#links.groupOf(origin) : null,
    };
    const numbers =
      entry.type === 'file' && entry.links !== null ? this.#links.numbersOf(entry.links) : undefined;
    const attributes = entry.type === origin.type ? this.#attributes?.of(origin.path) : undefined;
    if (numbers === undefined) return single(entry, content, origin, attributes);
    return {
      entry,
      inode: numbers.inode,
      nlink: numbers.nlink,
      content,
      attributes: attributes ?? NO_ATTRIBUTES,
      linkTo: numbers.dataPath === origin.path ? null : numbers.dataPath,
      origin,
    };
  }

  #metadataOf(origin: Entry, decision: Decision | undefined): { owner: Owner; mode: number } {
    return {
      owner: normalizeOwner(origin, this.settings.owner, decision && this.#owners.get(decision)),
      mode: decision?.mode?.action.mode ?? origin.mode,
    };
  }

  #planLinks(hash: PathHash): PlannedLinks {
    const decisions = {
      decided: this.#decisions.changes.keys(),
      staysFile: (path: string) => this.#keepsType(path),
      outcomeOf: (origin: Entry) => {
        const { owner, mode } = this.#metadataOf(origin, this.#decisions.changes.get(origin.path));
        const content = this.#contents.get(origin.path)?.digest;
        return { key: `${content} ${mode} ${owner.uid}:${owner.gid}`, keepsContent: content === undefined };
      },
    };
    return new PlannedLinks(this.source.tree, decisions, this.settings, hash, (path) =>
      this.tally.add({ id: 'normalize/hard-links' }, 'split', path, 0),
    );
  }

  /** Whether it reaches the archive as what it is: neither dropped nor replaced by a symlink. */
  #keepsType(path: string): boolean {
    return !this.#isDropped(path) && this.#decisions.changes.get(path)?.content?.action.do !== 'link';
  }

  /** The source warns of attributes for archives that hold none: these warnings give way to those about what is left out. */
  #planAttributes(): PlannedAttributes | undefined {
    const { attributes: settings } = this.settings;
    if (settings === undefined) return undefined;
    const attributes = new PlannedAttributes(this.source, settings);
    for (const entry of this.source.tree.entries) {
      const { path } = entry;
      if (this.#keepsType(path)) attributes.add(entry, this.#contents.has(path));
    }
    const others = this.warnings.filter(({ code }) => code !== 'xattr');
    this.warnings.splice(0, this.warnings.length, ...others, ...attributes.warnings());
    return attributes;
  }

  #planDrops(): void {
    for (const [path, rule] of this.#decisions.dropped) {
      this.tally.add(rule, 'drop', path, this.source.tree.get(path)?.size ?? 0);
    }
  }

  #planChanges(context: RuleContext): void {
    const { source } = this;
    const contents: Contents = new Contents(
      source,
      (path) => this.#rewriteContext(path, context, contents),
      this.warnings,
      this.#decisions.changes,
    );
    for (const [path, decision] of this.#decisions.changes) {
      const origin = source.tree.get(path);
      if (decision.owner !== undefined && this.settings.owner.policy !== 'root') {
        this.#owners.set(decision, ownerOfRule(decision.owner, this.#accounts));
      }
      // Decisions about added entries concern their metadata, which planAdditions looks up.
      if (origin === undefined) continue;
      if (decision.mode !== undefined) this.tally.add(decision.mode.rule, 'mode', path, 0);
      if (decision.owner !== undefined && this.#changesOwner(origin, decision)) {
        this.tally.add(decision.owner.rule, 'owner', path, 0);
      }
      if (decision.content === undefined) continue;
      const { rule, action } = decision.content;
      if (action.do === 'link') {
        this.tally.add(rule, 'link', path, 0);
        continue;
      }
      const content = contents.of(origin, decision.content);
      if (content === null) continue;
      if (content === 'obsolete') {
        this.#obsolete.add(path);
        this.tally.add(rule, 'drop', path, origin.size);
        continue;
      }
      const choice = decision.content;
      this.#contents.set(path, {
        size: content.length,
        bytes: () => contents.of(origin, choice) as Uint8Array,
        digest: origin.links === null ? undefined : createHash('sha256').update(content).digest('hex'),
      });
      this.tally.add(rule, action.do, path, action.do === 'truncate' ? origin.size : content.length);
    }
  }

  /** Only once names are resolved to numbers can be determined whether the entry already belongs to them. */
  #changesOwner(origin: Entry, decision: Decision): boolean {
    const rule = this.#owners.get(decision);
    if (rule === undefined) return false;
    return isOtherOwner(origin, normalizeOwner(origin, this.settings.owner, rule), this.settings.owner);
  }

  #rewriteContext(path: string, { policy, owned }: RuleContext, contents: Contents): RewriteContext {
    const { epoch } = this.settings;
    const settings = {
      ...this.settings,
      isDropped: (other: string) => this.#isDropped(other),
      finalContent: (entry: Entry, limit: number) => contents.final(entry, limit),
    };
    return {
      path,
      epoch,
      policy,
      owned,
      lookUp: (other) => lookUpNeighbour(this.source, settings, other),
      original: (other) => lookUpNeighbour(this.source, { ...settings, isDropped: () => false }, other),
    };
  }

  #isDropped(path: string): boolean {
    return this.#decisions.dropped.has(path) || this.#obsolete.has(path);
  }

  #planReports(): void {
    for (const { rule, path, note } of this.#decisions.reports) {
      // Both kinds are always shown in full.
      const code = isSecret(rule) ? 'secret' : isNeeded(rule) ? 'first-boot' : 'rule-report';
      this.warnings.push({ code, path, message: `${note ?? rule.why} (${rule.id})` });
    }
  }

  #planAdditions(): AddedEntry[] {
    const { source, settings } = this;
    const planned = this.#decisions.additions.map(({ rule, path, added, entry }): AddedEntry => {
      this.tally.add(rule, 'add', path, entry.size);
      const decision = this.#decisions.changes.get(path);
      const owner = normalizeOwner(entry, settings.owner, decision && this.#owners.get(decision));
      const mode = decision?.mode?.action.mode ?? entry.mode;
      const mtime = normalizeMtime(entry, settings);
      const content = added.type === 'file' ? () => pathToBytes(added.content) : null;
      return { entry: { ...entry, ...owner, mode, mtime }, content };
    });
    const hasInit = source.tree.has('init') && !this.#isDropped('init');
    if (settings.init !== undefined && !hasInit && !planned.some(({ entry }) => entry.path === 'init')) {
      this.tally.add({ id: 'option/init' }, 'add', 'init', 0);
      planned.push({ entry: initEntry(settings.init, settings), content: null });
      const target = pathFromText(settings.init);
      if (!this.#isProgram(target, planned)) {
        const message = 'is not a file in the archive, so the kernel will not find it (--init)';
        this.warnings.push({ code: 'init-missing', path: target, message });
      }
    }
    return planned.sort((a, b) => comparePaths(a.entry.path, b.entry.path));
  }

  #isProgram(path: string, added: readonly { entry: Entry }[]): boolean {
    const { tree } = this.source;
    const entry = tree.resolve(path);
    if (entry !== undefined && !this.#isDropped(entry.path)) return entry.type === 'file';
    const literal = tree.canonical(path.replace(/^\/+/, ''));
    return added.some((each) => each.entry.path === literal && each.entry.type !== 'directory');
  }
}

function single(
  entry: Entry,
  content: PlannedEntry['content'],
  origin: Entry | null,
  attributes: Attributes = NO_ATTRIBUTES,
): PlannedEntry {
  return { entry, inode: 0, nlink: 1, content, attributes, linkTo: null, origin };
}
