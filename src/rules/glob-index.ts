import type { Move } from '../packages/moved-directories.ts';
import type { Branch, Component } from './glob.ts';
import { Glob, matchesComponent, movedBranches, originalNames } from './glob.ts';
import { OP_STAR } from './glob-parse.ts';

/**
 * Matches many globs at once: for a path, the numbers of those that match, ascending, as if each were tried
 * separately.
 *
 * Together the globs form one automaton over components, built lazily as paths are matched. A state is the set of
 * places in patterns that a directory leads to; in it, names are looked up where the pattern is
 * literal, and only components with wildcards are tried. Paths in tree order descend once for each
 * directory.
 */
export class GlobIndex {
  readonly #globs: readonly Glob[];
  readonly #automaton: Automaton;
  readonly #moves: readonly Move[];
  /** By move; few trees have a moved directory, so they are built when one is met. */
  readonly #moved = new Map<Move, Automaton>();
  #directory = '';
  /** Of the directory, and of the places that it was moved from. */
  #states: readonly State[];

  constructor(globs: readonly (string | Glob)[]) {
    this.#globs = globs.map((given) => (typeof given === 'string' ? new Glob(given) : given));
    this.#automaton = new Automaton(this.#globs.map(({ branches }) => branches));
    this.#moves = [...new Set(this.#globs.flatMap(({ moves }) => moves))];
    this.#states = [this.#automaton.start];
  }

  /** Shared between calls: do not modify. */
  match(path: string): readonly number[] {
    if (path === '') return NONE;
    const slash = path.lastIndexOf('/');
    if (slash === -1) return finalsOf(this.#automaton.start, path);
    const isSibling = slash === this.#directory.length && path.startsWith(this.#directory);
    if (!isSibling) this.#enter(path.slice(0, slash));
    const name = path.slice(slash + 1);
    const [state, ...moved] = this.#states;
    const found = finalsOf(state as State, name);
    if (moved.length === 0) return found;
    const all = new Set([...found, ...moved.flatMap((each) => finalsOf(each, name))]);
    return [...all].sort((a, b) => a - b);
  }

  #enter(directory: string): void {
    const names = directory.split('/');
    const states = [this.#automaton.reach(names)];
    for (const move of this.#moves) {
      // The entry is inside the new place if its directory is that place or inside it.
      const original = originalNames([...names, ''], move)?.slice(0, -1);
      if (original !== undefined) states.push(this.#movedBy(move).reach(original));
    }
    this.#directory = directory;
    this.#states = states;
  }

  #movedBy(move: Move): Automaton {
    let automaton = this.#moved.get(move);
    if (automaton === undefined) {
      automaton = new Automaton(
        this.#globs.map(({ branches, moves }) => (moves.includes(move) ? movedBranches(branches, move) : [])),
      );
      this.#moved.set(move, automaton);
    }
    return automaton;
  }
}

class Automaton {
  readonly start: State;
  readonly #places: readonly Place[];
  readonly #states = new Map<string, State>();

  /** @param globs the branches of each */
  constructor(globs: readonly (readonly Branch[])[]) {
    const places: Place[] = [];
    const starts: number[] = [];
    for (const [glob, branches] of globs.entries()) {
      for (const branch of branches) {
        starts.push(places.length);
        for (const [at, component] of branch.entries()) {
          places.push({ component, glob, isLast: at === branch.length - 1 });
        }
      }
    }
    this.#places = places;
    this.start = this.#stateAt(starts);
  }

  /** The state of a directory. */
  reach(names: readonly string[]): State {
    let state = this.start;
    for (const name of names) state = this.#step(state, name);
    return state;
  }

  #step(state: State, name: string): State {
    const known = state.steps.get(name);
    if (known !== undefined) return known;
    let next = state.nextLiteral.get(name) ?? NONE;
    for (const place of state.nextWild) {
      if (matchesComponent(this.#componentAt(place), name)) next = [...next, place + 1];
    }
    if (next.length === 0) {
      state.rest ??= this.#stateAt(state.stay);
      return state.rest;
    }
    const reached = this.#stateAt([...state.stay, ...next]);
    state.steps.set(name, reached);
    return reached;
  }

  #componentAt(place: number): Component {
    return (this.#places[place] as Place).component;
  }

  #stateAt(reached: readonly number[]): State {
    const closed = new Set(reached);
    for (const place of closed) {
      const { component, isLast } = this.#places[place] as Place;
      if (component.globstar && !isLast) closed.add(place + 1);
    }
    const places = [...closed].sort((a, b) => a - b);
    const key = places.join();
    const known = this.#states.get(key);
    if (known !== undefined) return known;
    const state = makeState(places, this.#places);
    this.#states.set(key, state);
    return state;
  }
}

/** One component of one branch of one glob; the next component of the branch is the next place. */
interface Place {
  readonly component: Component;
  readonly glob: number;
  readonly isLast: boolean;
}

interface WildFinal {
  readonly component: Component;
  readonly glob: number;
}

interface State {
  /** Globstars: a directory of any name leads back to them. */
  readonly stay: readonly number[];
  readonly nextLiteral: ReadonlyMap<string, readonly number[]>;
  readonly nextWild: readonly number[];
  /** The states after names seen so far that lead further. */
  readonly steps: Map<string, State>;
  /** The state after a name that only globstars accept. */
  rest: State | undefined;
  /** Globs that match every name here, ascending. */
  readonly always: readonly number[];
  readonly literal: ReadonlyMap<string, readonly number[]>;
  /** Components with a wildcard, by last byte, otherwise by first byte, otherwise tried on every name. */
  readonly byLastByte: ReadonlyMap<number, readonly WildFinal[]>;
  readonly byFirstByte: ReadonlyMap<number, readonly WildFinal[]>;
  readonly byNothing: readonly WildFinal[];
}

const NONE: readonly number[] = [];

function makeState(places: readonly number[], all: readonly Place[]): State {
  const stay: number[] = [];
  const nextLiteral = new Map<string, number[]>();
  const nextWild: number[] = [];
  const always = new Set<number>();
  const literal = new Map<string, number[]>();
  const byLastByte = new Map<number, WildFinal[]>();
  const byFirstByte = new Map<number, WildFinal[]>();
  const byNothing: WildFinal[] = [];
  for (const place of places) {
    const { component, glob, isLast } = all[place] as Place;
    if (component.globstar) {
      stay.push(place);
      if (isLast) always.add(glob);
    } else if (!isLast) {
      if (component.literal === undefined) nextWild.push(place);
      else append(nextLiteral, component.literal, place + 1);
    } else if (component.literal !== undefined) {
      append(literal, component.literal, glob);
    } else {
      const last = component.ops.at(-1) as number;
      const first = component.ops[0] as number;
      if (last < 256) append(byLastByte, last, { component, glob });
      else if (first < 256) append(byFirstByte, first, { component, glob });
      else if (first === OP_STAR && component.ops.length === 1) always.add(glob);
      else byNothing.push({ component, glob });
    }
  }
  const sorted = [...always].sort((a, b) => a - b);
  return {
    stay,
    nextLiteral,
    nextWild,
    steps: new Map(),
    rest: undefined,
    always: sorted,
    literal,
    byLastByte,
    byFirstByte,
    byNothing,
  };
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function finalsOf(state: State, name: string): readonly number[] {
  const literal = state.literal.get(name);
  let found: number[] | undefined;
  const last = state.byLastByte.get(name.charCodeAt(name.length - 1));
  if (last !== undefined) found = tryAll(last, name, found);
  const first = state.byFirstByte.get(name.charCodeAt(0));
  if (first !== undefined) found = tryAll(first, name, found);
  if (state.byNothing.length > 0) found = tryAll(state.byNothing, name, found);
  if (literal === undefined && found === undefined) return state.always;
  const all = new Set([...state.always, ...(literal ?? NONE), ...(found ?? NONE)]);
  return [...all].sort((a, b) => a - b);
}

function tryAll(
  candidates: readonly WildFinal[],
  name: string,
  found: number[] | undefined,
): number[] | undefined {
  let list = found;
  for (const { component, glob } of candidates) {
    if (!matchesComponent(component, name)) continue;
    if (list === undefined) list = [glob];
    else list.push(glob);
  }
  return list;
}
