/** The version: how it is asked for, and what is printed. All that runs in a call for it is loaded with this file. */
import type { VersionDocument } from '../documents/common.ts';
import { ENCODER, ENCODERS } from '../formats/encoders.ts';
import { documentText } from '../json/document.ts';
import { PROFILE, toolVersion } from '../versions.ts';
import { EXIT_OK } from './exit.ts';
import { reported } from './failures.ts';
import type { Terminal } from './terminal.ts';

/** Everything besides the input that decides output bytes. */
export function versionText(): string {
  const encoders = Object.entries(ENCODERS).map(
    ([compression, encoder]) => `encoder ${compression}: ${encoder}`,
  );
  return [`stillroot ${toolVersion()}`, `profile ${PROFILE}`, ...encoders].join('\n');
}

/** The same for `--json`. */
export function versionDocument(): VersionDocument {
  return {
    ...{ schema: 'stillroot/version/1', version: toolVersion(), profile: PROFILE },
    ...{ encoder: ENCODER, encoders: ENCODERS },
  };
}

/**
 * Prints the version where it is asked for: anywhere as an option, or as a command with no more than options.
 *
 * @param argv without the names of node and script
 * @param isSingle whether the program has one verb, which the command line does not name
 * @returns the exit status, or undefined for a call of something else
 */
export async function answerVersion(
  argv: readonly string[],
  isSingle: boolean,
  unguarded: Terminal,
): Promise<number | undefined> {
  const end = argv.indexOf('--');
  const words = end === -1 ? argv : argv.slice(0, end);
  if (!asksForVersion(words, isSingle)) return undefined;
  return reported(words, unguarded, (terminal) => {
    terminal.out(words.includes('--json') ? documentText(versionDocument()) : `${versionText()}\n`);
    return EXIT_OK;
  });
}

function asksForVersion(words: readonly string[], isSingle: boolean): boolean {
  if (words.includes('--help') || words.includes('-h')) return false;
  if (words.includes('--version') || words.includes('-V')) return true;
  return !isSingle && words[0] === 'version' && words.slice(1).every((word) => word === '--json');
}
