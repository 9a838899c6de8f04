/**
 * Which extended attributes of a tree belong to its image. Kept are those that packages and administrators set on purpose:
 * file capabilities, access lists, users' own. Left out are those by which a filesystem, a container engine or the kernel
 * of the build machine remembers something.
 */
import { ACCESS_LIST, DEFAULT_LIST, decodeAccessList } from '../tree/access-list.ts';

export interface AttributeSettings {
  /** The policy `extended-attributes`. */
  readonly attributes: 'keep' | 'drop';
  /** The policy `security-labels`. */
  readonly labels: 'drop' | 'keep';
}

/** Names of the policies about extended attributes. No rule asks for them. */
export const ATTRIBUTE_POLICIES: readonly string[] = ['extended-attributes', 'security-labels'];

/** What a policy says, by its name. */
export function attributeSettings(policies: ReadonlyMap<string, string>): AttributeSettings {
  return {
    attributes: policies.get('extended-attributes') === 'drop' ? 'drop' : 'keep',
    labels: policies.get('security-labels') === 'keep' ? 'keep' : 'drop',
  };
}

interface Family {
  /** Whether it is about an attribute of this name. */
  readonly has: (name: string) => boolean;
  /** Undefined where it is kept; otherwise a clause that says why not. */
  readonly whyNot: (settings: AttributeSettings) => string | undefined;
}

const starts =
  (...prefixes: readonly string[]) =>
  (name: string): boolean =>
    prefixes.some((prefix) => name.startsWith(prefix));
const is =
  (...names: readonly string[]) =>
  (name: string): boolean =>
    names.includes(name);
const kept = (): undefined => undefined;

/** The first family of a name decides. */
const FAMILIES: readonly Family[] = [
  {
    has: starts('trusted.overlay.', 'user.overlay.'),
    whyNot: () => 'the overlay filesystem of the build machine marks its layers with it',
  },
  {
    has: starts('user.fuseoverlayfs.', 'user.containers.', 'user.rootlesscontainers'),
    whyNot: () => 'the container engine of the build machine keeps there what the entry itself says',
  },
  { has: is('security.capability', ACCESS_LIST, DEFAULT_LIST), whyNot: kept },
  { has: starts('user.'), whyNot: kept },
  {
    has: starts('security.selinux', 'security.SMACK64'),
    whyNot: ({ labels }) =>
      labels === 'keep'
        ? undefined
        : 'labels are those of the machine that built the tree, unless its builder relabelled it (--policy security-labels=keep keeps them)',
  },
  { has: is('security.ima'), whyNot: kept },
  {
    has: is('security.evm'),
    whyNot: () => 'it seals the inode number or times and owners, which are others in the image',
  },
];

const UNKNOWN = 'no such attribute is known to belong to an image';

/** @returns undefined where the attribute may be kept, whatever its value; otherwise why not */
export function whyNoName(name: string, settings: AttributeSettings): string | undefined {
  if (settings.attributes === 'drop') return 'the policy extended-attributes is drop';
  const family = FAMILIES.find(({ has }) => has(name));
  return family === undefined ? UNKNOWN : family.whyNot(settings);
}

/** First byte of a signature over the content, as evmctl writes it; others are digests that the kernel computes itself. */
const IMA_SIGNATURE = '\x03';

/**
 * @param name one that may be kept
 * @param isChanged whether the entry has another content in the image
 * @returns undefined where this value is kept; otherwise why not
 */
export function whyNoValue(name: string, value: string, isChanged: boolean): string | undefined {
  if (name === 'security.ima') {
    if (!value.startsWith(IMA_SIGNATURE))
      return 'it is a digest that the kernel computes itself, no signature';
    return isChanged ? 'it signs a content that rules have changed' : undefined;
  }
  if ((name === ACCESS_LIST || name === DEFAULT_LIST) && decodeAccessList(value) === undefined) {
    return 'it is no access list, or one that names users or groups without their numbers';
  }
  return undefined;
}
