/**
 * Keeps one device number for the trees of the lab. The kernel gives each mount the lowest number that is free, so that
 * two filesystems that are mounted one after the other have the same one, unless somebody else mounts something in
 * between. Between two trees an empty filesystem stands in, and each change of hands is one command.
 */
import { mkdirSync, statSync } from 'node:fs';
import { makeDirectories } from '../system/make-directories.ts';
import { type Environment, HelperFailed, runHelper } from './command.ts';

/** Mounts that are moved aside to come to a number, or away from it. */
const MAX_ASIDE = 64;

const EXCHANGE = `umount "$1" && exec mount -t tmpfs -o "$2" stillroot-lab "$3"`;

export class DeviceKeeper {
  readonly #standIn: string;
  readonly #aside: string;
  readonly #env: Environment;
  #number: bigint | undefined;
  #isStandIn = false;

  /** @param directory of the keeper's own; is made */
  constructor(directory: string, env: Environment) {
    this.#standIn = `${directory}/stand-in`;
    this.#aside = `${directory}/aside`;
    this.#env = env;
    for (const path of [directory, this.#standIn, this.#aside]) mkdirSync(path);
  }

  /**
   * Mounts a tmpfs. The first one decides which number is kept.
   *
   * @param other whether it has to have another number; else it has the same, if nobody else has taken it
   */
  async mount(at: string, options: string, other: boolean): Promise<void> {
    if (this.#isStandIn && !other) {
      this.#isStandIn = false;
      await this.#exchange(this.#standIn, options, at);
    } else {
      await this.#run('mount', '-t', 'tmpfs', '-o', options, 'stillroot-lab', at);
    }
    this.#number ??= numberOf(at);
    await this.#search(at, options, other);
  }

  async unmount(at: string): Promise<void> {
    if (this.#isStandIn || numberOf(at) !== this.#number) {
      await this.#run('umount', at);
      return;
    }
    await this.#exchange(at, 'size=4k', this.#standIn);
    this.#isStandIn = true;
  }

  async release(): Promise<void> {
    if (this.#isStandIn) await this.#run('umount', this.#standIn);
    this.#isStandIn = false;
  }

  #run(...argv: string[]): Promise<string> {
    return runHelper(argv, this.#env);
  }

  async #exchange(from: string, options: string, at: string): Promise<void> {
    try {
      await this.#run('sh', '-c', EXCHANGE, 'sh', from, options, at);
    } catch (error) {
      if (!(error instanceof HelperFailed)) throw error;
      // Something still holds it; out of sight it goes when that ends, and with the namespace at the latest.
      await this.#run('umount', '--lazy', from);
      await this.#run('mount', '-t', 'tmpfs', '-o', options, 'stillroot-lab', at);
    }
  }

  /** Moves mounts with a wrong number aside, where they keep it busy, until the right one comes or has passed. */
  async #search(at: string, options: string, other: boolean): Promise<void> {
    const wanted = this.#number as bigint;
    const isWrong = (): boolean => (other ? numberOf(at) === wanted : numberOf(at) < wanted);
    const moved: string[] = [];
    while (isWrong() && moved.length < MAX_ASIDE) {
      const name = `${this.#aside}/${moved.length}`;
      makeDirectories(name);
      await this.#run('mount', '--move', at, name);
      moved.push(name);
      await this.#run('mount', '-t', 'tmpfs', '-o', options, 'stillroot-lab', at);
    }
    for (const name of moved) await this.#run('umount', name);
  }
}

function numberOf(path: string): bigint {
  return statSync(path, { bigint: true }).dev;
}
