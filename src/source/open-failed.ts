import { lackOfSystem, systemCode } from '../errors.ts';

/** What the user can do where a path that they named cannot be opened, by what the system says of it. */
const HINTS: Readonly<Record<string, string>> = {
  ELOOP: 'Its symlinks lead in a circle; name a path without them.',
  ENOTDIR: 'Something on the way to it is a file; check the path.',
  EIO: 'The device reports an error; see the kernel log.',
  ENXIO: 'It is a socket, or a device that is not there.',
};

/**
 * A failure to open what the user named, for any reason but that it does not exist.
 *
 * @param call what was tried, such as `opened`
 * @param denied hint where the user may not read it
 * @param otherwise hint for anything else that is not known here
 */
export function openFailed(
  cause: unknown,
  call: 'opened' | 'accessed',
  denied: string,
  otherwise: string = denied,
): { readonly what: string; readonly hint: string } {
  const lack = lackOfSystem(cause);
  if (lack !== undefined) return lack;
  const code = systemCode(cause) ?? '';
  const isDenied = code === 'EACCES' || code === 'EPERM';
  return { what: `cannot be ${call} (${code})`, hint: isDenied ? denied : (HINTS[code] ?? otherwise) };
}
