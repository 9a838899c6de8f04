/** The one tree that is there, and how it differs from the one of the first control. */
import type { Source } from '../source/source.ts';
import type { Environment } from './command.ts';
import { DeviceKeeper } from './device-keeper.ts';
import { differingFacts, type Fact } from './facts.ts';
import type { Setup } from './setup.ts';
import { World, type WorldContext } from './world.ts';

export interface WorldsOptions {
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

  /** What every other tree is compared with: the first control, be it gone or not. */
  get first(): World {
    return this.#first as World;
  }

  get current(): World | undefined {
    return this.#world;
  }

  /** The tree of this setup, made anew: that of the control where the setup wants no other. */
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

  /** In what the tree that is there differs from that of the first control. */
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
