/**
 * Shapes of JSON documents. One definition gives three things that would drift apart when written by hand: the
 * TypeScript type, the check of a parsed value, and the JSON Schema (draft 2020-12) for validators elsewhere.
 *
 * Keys that a shape does not name are ignored by the check and allowed by the schema: a newer version may add some.
 */

export interface Mismatch {
  /** Keys and indices from the checked value down to the wrong one. */
  readonly place: (string | number)[];
  readonly found: unknown;
  readonly wanted: string;
}

export type JsonSchema = Readonly<Record<string, unknown>>;

export interface Shape<T> {
  /** Undefined where the value has the shape. */
  readonly check: (value: unknown) => Mismatch | undefined;
  readonly schema: JsonSchema;
  /** Exists only in types. */
  readonly type?: T;
}

export interface OptionalShape<T> extends Shape<T> {
  readonly isOptional: true;
}

/** The TypeScript type of the values of a shape. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

/**
 * The value as the type of its shape.
 *
 * @param refused the error for a value that has another shape
 */
export function ofShape<T>(shape: Shape<T>, value: unknown, refused: (mismatch: Mismatch) => Error): T {
  const mismatch = shape.check(value);
  if (mismatch !== undefined) throw refused(mismatch);
  return value as T;
}

type AnyShape = Shape<unknown>;
type Keys = Readonly<Record<string, AnyShape>>;
type OptionalKey<K extends Keys> = {
  [Key in keyof K]: K[Key] extends OptionalShape<unknown> ? Key : never;
}[keyof K];
type ObjectOf<K extends Keys> = {
  readonly [Key in Exclude<keyof K, OptionalKey<K>>]: Infer<K[Key]>;
} & { readonly [Key in OptionalKey<K>]?: Infer<K[Key]> };
type Flat<T> = { [Key in keyof T]: T[Key] };

/** The purpose of a value, for the schema's description. */
type Purpose = string | undefined;

function described(schema: JsonSchema, about: Purpose): JsonSchema {
  return about === undefined ? schema : { ...schema, description: about };
}

function mismatch(found: unknown, wanted: string): Mismatch {
  return { place: [], found, wanted };
}

/** The same shape, for another purpose. */
export function about<T>(what: string, { check, schema }: Shape<T>): Shape<T> {
  return { check, schema: described(schema, what) };
}

/** A key that may be missing. */
export function optional<T>(shape: Shape<T>): OptionalShape<T> {
  return { check: shape.check, schema: shape.schema, isOptional: true };
}

/** Any string. */
export function text(about?: string): Shape<string> {
  return {
    check: (value) => (typeof value === 'string' ? undefined : mismatch(value, 'a string')),
    schema: described({ type: 'string' }, about),
  };
}

/** @param wanted what the pattern describes, such as `a digest (sha256:HEX)` */
export function textLike(pattern: RegExp, wanted: string, about?: string): Shape<string> {
  return {
    check: (value) =>
      typeof value === 'string' && pattern.test(value) ? undefined : mismatch(value, wanted),
    // The source of an expression escapes what delimits it, which a schema must not.
    schema: described(
      { type: 'string', pattern: pattern.source.replaceAll('\\/', '/').replaceAll('\\0', '\\u0000') },
      about,
    ),
  };
}

/** One of a few values, or the only one. */
export function oneOf<const T extends string | number | boolean | null>(
  values: readonly T[],
  about?: string,
): Shape<T> {
  const wanted = values.map((value) => JSON.stringify(value)).join(' or ');
  return {
    check: (value) => (values.some((each) => each === value) ? undefined : mismatch(value, wanted)),
    schema: described(values.length === 1 ? { const: values[0] } : { enum: values }, about),
  };
}

/** True or false. */
export function flag(about?: string): Shape<boolean> {
  return {
    check: (value) => (typeof value === 'boolean' ? undefined : mismatch(value, 'true or false')),
    schema: described({ type: 'boolean' }, about),
  };
}

/** Null. */
export function nothing(about?: string): Shape<null> {
  return {
    check: (value) => (value === null ? undefined : mismatch(value, 'null')),
    schema: described({ type: 'null' }, about),
  };
}

/** Null, or a value of another shape. */
export function nullable<T>({ check, schema }: Shape<T>): Shape<T | null> {
  return {
    check: (value) => (value === null ? undefined : check(value)),
    schema: { anyOf: [{ type: 'null' }, schema] },
  };
}

/** Any value. */
export function anything(about?: string): Shape<unknown> {
  return { check: () => undefined, schema: described({}, about) };
}

/** Any finite number from a minimum on. */
export function number(about?: string, minimum?: number): Shape<number> {
  const wanted = minimum === undefined ? 'a number' : `a number from ${minimum}`;
  return {
    check: (value) =>
      Number.isFinite(value) && (value as number) >= (minimum ?? Number.NEGATIVE_INFINITY)
        ? undefined
        : mismatch(value, wanted),
    schema: described({ type: 'number', ...(minimum === undefined ? {} : { minimum }) }, about),
  };
}

/** Whole numbers that JavaScript holds exactly. */
export function whole(
  about?: string,
  minimum: number = 0,
  maximum: number = Number.MAX_SAFE_INTEGER,
): Shape<number> {
  const wanted =
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${minimum}`
      : `a whole number from ${minimum} to ${maximum}`;
  return {
    check: (value) =>
      Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum
        ? undefined
        : mismatch(value, wanted),
    schema: described({ type: 'integer', minimum, maximum }, about),
  };
}

/** A value of one of `shapes`. */
export function either<const S extends readonly AnyShape[]>(
  shapes: S,
  about?: string,
): Shape<Infer<S[number]>> {
  return {
    check: (value) => {
      const found = shapes.map(({ check }) => check(value));
      if (found.includes(undefined)) return undefined;
      return mismatch(value, found.map((each) => each?.wanted ?? '').join(', or '));
    },
    schema: described({ anyOf: shapes.map(({ schema }) => schema) }, about),
  };
}

/** @param minimum minimum number of items */
export function listOf<T>(item: Shape<T>, about?: string, minimum: number = 0): Shape<readonly T[]> {
  return {
    check: (value) => {
      if (!Array.isArray(value)) return mismatch(value, 'a list');
      if (value.length < minimum) return mismatch(value, `a list of ${minimum} or more`);
      for (let at = 0; at < value.length; at += 1) {
        const found = item.check(value[at]);
        if (found !== undefined) return within(at, found);
      }
      return undefined;
    },
    schema: described(
      { type: 'array', items: item.schema, ...(minimum === 0 ? {} : { minItems: minimum }) },
      about,
    ),
  };
}

/** An object in which any key may occur, all of them with one kind of value. */
export function recordOf<T>(
  each: Shape<T>,
  about?: string,
  key?: Shape<string>,
): Shape<Readonly<Record<string, T>>> {
  return {
    check: (value) => {
      if (!isObject(value)) return mismatch(value, 'an object');
      for (const [name, content] of Object.entries(value)) {
        const found = key?.check(name) ?? each.check(content);
        if (found !== undefined) return within(name, found);
      }
      return undefined;
    },
    schema: described(
      {
        type: 'object',
        ...(key === undefined ? {} : { propertyNames: key.schema }),
        additionalProperties: each.schema,
      },
      about,
    ),
  };
}

/** An object with these keys; optional ones may be missing, unknown ones are ignored. */
export function object<const K extends Keys>(keys: K, about?: string): Shape<Flat<ObjectOf<K>>> {
  const rows = Object.entries(keys);
  const isOptional = (shape: AnyShape): boolean => 'isOptional' in shape;
  return {
    check: (value) => {
      if (!isObject(value)) return mismatch(value, 'an object');
      for (const [key, shape] of rows) {
        if (!Object.hasOwn(value, key)) {
          if (isOptional(shape)) continue;
          return within(key, mismatch(undefined, 'a value'));
        }
        const found = shape.check(value[key]);
        if (found !== undefined) return within(key, found);
      }
      return undefined;
    },
    schema: described(
      {
        type: 'object',
        properties: Object.fromEntries(rows.map(([key, { schema }]) => [key, schema])),
        required: rows.filter(([, shape]) => !isOptional(shape)).map(([key]) => key),
      },
      about,
    ),
  };
}

/** Adds a constraint to the schema that the check does not verify: which keys depend on which. */
export function constrained<T>(constraint: JsonSchema, shape: Shape<T>): Shape<T> {
  return { check: shape.check, schema: { ...shape.schema, ...constraint } };
}

/** One of the constraints that a schema has under `allOf`. */
export function implication(
  condition: JsonSchema,
  consequence: JsonSchema,
  otherwise?: JsonSchema,
): JsonSchema {
  const parts = [
    ['if', condition],
    ['then', consequence],
    ...(otherwise === undefined ? [] : [['else', otherwise] as const]),
  ];
  return Object.fromEntries(parts) as JsonSchema;
}

/** A document described elsewhere, by the name of its schema. */
export function reference(to: string): Shape<Readonly<Record<string, unknown>>> {
  return {
    check: (value) => (isObject(value) ? undefined : mismatch(value, 'an object')),
    schema: { $ref: to },
  };
}

/** The schema of a whole document. */
export function documentSchema(name: string, title: string, about: string, shape: AnyShape): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: name,
    title,
    description: about,
    ...shape.schema,
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

/** How many characters of a value a message shows. */
const EXCERPT = 60;

/** A value as shown in a message. */
export function excerpt(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, EXCERPT) : value);
  // JSON escapes only characters below the blank; untrusted text may also hold DEL, C1 and marks that change text direction.
  const shown = text.replace(/\p{C}/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
  return typeof value === 'string' && value.length > EXCERPT ? `${shown}...` : shown;
}
