import { succeed } from './run-command.ts';

/** The archive from which this machine itself installs the suite; undefined where it has none. */
export async function debianMirror(suite: string): Promise<string | undefined> {
  // Fields as apt-get(8) documents them for its index targets; printed by no test.
  const format = '$(RELEASE) $(COMPONENT) $(REPO_URI)';
  const targets = await succeed(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages']);
  for (const line of targets.split('\n')) {
    const [release, component, address] = line.split(' ');
    if (release === suite && component === 'main') return address;
  }
  return undefined;
}
