/**
 * What the values of an image's configuration look like: config.md of the OCI image specification, and what programs that
 * run containers take where it says nothing.
 */
import { constants } from 'node:os';

/** @returns the port and its protocol as images name them, such as `80/tcp`; undefined for anything else */
export function exposedPort(text: string): string | undefined {
  const [, port = '', protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/.exec(text) ?? [];
  const number = Number(port);
  return number >= 1 && number <= 65_535 ? `${number}/${protocol}` : undefined;
}

/** The highest number of a signal of Linux, SIGRTMAX. */
const SIGNAL_MAX = 64;
/** signal(7): those that a C library leaves to programs. */
const REALTIME = /^SIGRTM(?:IN(?:\+([1-9]\d?))?|AX(?:-([1-9]\d?))?)$/;
const REALTIME_MAX = 30;

/** Whether it is the name of a signal of Linux, or its number. */
export function isSignal(text: string): boolean {
  if (/^[1-9]\d?$/.test(text)) return Number(text) <= SIGNAL_MAX;
  const [found, above = '0', below = '0'] = REALTIME.exec(text) ?? [];
  if (found !== undefined) return Math.max(Number(above), Number(below)) <= REALTIME_MAX;
  return Object.hasOwn(constants.signals, text);
}

/** Whether a text is a variable of the environment: `NAME=VALUE`. A name with blanks is a mistake in quoting. */
export function isVariable(text: string): boolean {
  return /^[^=\s\p{Cc}]+=/u.test(text) && !text.includes('\0');
}

/** Whether it is a user, or a user and a group, each by name or number. */
export function isUser(text: string): boolean {
  return /^[^:\s\0]+(?::[^:\s\0]+)?$/.test(text);
}

export function isAbsolutePath(text: string): boolean {
  return text.startsWith('/') && !text.includes('\0');
}
