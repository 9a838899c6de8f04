import type { TomlTable } from './toml-table.ts';
import { kindOf } from './toml-table.ts';

/** Permission bits with set-user-ID, set-group-ID and the sticky bit: chmod(2). */
const MAX_MODE = 0o7777;

/** Octal, as text or as a TOML octal number. A decimal 644 would be mode 1204, so it is refused. */
export function readMode(table: TomlTable, key: string): number | undefined {
  const value = table.get(key);
  if (value === undefined) return undefined;
  const hint = 'Write "0644" or 0o644.';
  if (typeof value === 'string') {
    if (!/^[0-7]{3,5}$/.test(value)) table.fail(key, `'${value}' is not an octal mode`, hint);
    return checkMode(table, key, Number.parseInt(value, 8), hint);
  }
  if (typeof value !== 'number')
    return table.fail(key, `'${key}' is ${kindOf(value)}, but should be octal`, hint);
  if (!table.source(key).startsWith('0o')) table.fail(key, `'${key}' is a number, but not octal`, hint);
  return checkMode(table, key, value, hint);
}

function checkMode(table: TomlTable, key: string, mode: number, hint: string): number {
  if (mode > MAX_MODE) table.fail(key, `mode 0${mode.toString(8)} is above 07777`, hint);
  return mode;
}
