/**
 * The os-release format as os-release(5) specifies it: lines of `NAME=value` that a shell could read,
 * without expansion. Comments begin with `#` at the start of a line; a later line overrides an earlier
 * one; any other line is skipped, as in systemd.
 */
export function parseOsRelease(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed.startsWith('#') || trimmed.startsWith(';')) continue;
    const assignment = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(trimmed);
    if (assignment === null) continue;
    const value = unquote(assignment[2] as string);
    if (value !== undefined) fields.set(assignment[1] as string, value);
  }
  return fields;
}

/** Undefined where a quote is not closed or something follows the closing one. */
function unquote(raw: string): string | undefined {
  const quote = raw[0];
  if (quote !== '"' && quote !== "'") return raw.replace(/\\(.)/g, '$1');
  let value = '';
  for (let at = 1; at < raw.length; at++) {
    const char = raw[at] as string;
    if (char === quote) return at === raw.length - 1 ? value : undefined;
    const next = raw[at + 1];
    // Between double quotes a backslash escapes only these characters; elsewhere it is literal.
    if (char === '\\' && quote === '"' && next !== undefined && '"$\\`'.includes(next)) {
      value += next;
      at += 1;
    } else {
      value += char;
    }
  }
  return undefined;
}
