import { buildHost, HOST_QUESTIONS, NO_NAME, withoutNames } from './build-host.ts';
import { ifTextChanged } from './if-changed.ts';
import { type Rewrite, type RewriteContext, UNCHANGED } from './rewrite.ts';
import { fieldOf, joinStanzas, splitStanzas } from './stanzas.ts';

/**
 * `var/cache/debconf/config.dat`: what mail servers answered themselves with the name of the build machine becomes what
 * `mail-host-name` makes of their files, for dpkg-reconfigure takes it from there. `sort-debconf` does the same.
 */
export const debconfHostName: Rewrite = {
  what: 'The name of the build machine goes from answers of debconf that nobody gave, as it does from mail servers.',
  maximumSize: 32 * 1024 * 1024,
  apply(bytes, context) {
    const split = splitStanzas(bytes.toString('latin1'));
    if (split === undefined) return UNCHANGED;
    const stanzas = withoutBuildHost(split.stanzas, context);
    return ifTextChanged(bytes, joinStanzas({ stanzas, end: split.end }));
  },
};

/** The stanzas of config.dat without the name of the build machine, where a package answered its own question with it. */
export function withoutBuildHost(stanzas: readonly string[], context: RewriteContext): readonly string[] {
  const isOfHost = (stanza: string): boolean => HOST_QUESTIONS.includes(fieldOf(stanza, 'Name'));
  const host = stanzas.some(isOfHost) ? buildHost(context) : undefined;
  if (host === undefined) return stanzas;
  return stanzas.map((stanza) => {
    if (!isOfHost(stanza)) return stanza;
    const isName = fieldOf(stanza, 'Name').endsWith('/mailname');
    return stanza
      .replace(/^(Value: )(.*)$/m, (_all, key: string, value: string) => {
        if (isName) return key + (host.isOwn(value) ? NO_NAME : value);
        return key + withoutNames(value, /([,:;\s]+)/, host.isOwn);
      })
      .replace(/^( fqdn = )(.*)$/m, (line, key: string, value: string) =>
        host.isOwn(value) ? key + NO_NAME : line,
      );
  });
}
