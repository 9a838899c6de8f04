import type { PolicyChoice } from '../rules/policies.ts';

/** A builder, and what in its trees is a setting that the maker of the image wrote. */
interface Builder {
  /** The variable by which the builder names the root directory; see builder-root.ts. */
  readonly variable: string;
  readonly name: string;
  readonly choices: Readonly<Record<string, string>>;
}

/**
 * mkosi copies nothing from the machine it runs on: Hostname= and MachineId= are settings of the image, without
 * the second it writes `uninitialized`, and an etc/resolv.conf came with the files of the image's maker. The other
 * builders run debootstrap or share their variable with programs of all kinds; their hooks say what they need.
 */
const BUILDERS: readonly Builder[] = [
  {
    variable: 'BUILDROOT',
    name: 'mkosi',
    choices: { hostname: 'keep', 'machine-id': 'keep', 'resolv-conf': 'keep' },
  },
];

/**
 * Policies that the calling builder asks for, where the user chose nothing else.
 *
 * @param variable that named the root directory; undefined where an argument did
 */
export function builderPolicies(variable: string | undefined): PolicyChoice[] {
  const builder = BUILDERS.find((each) => each.variable === variable);
  if (builder === undefined) return [];
  return Object.entries(builder.choices).map(([name, value]) => ({ name, value, where: builder.name }));
}
