/** Runs commands in turns: other load on the machine affects all alike, and the order rotates too. */
import { execFileSync } from 'node:child_process';
import { type Command, measure, type Sample } from './measure.ts';

export interface PreparedCommand extends Command {
  /** For bash, run before each turn, outside the measurement. */
  readonly prepare?: string;
}

export interface RoundsOptions {
  readonly rounds: number;
  /** Turns before the first that counts, so that files and programs are in the page cache. */
  readonly warmUps: number;
  readonly scratch: string;
}

/** @returns samples of each command, one per round */
export function runRounds(commands: readonly PreparedCommand[], options: RoundsOptions): Sample[][] {
  const { rounds, warmUps, scratch } = options;
  const samples = commands.map((): Sample[] => []);
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const index of turnOrder(commands.length, round + warmUps)) {
      const command = commands[index] as PreparedCommand;
      if (command.prepare !== undefined) execFileSync('bash', ['-e', '-c', command.prepare]);
      const sample = measure(command, scratch);
      if (round >= 0) samples[index]?.push(sample);
    }
  }
  return samples;
}

/** Indexes from 0 to `count` - 1, starting one later each round. */
export function turnOrder(count: number, round: number): number[] {
  return Array.from({ length: count }, (_, place) => (place + round) % count);
}
