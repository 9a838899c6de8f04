/** The text of a journal: a header, then one JSON value per line, so that a truncated one is recognized. */
import { StillrootError } from '../errors.ts';
import type { Operation } from './operation.ts';

/** Changes with the format, so that older journals are refused with a clear message. */
const HEADER = 'stillroot finalize journal 2';
const END = 'end';
/** Maximum bytes of a list, which is held in memory as a whole: about three million operations. */
export const LIST_MAX: number = 256 * 1024 * 1024;

const NUMBER: Check = (value) => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const STAGED: Check = (value) => {
  const { number, size, sha256, ...rest } = Object(value);
  if (Object.keys(rest).length > 0) return false;
  return NUMBER(number) && NUMBER(size) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256);
};
const OPTIONAL_PATHS: Check = (value) =>
  value === undefined || (Array.isArray(value) && value.length > 0 && value.every(isPath));
const OPTIONAL_NUMBER: Check = (value) => value === undefined || NUMBER(value);
const OPTIONAL_OWNER: Check = (value) =>
  value === undefined || (Array.isArray(value) && value.length === 2 && value.every(NUMBER));

type Check = (value: unknown) => boolean;

/** The keys of each operation besides `do` and `path`. A test compares it with the type. */
const FIELDS: Readonly<Record<Operation['do'], Readonly<Record<string, Check>>>> = {
  unlock: { mode: NUMBER },
  remove: { isDirectory: (value) => typeof value === 'boolean' },
  directory: {},
  symlink: { target: isByteString },
  write: { staged: STAGED },
  fill: { staged: STAGED, names: OPTIONAL_PATHS },
  relink: { to: isPath },
  set: { names: OPTIONAL_PATHS, owner: OPTIONAL_OWNER, mode: OPTIONAL_NUMBER, mtime: OPTIONAL_NUMBER },
};

/**
 * @param max bytes
 * @throws tree-unwritable where the list would be longer
 */
export function encodeJournal(operations: readonly Operation[], max: number = LIST_MAX): string {
  const lines = [HEADER];
  let size = HEADER.length + END.length + 2;
  for (const operation of operations) {
    const line = JSON.stringify(operation);
    size += Buffer.byteLength(line) + 1;
    if (size > max) throw tooLong(operations.length, max);
    lines.push(line);
  }
  return [...lines, END, ''].join('\n');
}

function tooLong(count: number, max: number): StillrootError {
  return new StillrootError('tree-unwritable', `the list of ${count} operations would exceed ${max} bytes`, {
    hint: 'Nothing was changed. Use pack, which does not modify the tree and needs no list.',
  });
}

/**
 * @param where of the journal, for messages
 * @throws finalize-interrupted where it is not a complete journal of this version
 */
export function parseJournal(text: string, where: string): Operation[] {
  const lines = text.split('\n');
  if (lines[0] !== HEADER || lines.at(-1) !== '' || lines.at(-2) !== END) {
    throw unreadable(where, `line 1: found ${showLine(lines[0] ?? '')}, wanted a whole journal`);
  }
  return lines.slice(1, -2).map((line, index) => {
    const operation = parseLine(line);
    if (operation !== undefined) return operation;
    throw unreadable(where, `line ${index + 2} is not an operation`);
  });
}

function parseLine(line: string): Operation | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isOperation(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOperation(value: unknown): value is Operation {
  const { do: name, path, ...rest } = Object(value) as Record<string, unknown>;
  if (typeof name !== 'string' || !Object.hasOwn(FIELDS, name)) return false;
  const fields = FIELDS[name as Operation['do']];
  const isRoot = path === '' && (name === 'set' || name === 'unlock');
  if (!isRoot && !isPath(path)) return false;
  if (Object.keys(rest).some((key) => !Object.hasOwn(fields, key))) return false;
  return Object.entries(fields).every(([key, check]) => check(rest[key]));
}

/** A path that stays inside: see src/tree/path.ts. */
function isPath(value: unknown): boolean {
  if (!isByteString(value) || value === '') return false;
  return (value as string).split('/').every((name) => name !== '' && name !== '.' && name !== '..');
}

function isByteString(value: unknown): boolean {
  return typeof value === 'string' && /^[\x01-\xff]*$/.test(value);
}

/** JSON only escapes characters below space, and the line is untrusted. */
function showLine(line: string): string {
  const text = JSON.stringify(line.slice(0, 40));
  return text.replace(/\p{C}/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

function unreadable(where: string, what: string): StillrootError {
  return new StillrootError(
    'finalize-interrupted',
    `the journal of an interrupted finalize is unreadable: ${what}`,
    {
      where,
      hint: 'Bootstrap the tree again, or remove the directory; the tree is then partly modified.',
    },
  );
}
