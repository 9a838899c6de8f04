/** The report of `diff` as one page, readable without JavaScript. */
import { escapeHtml, htmlDetails, htmlPage, htmlTable } from '../page/html.ts';
import { formatCount, plural } from '../text/format.ts';
import type { ClusterView, DiffView, ProofView, ProposalView, SideView } from './diff-view.ts';

/** More paths of a cluster are counted only; --json has all. */
const PATHS_MAX = 1000;
/** Changed packages that are shown unfolded. */
const CHANGES_OPEN = 10;

const STYLE = `.diff span { display: block; min-height: 1.45em; min-width: 100%; width: max-content; }
.diff .a { background: var(--removed); } .diff .b { background: var(--added); } .diff .place { color: var(--quiet); }
@media (max-width: 40rem) { .causes th:nth-child(3), .causes td:nth-child(3) { display: none; } }
`;

export function diffHtml(view: DiffView): string {
  const { same, a, b } = view;
  const title = `${a.name} and ${b.name} ${same ? 'are the same' : 'differ'}`;
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    ...summary(view),
    ...packages(view),
    ...(view.clusters.length === 0 ? [] : ['<h2>Causes</h2>', overview(view.clusters)]),
    ...view.clusters.map((cluster, i) => section(cluster, i + 1)),
    ...proposal(view.proposal),
    ...remaining(view.proof),
  ];
  return htmlPage(`stillroot diff: ${title}`, body, STYLE);
}

function summary(view: DiffView): string[] {
  const { a, b, blocks, paths, packages, proof, clusters } = view;
  const { same, changes } = packages;
  const side = ({ name, entries, distro }: SideView): string =>
    `${code(name)}${entries === undefined ? '' : `, ${entries} entries`}, ${escapeHtml(distro)}`;
  const installed =
    same === 0 && changes.length === 0
      ? 'no readable database'
      : `${formatCount(same)} the same, ${formatCount(changes.length)} not`;
  const digests = proof.digests;
  return [
    htmlTable(
      [],
      [
        ['A', side(a)],
        ['B', side(b)],
        ...(blocks === undefined ? [] : [['Blocks', escapeHtml(blocks)]]),
        ['Differing', `${plural(paths, 'path')}, ${plural(clusters.length, 'cause')}`],
        ['Packages', installed],
        ...view.notCompared.map((text) => ['Not compared', escapeHtml(text)]),
        ['Proof', `<span class="${proof.equal ? 'good' : 'bad'}">${escapeHtml(proof.text)}</span>`],
        ...(digests === undefined
          ? []
          : digests.a === digests.b
            ? [['SHA-256', `${code(digests.a)} of both archives`]]
            : [
                ['SHA-256 of A', code(digests.a)],
                ['SHA-256 of B', code(digests.b)],
              ]),
      ],
    ),
    ...(proof.note === undefined ? [] : [`<p class="quiet">${escapeHtml(proof.note)}</p>`]),
  ];
}

function packages({ packages: { changes } }: DiffView): string[] {
  if (changes.length === 0) return [];
  const none = '<span class="quiet">none</span>';
  const rows = changes.map(({ name, a, b }) => [
    code(name),
    a === undefined ? none : code(a),
    b === undefined ? none : code(b),
  ]);
  const table = htmlTable(['package', 'A', 'B'], rows);
  const isShort = changes.length <= CHANGES_OPEN;
  return [
    '<h2>Packages that differ</h2>',
    isShort ? table : htmlDetails(plural(changes.length, 'package'), table),
  ];
}

function overview(clusters: readonly ClusterView[]): string {
  const table = htmlTable(
    ['', 'cause', 'what varies', 'how much', 'what to do'],
    clusters.map(({ head, tone, title, size, remedy }, i) => [
      `${i + 1}`,
      `<a href="#cause-${i + 1}">${escapeHtml(head)}</a>`,
      escapeHtml(title),
      escapeHtml(size),
      `<span class="${tone}">${escapeHtml(remedy)}</span>`,
    ]),
  );
  return `<div class="causes">${table}</div>`;
}

function section(cluster: ClusterView, number: number): string {
  const {
    head,
    tone,
    title,
    size,
    paths,
    packages: owners,
    remedy,
    advice,
    examples,
    renames,
    isWhole,
  } = cluster;
  const names = renames.length > 0 ? renames : paths;
  const limit = isWhole ? names.length : PATHS_MAX;
  const shown = names.slice(0, limit).map(escapeHtml).join('\n');
  const more = names.length > limit ? `\nand ${formatCount(names.length - limit)} more` : '';
  // One path stands above its example.
  const isAlone = paths.length === 1 && examples[0]?.path === paths[0];
  return [
    `<section id="cause-${number}">`,
    `<h3>${number}. ${escapeHtml(head)}${size === '' ? '' : ` <span class="quiet">${escapeHtml(size)}</span>`}</h3>`,
    `<p>${escapeHtml(title)}</p>`,
    ...(owners.length === 0 ? [] : [`<p>Packages: ${owners.map(code).join(', ')}</p>`]),
    `<p><span class="${tone}">${escapeHtml(remedy)}:</span> ${escapeHtml(advice)}</p>`,
    ...examples.flatMap(({ path, lines }) => exampleHtml(path, lines, number === 1)),
    ...(paths.length === 0 || isAlone
      ? []
      : [htmlDetails(plural(paths.length, 'path'), `<pre>${shown}${more}</pre>`)]),
    ...proposed(cluster.proposal),
    '</section>',
  ].join('\n');
}

function exampleHtml(path: string, lines: readonly string[], isOpen: boolean): string[] {
  const spans = lines.map((line) => {
    const kind = { '-': 'a', '+': 'b', '@': 'place' }[line.charAt(0)];
    return `<span${kind === undefined ? '' : ` class="${kind}"`}>${escapeHtml(line)}</span>`;
  });
  const body = `<pre class="diff">${spans.join('')}</pre>`;
  return [htmlDetails(path === '' ? 'example' : `example: ${code(path)}`, body, isOpen)];
}

function proposed({ toml, options }: ProposalView): string[] {
  return [
    ...options.map((option) => `<pre>${escapeHtml(option)}</pre>`),
    ...(toml === '' ? [] : [htmlDetails('the rule as TOML', `<pre>${escapeHtml(toml)}</pre>`)]),
  ];
}

function proposal({ toml, options }: ProposalView): string[] {
  if (toml === '' && options.length === 0) return [];
  return [
    '<h2>All proposals</h2>',
    ...(options.length === 0 ? [] : [`<p>Options: ${options.map(code).join(' ')}</p>`]),
    ...(toml === ''
      ? []
      : ['<p>Rules, for a file to pass with <code>--rules</code>:</p>', `<pre>${escapeHtml(toml)}</pre>`]),
  ];
}

function remaining({ remaining: left }: ProofView): string[] {
  if (left.length === 0) return [];
  const rows = left.slice(0, PATHS_MAX).map(({ path, field }) => [code(path), escapeHtml(field)]);
  const more = left.length > PATHS_MAX ? [`<p>and ${formatCount(left.length - PATHS_MAX)} more</p>`] : [];
  const table = [htmlTable(['path', 'in'], rows), ...more].join('\n');
  return [
    '<h2>Remaining differences</h2>',
    left.length <= CHANGES_OPEN ? table : htmlDetails(plural(left.length, 'difference'), table),
  ];
}

function code(text: string): string {
  return `<code>${escapeHtml(text)}</code>`;
}
