/**
 * The lab: creates the tree under one perturbation after the other, runs every packer on it, and compares the archives.
 * There is one tree at a time, and packers take turns on it, so that nothing varies except on purpose.
 */
import { StillrootError } from '../errors.ts';
import type { Source } from '../source/source.ts';
import { Archives } from './archives.ts';
import { type Environment, HelperFailed } from './command.ts';
import type { Dimension, TreeFacts } from './dimension.ts';
import type { Fact } from './facts.ts';
import type { FilesystemName } from './filesystem.ts';
import { choosePlace, spaceOf } from './filesystem.ts';
import type { Host } from './host.ts';
import { hasZeroPage, Model, middleTime } from './model.ts';
import { lackingPrograms, type Packer, versionCommands, versionIn } from './packer.ts';
import { type Digests, type Note, noteInstead, PackerRecord } from './packer-record.ts';
import { PackerRunner, type Run } from './packer-run.ts';
import type { Difference, DimensionResult, LabResult } from './result.ts';
import { combineDimensions } from './select.ts';
import { type CheckContext, checkEffect } from './self-check.ts';
import { controlSetup, describeCommand, type Setup } from './setup.ts';
import { hasBlank } from './shell.ts';
import type { World } from './world.ts';
import { Worlds } from './world.ts';

interface LabOptions {
  readonly source: Source;
  readonly host: Host;
  /** A directory reserved for the lab; the caller removes what is left in it. */
  readonly scratch: string;
  readonly dimensions: readonly Dimension[];
  readonly packers: readonly Packer[];
  readonly seed: number;
  /** Undefined for the median of the times in the tree. */
  readonly epoch: number | undefined;
  /** Rounds of the control, for ratios. */
  readonly rounds: number;
  /** Id of the packer to compare figures with. */
  readonly against: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

export interface Progress {
  /** Steps; each is one start of one packer. */
  readonly done: number;
  readonly all: number;
  readonly what: string;
}

/** Compressor threads in the control; two, so that both fewer and more can be tried. */
const THREADS = 2;
/** A perturbed run may take this many times as long as the control, plus these seconds. */
const PATIENCE = 30;
const LEAST_PATIENCE = 120;

/** Runs the packers under all perturbations and compares. Rejects with the signal's reason if aborted. */
export function runLab(options: LabOptions): Promise<LabResult> {
  return new Lab(options).run();
}

class Lab {
  readonly #options: LabOptions;
  readonly #runner: PackerRunner;
  readonly #worlds: Worlds;
  readonly #records: PackerRecord[];
  readonly #results: DimensionResult[] = [];
  readonly #notes: string[] = [];
  readonly #place: FilesystemName;
  readonly #epoch: number;
  readonly #env: Environment & { readonly SOURCE_DATE_EPOCH: string };
  /** Known once the first tree has been created. */
  #facts!: TreeFacts;
  #model!: Model;
  #archives!: Archives;
  #done = 0;

  constructor(options: LabOptions) {
    this.#options = options;
    const { host, source, scratch, signal } = options;
    this.#runner = new PackerRunner({ scratch, signal });
    this.#records = options.packers.map((packer) => new PackerRecord(packer));
    this.#epoch = options.epoch ?? middleTime(source.tree);
    const bytes = spaceOf(source);
    this.#place = choosePlace(host, bytes, this.#notes);
    this.#env = {
      PATH: host.path,
      HOME: '/root',
      LANG: 'C.UTF-8',
      LC_ALL: 'C.UTF-8',
      TZ: 'UTC',
      TMPDIR: this.#runner.temporary,
      SOURCE_DATE_EPOCH: String(this.#epoch),
    };
    // mkfs programs would use it as the date of the tree.
    const { SOURCE_DATE_EPOCH: _epoch, ...env } = this.#env;
    const context = { source, scratch, bytes, env, signal };
    this.#worlds = new Worlds(context, () => this.#setup());
  }

  async run(): Promise<LabResult> {
    try {
      await this.#lookAtPackers();
      await this.#runControls();
      // Those that leave the tree alone come first: they share the tree of the control.
      for (const kind of ['process', 'tool', 'tree'] as const) {
        for (const dimension of this.#options.dimensions) {
          if (dimension.kind === kind) await this.#runDimension(dimension);
        }
      }
      const together = await this.#runTogether();
      await this.#runRounds();
      return this.#result(together);
    } finally {
      await this.#worlds.close();
    }
  }

  get #active(): PackerRecord[] {
    return this.#records.filter(({ status }) => status === 'ran');
  }

  #setup(): Setup {
    const { host } = this.#options;
    const shell = host.find('bash') === undefined ? ['sh', '-c'] : ['bash', '-c'];
    return controlSetup({ place: this.#place, shell, threads: THREADS, env: this.#env });
  }

  async #lookAtPackers(): Promise<void> {
    const versions = new Map<string, string>();
    for (const record of this.#records) {
      const lacking = lackingPrograms(record.packer, this.#options.host);
      if (lacking !== undefined) {
        record.skip(lacking);
        continue;
      }
      for (const [program, command] of versionCommands(record.packer)) {
        const known = versions.get(program);
        const version = known ?? versionIn(await this.#runner.probe(command, this.#setup().run, '/'));
        versions.set(program, version);
        record.versions[program] = version;
      }
    }
  }

  async #runControls(): Promise<void> {
    const { source, seed, scratch } = this.#options;
    const { tree } = await this.#worlds.control();
    this.#model = new Model(source, tree);
    this.#archives = new Archives(scratch, this.#runner.temporary, this.#model);
    const isOnTmpfs = this.#place === 'tmpfs';
    this.#facts = { tree, epoch: this.#epoch, seed, hasZeroPage: hasZeroPage(source), isOnTmpfs };
    for (const record of this.#active) {
      for (const name of ['control', 'control again']) {
        if (record.status === 'ran') await this.#runControl(record, name);
      }
    }
  }

  async #runControl(record: PackerRecord, name: string): Promise<void> {
    const world = await this.#worlds.control();
    this.#report(`${name}: ${record.packer.id}`);
    const [run] = await this.#start(record, this.#setup(), world, true);
    if (world.hasChanged()) {
      record.writesToTree = true;
      await this.#worlds.leave();
    }
    if (run?.archive === undefined) {
      record.fail(`the control failed: ${this.#neutral(run?.message)}`);
      return;
    }
    const digests = await this.#archives.digests(record.packer, run.archive);
    record.samples.push(run.result);
    record.count(digests);
    if (record.control === undefined) {
      record.control = digests;
      record.size = run.archive.size;
      record.losses = await this.#archives.losses(record.packer, run.archive);
      record.output = await this.#archives.output(record.packer, run.archive);
      this.#archives.keepControl(record.packer, run.archive);
    } else if (digests.raw !== record.control.raw || digests.compressed !== record.control.compressed) {
      record.stable = false;
    }
  }

  #start(record: PackerRecord, setup: Setup, world: World, withMemory = false): Promise<Run[]> {
    const slowest = Math.max(0, ...record.samples.map(({ wall }) => wall));
    const timeout = (LEAST_PATIENCE + PATIENCE * slowest) * 1000;
    return this.#runner.run(record.packer, setup.run, world.root, { timeout, withMemory });
  }

  async #runDimension(dimension: Dimension): Promise<void> {
    const facts = this.#facts;
    const { host } = this.#options;
    const records = this.#active.filter(({ packer }) => isMeantFor(dimension, packer, host));
    const lacking =
      dimension.lacking(host, facts) ?? (records.length === 0 ? 'no packer that runs has it' : undefined);
    if (lacking !== undefined) {
      this.#settle(dimension, 'skipped', lacking);
      return;
    }
    const setup = this.#setup();
    dimension.vary(setup, facts, host);
    setup.ownTree = dimension.kind === 'tree';
    const world = await this.#tryToEnter(setup);
    if (world instanceof Error) {
      this.#settle(dimension, 'skipped', world.message);
      return;
    }
    const observed = this.#worlds.observed(world);
    const seen = await checkEffect(dimension, setup, world, observed, this.#checkContext([dimension]));
    if (!seen.tookEffect) {
      this.#settle(dimension, 'no-effect', seen.text);
      return;
    }
    let hadCompany = true;
    for (const record of this.#inOrder(records)) {
      this.#report(`${dimension.id}: ${record.packer.id}`);
      const note = await this.#runNote(dimension, record, setup);
      hadCompany &&= note !== undefined;
      record.notes.push(note ?? noteInstead(dimension, 'no-effect'));
    }
    for (const record of this.#active) {
      if (!records.includes(record)) record.notes.push(noteInstead(dimension, 'none'));
    }
    if (hadCompany) this.#settle(dimension, 'ran', undefined, seen.text, observed, setup);
    else this.#settle(dimension, 'no-effect', 'it was over before anything else went on');
  }

  #checkContext(varied: readonly Dimension[]): CheckContext {
    const { host } = this.#options;
    return { runner: this.#runner, model: this.#model, control: this.#setup(), host, varied };
  }

  /** @returns the error if such a tree cannot be created here */
  async #tryToEnter(setup: Setup): Promise<World | Error> {
    try {
      return await this.#worlds.enter(setup);
    } catch (error) {
      if (error instanceof HelperFailed) return error;
      if (error instanceof StillrootError && error.code === 'output-failed') return error;
      throw error;
    }
  }

  /** Those that write to the tree come last: it has to be recreated after each. */
  #inOrder(records: readonly PackerRecord[]): PackerRecord[] {
    return records.toSorted((a, b) => Number(a.writesToTree) - Number(b.writesToTree));
  }

  /** @returns undefined if the company of the packer was not running throughout */
  async #runNote(
    dimension: Pick<Dimension, 'id' | 'equality' | 'facts'>,
    record: PackerRecord,
    setup: Setup,
  ): Promise<Note | undefined> {
    const { id, equality } = dimension;
    const world = this.#worlds.current ?? (await this.#worlds.enter(setup));
    const facts = factsOf(dimension, this.#worlds.observed(world));
    const runs = await this.#start(record, setup, world);
    if (runs.some(({ hadCompany }) => !hadCompany)) return undefined;
    const message = this.#neutral(runs.find((run) => run.message !== undefined)?.message) ?? undefined;
    const digests: Digests[] = [];
    let difference: Difference | undefined;
    for (const { archive } of runs) {
      if (archive === undefined) continue;
      const found = await this.#archives.digests(record.packer, archive);
      digests.push(found);
      if (equality === 'required') record.count(found);
      if (found.compressed !== record.control?.compressed) {
        difference ??= await this.#archives.difference(record.packer, archive);
      }
    }
    if (record.writesToTree || world.hasChanged()) {
      record.writesToTree = true;
      await this.#worlds.leave();
    }
    return { dimension: id, equality, facts, digests, message, difference, instead: undefined };
  }

  #settle(
    { id, kind, about, how, equality }: Dimension,
    status: DimensionResult['status'],
    reason: string | undefined,
    seen?: string,
    facts: ReadonlySet<Fact> = new Set(),
    setup: Setup = this.#setup(),
  ): void {
    const control = this.#setup().run;
    const line = describeCommand(setup.run, control, 'COMMAND');
    const isVaried = line !== describeCommand(control, control, 'COMMAND');
    this.#results.push({
      ...{ id, kind, about, how, equality, status },
      reason: this.#neutral(reason),
      seen: this.#neutral(seen),
      facts: [...facts],
      command: isVaried ? this.#neutral(line) : null,
    });
    for (const { notes } of this.#active) {
      if (notes.some((note) => note.dimension === id)) continue;
      notes.push(noteInstead({ id, equality }, status === 'no-effect' ? 'no-effect' : 'none'));
    }
  }

  /** Without the name of the scratch directory, which is different each time. */
  #neutral(text: string | undefined): string | null {
    return text?.replaceAll(this.#options.scratch, '...') ?? null;
  }

  /** Everything that ran and can be combined, in one run for each packer. */
  async #runTogether(): Promise<string[]> {
    const ran = new Set(this.#results.filter(({ status }) => status === 'ran').map(({ id }) => id));
    const candidates = this.#options.dimensions.filter(({ id }) => ran.has(id));
    const chosen = combineDimensions(candidates, this.#options.seed);
    if (chosen.length < 2) return [];
    const setup = this.#setup();
    for (const dimension of chosen) dimension.vary(setup, this.#facts, this.#options.host);
    setup.ownTree = true;
    const world = await this.#tryToEnter(setup);
    if (world instanceof Error) {
      this.#notes.push(`not all could be varied at once: ${world.message}`);
      return [];
    }
    const observed = this.#worlds.observed(world);
    const context = this.#checkContext(chosen);
    const inEffect: string[] = [];
    for (const dimension of chosen) {
      const { tookEffect } = await checkEffect(dimension, setup, world, observed, context);
      if (tookEffect) inEffect.push(dimension.id);
    }
    for (const record of this.#inOrder(this.#active)) {
      this.#report(`all at once: ${record.packer.id}`);
      record.together = await this.#runNote({ id: 'together', equality: 'required' }, record, setup);
    }
    return inEffect;
  }

  /** Packers take turns, so that other load on the machine affects them all alike. */
  async #runRounds(): Promise<void> {
    for (let round = 1; round <= this.#options.rounds; round += 1) {
      for (const record of this.#inOrder(this.#active)) {
        this.#report(`round ${round}: ${record.packer.id}`);
        const world = await this.#worlds.control();
        const [run] = await this.#start(record, this.#setup(), world, true);
        if (run?.archive !== undefined) record.rounds.push(run.result);
        if (record.writesToTree) await this.#worlds.leave();
      }
    }
  }

  #report(what: string): void {
    const { dimensions, rounds, onProgress } = this.#options;
    this.#done += 1;
    const all = this.#active.length * (2 + dimensions.length + 1 + rounds);
    onProgress({ done: Math.min(this.#done, all), all, what });
  }

  #result(together: readonly string[]): LabResult {
    const { source, seed, host, against, dimensions } = this.#options;
    const reference = this.#records.find(({ packer }) => packer.id === against);
    // They ran in a different order; reports use that of the table.
    const order = new Map(dimensions.map(({ id }, at) => [id, at]));
    const place = (id: string): number => order.get(id) ?? 0;
    for (const { notes } of this.#records) notes.sort((a, b) => place(a.dimension) - place(b.dimension));
    return {
      source: source.name,
      entries: this.#facts.tree.entries.length,
      bytes: source.tree.entries.reduce((sum, { size }) => sum + size, 0),
      epoch: this.#epoch,
      seed,
      place: this.#place,
      host: host.facts,
      dimensions: this.#results.toSorted((a, b) => place(a.id) - place(b.id)),
      packers: this.#records.map((record) => record.result(reference)),
      together,
      notes: this.#notes,
    };
  }
}

function isMeantFor(dimension: Dimension, packer: Packer, host: Host): boolean {
  const { blank } = dimension;
  if (blank !== undefined && !hasBlank(packer.command, blank)) return false;
  return dimension.concerns?.(packer, host) ?? true;
}

/** Differences of a tree are observed; any other dimension is identified only by its own name. */
function factsOf(
  { id, facts }: Pick<Dimension, 'id' | 'facts'>,
  observed: ReadonlySet<Fact>,
): ReadonlySet<string> {
  return facts === undefined ? new Set([...observed, id]) : observed;
}
