/** Times of pax records: decimal seconds since 1970 with a fraction of any length. POSIX.1-2017 pax. */

export interface PaxTime {
  /** Rounded down. */
  readonly seconds: number;
  /** 0..999,999,999, rounded down. */
  readonly nanoseconds: number;
}

const BILLION = 1_000_000_000;

/** @returns undefined for what is no time, or none that a number holds */
export function parsePaxTime(text: string): PaxTime | undefined {
  const [, sign, whole, fraction = ''] = /^(-?)([0-9]{1,20})(?:\.([0-9]*))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const seconds = Number(whole);
  if (seconds >= Number.MAX_SAFE_INTEGER) return undefined;
  let nanoseconds = Number(fraction.slice(0, 9).padEnd(9, '0'));
  if (sign === '') return { seconds, nanoseconds };
  // Down is away from zero here, so that a digit behind the ninth counts.
  if (/[1-9]/.test(fraction.slice(9))) nanoseconds += 1;
  if (nanoseconds === 0) return { seconds: seconds === 0 ? 0 : -seconds, nanoseconds: 0 };
  return { seconds: -seconds - 1, nanoseconds: BILLION - nanoseconds };
}
