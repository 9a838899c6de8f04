/** What apt and dpkg print when packages of a set cannot be installed, read to learn which ones and why. */

export interface LeftOut {
  /** As asked for. */
  readonly package: string;
  /** A clause. */
  readonly reason: string;
}

/** A package whose scripts or files failed, which need not be one that was asked for. */
export interface Failure {
  readonly package: string;
  readonly reason: string;
}

/** Of those asked for, the ones that a simulated installation does not know. */
export function unknownPackages(output: string): string[] {
  const missing = [
    /^E: Unable to locate package (\S+)$/gm,
    /^E: Package '([^']+)' has no installation candidate$/gm,
  ];
  return missing.flatMap((pattern) => [...output.matchAll(pattern)].map(([, name]) => name as string));
}

/**
 * The first package asked for that a simulated installation cannot have beside the others.
 *
 * @param output of apt-get, after "The following packages have unmet dependencies"
 */
export function unmetPackage(output: string, asked: readonly string[]): LeftOut | undefined {
  const [, unmet = ''] = output.split(/^The following packages have unmet dependencies:$/m);
  for (const [, name = '', why = ''] of unmet.matchAll(/^ (\S+) : (.*)$/gm)) {
    if (asked.includes(name))
      return { package: name, reason: `cannot be beside the others: ${squeeze(why)}` };
  }
  return undefined;
}

/** In a line of its own, or after a question about a conffile that nobody answers. */
const FAILED = /(?:^|\? )dpkg: error processing (?:package|archive) (\S+) \((?:--\S+)\):\n((?: .*\n)*)/gm;
/** Of a package that only waits for one that failed. */
const IS_DEPENDANT = /dependency problems/;

/**
 * The packages at which dpkg failed, without those that merely depend on them.
 *
 * @param log what apt-get install printed
 */
export function failures(log: string): Failure[] {
  const found = new Map<string, string>();
  for (const match of log.matchAll(FAILED)) {
    const [, name = '', why = ''] = match;
    if (IS_DEPENDANT.test(why)) continue;
    const said = lastLine(log.slice(0, match.index));
    const reason = squeeze(why).replace(/^installed \S+ package /, '');
    found.set(packageOf(name), said === '' ? reason : `${reason} (${said})`);
  }
  return [...found].map(([name, reason]) => ({ package: name, reason }));
}

/** The package that dpkg was busy with when the log ends. */
export function lastConfigured(log: string): string | undefined {
  const steps = [...log.matchAll(/^(?:Setting up|Unpacking|Processing triggers for) (\S+) /gm)];
  const name = steps.at(-1)?.[1];
  return name === undefined ? undefined : packageOf(name);
}

/** Names that a simulated installation would install. */
export function simulated(output: string): string[] {
  return [...output.matchAll(/^Inst (\S+) /gm)].map(([, name]) => packageOf(name as string));
}

/** Names of packages in the order in which a log configures them. */
export function configured(log: string): string[] {
  return [...log.matchAll(/^Setting up (\S+) /gm)].map(([, name]) => packageOf(name as string));
}

/** Without architecture; of a file of the cache its package. */
function packageOf(name: string): string {
  return name
    .replace(/^.*\//, '')
    .replace(/_.*\.deb$/, '')
    .replace(/:.*$/, '');
}

/** What a script said before it failed: lines of dpkg itself are not it. */
function lastLine(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  return /^( |Setting up|Unpacking|Preparing|Processing|Selecting|dpkg: )/.test(line) ? '' : squeeze(line);
}

const LONGEST = 200;

function squeeze(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}...` : line;
}
