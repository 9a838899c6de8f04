/** One tree on one filesystem. There is one at a time, always at the same path. */
import { mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { scanDirectory } from '../source/directory.ts';
import type { Source } from '../source/source.ts';
import { Tree } from '../tree/tree.ts';
import { type Environment, runHelper } from './command.ts';
import { differingFacts, type Fact, fingerprint, type Observation, observe } from './facts.ts';
import { DeviceKeeper, type Filesystem, makeFilesystem } from './filesystem.ts';
import type { Setup, TreeSetup } from './setup.ts';
import { makeTree } from './tree-maker.ts';

interface WorldContext {
  /** An existing directory, for the filesystem and what it needs. */
  readonly scratch: string;
  /** What trees are created from. */
  readonly source: Source;
  /** Upper limit of the bytes that a copy takes. */
  readonly bytes: number;
  readonly env: Environment;
  readonly signal: AbortSignal;
  readonly keeper: DeviceKeeper;
}

export class World {
  readonly root: string;
  /** As it was when just created. */
  readonly tree: Tree;
  readonly observation: Observation;
  readonly #place: Filesystem;
  readonly #fingerprint: string;

  private constructor(root: string, tree: Tree, place: Filesystem) {
    this.root = root;
    this.tree = tree;
    this.#place = place;
    this.observation = observe(root, tree);
    this.#fingerprint = fingerprint(this.observation);
  }

  /** @throws HelperFailed where its filesystem cannot be created here; output-failed */
  static async make(setup: TreeSetup, context: WorldContext): Promise<World> {
    const scratch = join(context.scratch, 'world');
    mkdirSync(scratch);
    const { movingAccessTimes, otherDevice } = setup;
    const place = await makeFilesystem(setup.place, { ...context, scratch, movingAccessTimes, otherDevice });
    try {
      makeTree(context.source, place.makeIn, 'tree', setup.make);
      const parent = moveBelow(place.makeIn, setup.parents);
      if (place.directoriesIn !== undefined) {
        makeTree(directoriesOf(context.source), place.directoriesIn, 'tree', setup.make);
        moveBelow(place.directoriesIn, setup.parents);
      }
      for (const script of setup.afterwards) {
        const line = ['sh', '-ec', `cd -- "$1" && ${script}`, 'sh', join(parent, 'tree')];
        await runHelper(line, context.env, context.signal);
      }
      await place.finish();
      const root = join(place.directory, ...setup.parents, 'tree');
      if (setup.readOnly) {
        // The bind mount covers the tree itself, and is lazily unmounted with the filesystem below it.
        await runHelper(['mount', '--bind', root, root], context.env);
        await runHelper(['mount', '-o', 'remount,bind,ro', root], context.env);
      }
      return new World(root, scanned(root), place);
    } catch (error) {
      await place.remove();
      throw error;
    }
  }

  /** The tree as it is now, to be closed by the caller. */
  source(): Source {
    return scanDirectory(this.root);
  }

  /** Whether anything but access times has changed since it was created. */
  hasChanged(): boolean {
    const { tree } = this;
    const now = scanned(this.root);
    if (now.entries.length !== tree.entries.length) return true;
    return fingerprint(observe(this.root, now)) !== this.#fingerprint;
  }

  async remove(): Promise<void> {
    await this.#place.remove();
  }
}

function directoriesOf(source: Source): Source {
  const { root, entries } = source.tree;
  return {
    name: source.name,
    tree: new Tree(
      root,
      entries.filter(({ type }) => type === 'directory'),
    ),
    warnings: [],
    open: (entry) => source.open(entry),
    readFile: (entry, limit) => source.readFile(entry, limit),
    close() {},
  };
}

/** The directories are created after the tree, so its inode numbers are the same as elsewhere. */
function moveBelow(directory: string, parents: readonly string[]): string {
  const parent = parents.reduce((path, name) => {
    mkdirSync(join(path, name));
    return join(path, name);
  }, directory);
  if (parents.length > 0) renameSync(join(directory, 'tree'), join(parent, 'tree'));
  return parent;
}

function scanned(root: string): Tree {
  const source = scanDirectory(root);
  source.close();
  return source.tree;
}

// The current tree, and how it differs from that of the first control.

interface WorldsOptions {
  readonly source: Source;
  readonly scratch: string;
  readonly bytes: number;
  readonly env: Environment;
  readonly signal: AbortSignal;
}

export class Worlds {
  readonly #options: WorldsOptions;
  readonly #controlSetup: () => Setup;
  readonly #keeper: DeviceKeeper;
  #world: World | undefined;
  #isControl = false;
  #first: World | undefined;

  constructor(options: WorldsOptions, controlSetup: () => Setup) {
    this.#options = options;
    this.#controlSetup = controlSetup;
    this.#keeper = new DeviceKeeper(`${options.scratch}/device`, options.env);
  }

  /** What every other tree is compared with: the first control, even if it is gone. */
  get first(): World {
    return this.#first as World;
  }

  get current(): World | undefined {
    return this.#world;
  }

  /** The tree of this setup, freshly created: that of the control unless the setup needs a different one. */
  async enter(setup: Setup): Promise<World> {
    if (!setup.ownTree) return this.control();
    return this.#make(setup);
  }

  async control(): Promise<World> {
    if (this.#world !== undefined && this.#isControl) return this.#world;
    const world = await this.#make(this.#controlSetup());
    this.#isControl = true;
    this.#first ??= world;
    return world;
  }

  async leave(): Promise<void> {
    const world = this.#world;
    this.#world = undefined;
    this.#isControl = false;
    await world?.remove();
  }

  async close(): Promise<void> {
    await this.leave();
    await this.#keeper.release();
  }

  /** How the current tree differs from that of the first control. */
  observed(world: World): Set<Fact> {
    return world === this.#first ? new Set() : differingFacts(this.first.observation, world.observation);
  }

  async #make({ tree }: Setup): Promise<World> {
    await this.leave();
    const context: WorldContext = { ...this.#options, keeper: this.#keeper };
    this.#world = await World.make(tree, context);
    return this.#world;
  }
}
