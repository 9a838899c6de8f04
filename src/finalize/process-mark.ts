import { readFileSync } from 'node:fs';

/** Field 22 of /proc/PID/stat (proc(5)): when the process started, so that a number used again is told apart. */
const START_TIME_FIELD = 22;

/** Number and start of this process. */
export function processMark(): string {
  return `${process.pid} ${startOf(process.pid) ?? ''}`;
}

/** Whether the process with this mark, as far as it can be seen from here, still runs. */
export function isRunning(mark: string): boolean {
  const [id = '', start = ''] = mark.split(' ');
  return /^[1-9]\d{0,9}$/.test(id) && start !== '' && startOf(Number(id)) === start;
}

function startOf(id: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${id}/stat`, 'latin1');
    // Field 2, the name in parentheses, may hold anything; field 3 comes behind the last of them.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[START_TIME_FIELD - 3];
  } catch {
    return undefined;
  }
}
