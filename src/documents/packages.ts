/** What `stillroot packages --json` prints. */

import { digest } from '../json/common-shapes.ts';
import { about, type Infer, listOf, object, oneOf, optional, text, textLike, whole } from '../json/shape.ts';
import { managerNames, packageTypes } from '../packages/managers.ts';
import { jsonDocument, source } from './common.ts';

export const packages = jsonDocument(
  'stillroot/packages/1',
  'stillroot packages',
  'What `stillroot packages --json` prints. More keys may be added.',
  {
    source,
    distro: text('ID of os-release; `unknown` for a tree that has none.'),
    distroVersion: optional(text('VERSION_ID of os-release, where it has one.')),
    databases: listOf(oneOf(managerNames()), 'Those that were read.'),
    packages: listOf(
      object({
        type: oneOf(packageTypes(), 'As package URLs have it.'),
        name: text(),
        version: text('As the package manager prints it: `[epoch:]version[-release]`.'),
        architecture: text(
          "The package manager's name for it; empty for the public keys that rpm stores as packages.",
        ),
        purl: textLike(
          new RegExp(`^pkg:(${packageTypes().join('|')})/`),
          'a package URL (pkg:...)',
          'Package URL (ECMA-427); its namespace is the ID of os-release.',
        ),
        source: optional(
          text(
            'What it was built from, as the database names it: source package, source rpm, pkgbase or origin.',
          ),
        ),
        sourceVersion: optional(text('Of the source package.')),
        size: optional(whole('Bytes once installed, as the package says.')),
        license: optional(text('As the package says; often no SPDX expression.')),
        digest: optional(
          textLike(
            /^(sha1:[0-9a-f]{40}|sha256:[0-9a-f]{64})$/,
            'a digest',
            'By which the package manager identifies the package: of rpm its header, of apk its control part.',
          ),
        ),
        fileDigest: optional(
          about(
            'Of the package file; for deb, where the tree has the list of apt that the package is in.',
            digest,
          ),
        ),
      }),
      'Installed ones, by type, name, version and architecture, in the order of their bytes.',
    ),
    warnings: listOf(
      object({
        code: text('`package-database-not-read` or `package-database-missing`.'),
        path: text('Empty: it is about the whole tree.'),
        message: text(),
      }),
    ),
  },
);

export type PackagesDocument = Infer<typeof packages>;
