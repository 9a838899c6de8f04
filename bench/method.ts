/** The head of the results file. */

/** @param machine what applies to all figures: machine, distribution, versions; one line each */
export function method(machine: readonly string[]): string {
  return `# Results

Written by \`bench/run.ts\`; \`bench/README.md\` says what follows from them.

${machine.map((line) => `* ${line}`).join('\n')}

* All commands of a table pack the same tree, from a warm page cache, in one run; rules of stillroot are off.
* They take turns, and who begins takes turns too. Ratios are taken round by round; shown are the median and, in parentheses, least and most.
* Seconds and sizes are medians. CPU is that of all processes, peak memory that of the largest one.
* Load is how many processes wanted a processor in the last minute, other people's among them; it should begin near 0.
* stillroot has no cache of blocks unless a row says so, and one encoder thread a processor, as xz -T0 has.

To repeat it: \`npm run build\`, then as root \`npm run bench -- small base large many --report FILE\`; \`--groups\` takes a part.
Make trees and scratch directory on a filesystem that is as fast as yours is in use: \`--trees\`, \`--scratch\`.`;
}
