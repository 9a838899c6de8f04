/** The images of a directory: a page for those who take one, and a list for whoever published them. */
import { createHash } from 'node:crypto';
import type { ImageIndex } from '../app/index-images.ts';
import type { PublishedImage } from '../publish/images.ts';
import { formatBytes, plural } from '../text/format.ts';
import {
  type Block,
  code,
  facts,
  joined,
  line,
  paragraph,
  quiet,
  section,
  type Text,
  table,
  title,
} from './document.ts';
import { renderHtml } from './html.ts';

/** A page with the same bytes for the same images. */
export function imageIndexPage({ images }: ImageIndex): string {
  return renderHtml('Images', [
    title('Images'),
    paragraph(
      `${plural(images.length, 'image')}. Every image has a manifest beside it, from which anyone can rebuild it and compare: `,
      code('stillroot reproduce IMAGE.manifest.json --run'),
      '.',
    ),
    table(['image', 'size', 'system', 'packages', 'rebuilt by'], images.map(row), { numbers: [1, 3] }),
    ...images.map(imageSection),
  ]);
}

function row({ manifest, rebuiltBy }: PublishedImage): Text[] {
  const { image, config, packages } = manifest;
  return [
    { text: image.name, to: idOf(image) },
    formatBytes(image.size),
    [config.distribution, config.release ?? '', config.architecture].filter((each) => each !== '').join(' '),
    String(packages.length),
    rebuiltBy.length === 0 ? quiet('nobody yet') : rebuiltBy.join(', '),
  ];
}

function imageSection({ manifest, manifestName, rebuiltBy }: PublishedImage): Block {
  const { image, inputs, packages, settings, tool } = manifest;
  const { bootstrap } = inputs;
  return section(
    image.name,
    [
      facts(
        ['image', { text: image.name, file: image.name }],
        ['manifest', { text: manifestName, file: manifestName }],
        ['digest', code(image.digest)],
        ['tree', code(image.tree.digest)],
        ['timestamps', new Date(settings.effective.epoch * 1000).toISOString()],
        ['built by', bootstrap === undefined ? quiet('not recorded') : code(bootstrap.request)],
        ['packed by', `${tool.name} ${tool.version}, profile ${tool.profile}`],
        [
          'rebuilt by',
          rebuiltBy.length === 0
            ? quiet('nobody yet')
            : joined(
                rebuiltBy.map(
                  (name): Text => [
                    name,
                    ' (',
                    { text: 'statement', file: `${image.name}.${name}.link` },
                    ')',
                  ],
                ),
              ),
        ],
      ),
      {
        kind: 'details',
        summary: plural(packages.length, 'package'),
        body: [
          table(
            ['package', 'version', 'architecture'],
            packages.map(({ name, version, architecture }) => [name, version, architecture]),
          ),
        ],
        isOpen: false,
      },
    ],
    idOf(image),
  );
}

/** Names differ in a directory; digests need not. */
function idOf({ name }: { readonly name: string }): string {
  return `image-${createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

/** What the verb prints. */
export function imageIndexReport({ images, stale }: ImageIndex, files: readonly string[]): Block[] {
  const rebuilt = images.filter(({ rebuiltBy }) => rebuiltBy.length > 0).length;
  return [
    line(`${plural(images.length, 'image')}, ${rebuilt} rebuilt by others`),
    table(
      ['image', 'rebuilt by'],
      images.map(({ manifest, rebuiltBy }) => [
        manifest.image.name,
        rebuiltBy.join(', ') || quiet('nobody yet'),
      ]),
    ),
    line('wrote ', joined(files.map((name): Text => name))),
    ...stale.map((name) =>
      line(`${name} is stale: no image has this architecture any more; remove it here and on the server`),
    ),
  ];
}
