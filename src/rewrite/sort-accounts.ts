import { ACCOUNT_FIELDS, type AccountLine, parseAccountFile, sortById } from '../formats/accounts.ts';
import { joinPath, nameOf, parentOf } from '../tree/path.ts';
import { ifTextChanged, type Rewrite, type RewriteContext, UNCHANGED, unlessDamaged } from './rewrite.ts';

const MAXIMUM_SIZE = 16 * 1024 * 1024;
/** Files without numbers, and those that have the numbers of their names. */
const NUMBERS_IN: Readonly<Record<string, 'passwd' | 'group'>> = { shadow: 'passwd', gshadow: 'group' };

/**
 * Lines of passwd, group, shadow and gshadow by number, since their order is that in which packages
 * were configured. shadow and gshadow follow passwd and group beside them; names that those do not
 * have come last, by name. Lines from the first NIS entry on keep their place.
 */
export const sortAccounts: Rewrite = {
  what: 'Account files are sorted by number; NIS entries stay last.',
  maximumSize: MAXIMUM_SIZE,
  apply(bytes, context) {
    const file = nameOf(context.path);
    const fieldCount = (ACCOUNT_FIELDS as Readonly<Record<string, number>>)[file];
    if (fieldCount === undefined) return UNCHANGED;
    return unlessDamaged(bytes, () => {
      const { accounts, rest } = parseAccountFile(bytes.toString('latin1'), fieldCount);
      const sorted = file in NUMBERS_IN ? sortByOther(accounts, file, context) : sortById(accounts);
      return ifTextChanged(bytes, [...sorted.map(({ line }) => line), ...rest].join('\n'));
    });
  },
};

function sortByOther(accounts: readonly AccountLine[], file: string, context: RewriteContext): AccountLine[] {
  const ranks = ranksOf(NUMBERS_IN[file] as 'passwd' | 'group', context);
  const rankOf = ({ name }: AccountLine): number => ranks.get(name) ?? ranks.size;
  return [...accounts].sort(
    (a, b) => rankOf(a) - rankOf(b) || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
}

/** Names to their places in the sorted file; empty where there is no such file. */
function ranksOf(file: 'passwd' | 'group', { path, lookUp }: RewriteContext): Map<string, number> {
  const found = lookUp(joinPath(parentOf(path), file));
  if (found?.isFile !== true || found.size > MAXIMUM_SIZE) return new Map();
  const text = found.read(MAXIMUM_SIZE).toString('latin1');
  const { accounts } = parseAccountFile(text, ACCOUNT_FIELDS[file]);
  const ranks = new Map<string, number>();
  for (const { name } of sortById(accounts)) if (!ranks.has(name)) ranks.set(name, ranks.size);
  return ranks;
}
