/**
 * Small checks of parsed JSON, put together as the documents are. Each says nothing where a value is as it should
 * be, and otherwise where it is not, what was found and what was wanted. Keys that no check names are left alone.
 */

export interface Mismatch {
  /** Keys and indices from the checked value down to the wrong one. */
  readonly place: (string | number)[];
  readonly found: unknown;
  readonly wanted: string;
}

export type Check = (value: unknown) => Mismatch | undefined;

/** A check for each key of `T`; of those that may be missing an optional one. */
export type Shape<T> = {
  readonly [Key in keyof T]-?: Record<never, never> extends Pick<T, Key> ? Optional : Required;
};

interface Required {
  readonly check: Check;
  readonly isOptional: false;
}

interface Optional {
  readonly check: Check;
  readonly isOptional: true;
}

export function required(check: Check): Required {
  return { check, isOptional: false };
}

export function optional(check: Check): Optional {
  return { check, isOptional: true };
}

export function mismatch(found: unknown, wanted: string): Mismatch {
  return { place: [], found, wanted };
}

export function text(value: unknown): Mismatch | undefined {
  return typeof value === 'string' ? undefined : mismatch(value, 'a string');
}

/** @param wanted what the pattern stands for, as `a digest (sha256:HEX)` */
export function textLike(pattern: RegExp, wanted: string): Check {
  return (value) => (typeof value === 'string' && pattern.test(value) ? undefined : mismatch(value, wanted));
}

export function oneOf(values: readonly (string | number)[]): Check {
  const wanted = values.map((value) => JSON.stringify(value)).join(' or ');
  return (value) => (values.some((each) => each === value) ? undefined : mismatch(value, wanted));
}

export function flag(value: unknown): Mismatch | undefined {
  return typeof value === 'boolean' ? undefined : mismatch(value, 'true or false');
}

export function nothing(value: unknown): Mismatch | undefined {
  return value === null ? undefined : mismatch(value, 'null');
}

/** Whole numbers that JavaScript holds exactly. */
export function whole(minimum = 0, maximum: number = Number.MAX_SAFE_INTEGER): Check {
  const wanted =
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  return (value) =>
    Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum
      ? undefined
      : mismatch(value, wanted);
}

export function either(...checks: readonly Check[]): Check {
  return (value) => {
    const found = checks.map((check) => check(value));
    if (found.includes(undefined)) return undefined;
    const wanted = found.map((each) => each?.wanted ?? '').join(', or ');
    return mismatch(value, wanted);
  };
}

export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return mismatch(value, 'a list');
    for (let at = 0; at < value.length; at += 1) {
      const found = check(value[at]);
      if (found !== undefined) return within(at, found);
    }
    return undefined;
  };
}

/** An object of which any key has this kind of value. */
export function recordOf(check: Check, checkKey?: Check): Check {
  return (value) => {
    if (!isObject(value)) return mismatch(value, 'an object');
    for (const [key, each] of Object.entries(value)) {
      const found = checkKey?.(key) ?? check(each);
      if (found !== undefined) return within(key, found);
    }
    return undefined;
  };
}

export function shapeOf<T>(shape: Shape<T>): Check {
  const rows = Object.entries(shape) as [string, Required | Optional][];
  return (value) => {
    if (!isObject(value)) return mismatch(value, 'an object');
    for (const [key, { check, isOptional }] of rows) {
      if (!Object.hasOwn(value, key)) {
        if (isOptional) continue;
        return within(key, mismatch(undefined, 'a value'));
      }
      const found = check(value[key]);
      if (found !== undefined) return within(key, found);
    }
    return undefined;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within(key: string | number, found: Mismatch): Mismatch {
  found.place.unshift(key);
  return found;
}

/** `image.blocks[3].size`. */
export function showPlace(place: readonly (string | number)[]): string {
  return place
    .map((key, at) => {
      if (typeof key === 'number') return `[${key}]`;
      if (!/^[A-Za-z_][\w-]{0,63}$/.test(key)) return `[${excerpt(key)}]`;
      return at === 0 ? key : `.${key}`;
    })
    .join('');
}

/** Characters of a value that a message shows. */
const EXCERPT = 60;

/** A value as a message shows it. */
export function excerpt(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, EXCERPT) : value);
  // JSON escapes what is below a blank only; DEL, C1 and marks that turn the direction of text are a stranger's too.
  const shown = text.replace(/\p{C}/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  return typeof value === 'string' && value.length > EXCERPT ? `${shown}...` : shown;
}
