/** Tests with very many cases run some of them in `npm test`, and all of them if STILLROOT_THOROUGH is 1, as in CI. */
const IS_THOROUGH = process.env.STILLROOT_THOROUGH === '1';

/** The step from one case to the next. @param some a step for the short form; a prime meets all kinds of cases */
export function stepOf(all: number, some: number): number {
  return IS_THOROUGH ? all : some;
}

/** How often a property is tried. */
export function runsOf(all: number, some: number): number {
  return IS_THOROUGH ? all : some;
}

/** All cases, or some that stand for them. */
export function casesOf<Cases>(all: Cases, some: Cases): Cases {
  return IS_THOROUGH ? all : some;
}
