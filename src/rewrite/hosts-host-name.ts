import { buildHost, hostName, isNoName, textAt } from './build-host.ts';
import { type Rewrite, type RewriteContext, UNCHANGED } from './rewrite.ts';

const HOSTNAME = /(?:^|\/)etc\/hostname$/;

/**
 * Tells where etc/hosts names the build machine, and changes nothing: no bootstrap writes such a line, but installers
 * do (Debian's netcfg a line for 127.0.1.1, Alpine's setup-alpine one for 127.0.0.1), and so do people. Of etc/hosts, that
 * it has the name that rules take from etc/hostname; of etc/hostname where no rule does, that etc/hosts has its name too.
 * Silent with --policy hostname=keep.
 */
export const hostsHostName: Rewrite = {
  what: 'Changes nothing; reports that etc/hosts names the machine on which the tree was made.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, context) {
    if (context.policy('hostname') !== 'drop') return UNCHANGED;
    const text = bytes.toString('latin1');
    return HOSTNAME.test(context.path) ? ofHostname(text, context) : noteOfHosts(text, context);
  },
};

function ofHostname(text: string, context: RewriteContext): ReturnType<Rewrite['apply']> {
  const name = hostName(text);
  if (name === undefined || isNoName(name) || !isNamed(textAt(context, 'etc/hosts'), name)) return UNCHANGED;
  return {
    outcome: 'unchanged',
    note: 'etc/hosts has this name too, as installers write it: unless it is meant (--policy hostname=keep), replace it in both.',
  };
}

function noteOfHosts(text: string, context: RewriteContext): ReturnType<Rewrite['apply']> {
  const host = buildHost(context);
  const replaced = replacedName(context);
  const isOwn = (name: string): boolean => host?.isOwn(name) === true || name === replaced;
  if (!namesIn(text).some(isOwn)) return UNCHANGED;
  return {
    outcome: 'unchanged',
    note: 'Has the name that goes from etc/hostname: --policy hosts=strip takes out a line for 127.0.1.1; --policy hostname=keep if it is meant.',
  };
}

/** The name in etc/hostname where a rule puts another one there. */
function replacedName(context: RewriteContext): string | undefined {
  const name = hostName(textAt(context, 'etc/hostname'));
  const after = context.lookUp('etc/hostname');
  if (name === undefined || isNoName(name) || after?.isFile !== true) return undefined;
  return hostName(after.readFinal(64 * 1024).toString('latin1')) === name ? undefined : name;
}

function isNamed(hosts: string, name: string): boolean {
  return namesIn(hosts).some((each) => each === name || each.startsWith(`${name}.`));
}

/** hosts(5): names behind an address, up to a comment; in lower case. */
function namesIn(hosts: string): string[] {
  return hosts
    .toLowerCase()
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').trim().split(/\s+/).slice(1));
}
