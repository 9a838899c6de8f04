/** Two container images besides the trees that their layers make: configuration, history, layers. */
import type { ImageConfig } from '../formats/oci/documents.ts';
import type { SourceImage, SourceLayer } from '../source/source.ts';
import { pathFromText } from '../tree/path.ts';
import type { Cluster, ClusterLayer } from './cluster.ts';
import type { LayerDifference, LayerPart } from './compare-layers.ts';
import type { Sides } from './evidence.ts';
import type { SideName } from './finding.ts';

/**
 * @param isSameTree whether the layers make the same tree
 * @returns none where one of the two is no image
 */
export function compareImages(
  a: SourceImage | undefined,
  b: SourceImage | undefined,
  isSameTree: boolean,
): LayerDifference[] {
  if (a === undefined || b === undefined) return [];
  const config = changedLines(settingsOf(a.config), settingsOf(b.config));
  const history = changedLines(stepsOf(a.config), stepsOf(b.config));
  const times = changedLines(timesOf(a.config), timesOf(b.config));
  const layers = layerLines(a.layers, b.layers, isSameTree);
  return [
    ...difference('image-config', 'the configurations differ', config),
    ...difference('image-history', 'the steps that made the images differ', history),
    ...difference('image-created', 'the times at which the images were made differ', times),
    ...difference(
      'image-layers',
      isSameTree ? 'the same tree, in different layers' : 'the images have different numbers of layers',
      layers,
    ),
  ];
}

function difference(what: LayerPart, title: string, lines: readonly string[]): LayerDifference[] {
  return lines.length === 0 ? [] : [{ cause: 'container-image', what, title, paths: [], lines }];
}

/** Values by name. */
type Named = ReadonlyMap<string, string>;

/** Characters shown of a value; --json is cut as well, and has the names of all. */
const SHOWN = 500;

/** Lines for what differs, as byte strings; values in JSON. */
function changedLines(a: Named, b: Named): string[] {
  const names = [...new Set([...a.keys(), ...b.keys()])];
  const line = (sign: string, name: string, value: string | undefined): string[] => {
    if (value === undefined) return [];
    const shown = value.length > SHOWN ? `${value.slice(0, SHOWN)}...` : value;
    return [pathFromText(`${sign}${name}: ${shown}`)];
  };
  return names.flatMap((name) => {
    const [left, right] = [a.get(name), b.get(name)];
    return left === right ? [] : [...line('-', name, left), ...line('+', name, right)];
  });
}

/** What is compared elsewhere, or describes the build and not the image. */
const NOT_SETTINGS: ReadonlySet<string> = new Set([
  'config',
  'rootfs',
  'history',
  'created',
  'container',
  'container_config',
  'docker_version',
  'id',
  'parent',
  'throwaway',
]);

/** Every setting with its name: those of `config` by their own, variables and labels one by one. */
function settingsOf(config: ImageConfig): Named {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(config)) {
    if (!NOT_SETTINGS.has(key) && !isNothing(value)) found.set(key, canonical(value));
  }
  for (const [key, value] of Object.entries(config.config ?? {})) {
    if (isNothing(value)) continue;
    if (key === 'Env') for (const each of config.config?.Env ?? []) found.set(...variableOf(each));
    else if (key === 'Labels') {
      for (const [name, text] of Object.entries(config.config?.Labels ?? {})) {
        found.set(`label ${name}`, canonical(text));
      }
    } else found.set(key, canonical(value));
  }
  return found;
}

function variableOf(text: string): [name: string, value: string] {
  const at = text.indexOf('=');
  return at === -1
    ? [`variable ${text}`, 'null']
    : [`variable ${text.slice(0, at)}`, canonical(text.slice(at + 1))];
}

/** Null, an empty list or object, false and an empty text mean the same as no key. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** JSON in which the order of keys means nothing. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([x], [y]) => (x < y ? -1 : 1)))
      : each,
  );
}

function stepsOf({ history }: ImageConfig): Named {
  return new Map(
    (history ?? []).map(({ created, ...step }, at) => {
      const said = Object.entries(step).filter(([, value]) => !isNothing(value));
      return [`step ${at + 1}`, canonical(Object.fromEntries(said))];
    }),
  );
}

function timesOf({ created, history }: ImageConfig): Named {
  const found = new Map<string, string>(created ? [['created', canonical(created)]] : []);
  for (const [at, step] of (history ?? []).entries()) {
    if (step.created) found.set(`step ${at + 1}`, canonical(step.created));
  }
  return found;
}

function layerLines(a: readonly SourceLayer[], b: readonly SourceLayer[], isSameTree: boolean): string[] {
  if (!isSameTree) return a.length === b.length ? [] : [`-${a.length} layers`, `+${b.length} layers`];
  const named = (layers: readonly SourceLayer[]): Named =>
    new Map(layers.map(({ digest }, at) => [`layer ${at + 1}`, digest]));
  return changedLines(named(a), named(b));
}

/** Adds to each cluster which layers its paths come from; the layers with the most paths first. */
export function withLayers(clusters: readonly Cluster[], { a, b }: Sides): readonly Cluster[] {
  const images = { a: a.source.image, b: b.source.image };
  if (images.a === undefined && images.b === undefined) return clusters;
  const trees = { a: a.source.tree, b: b.source.tree };
  return clusters.map((cluster) => {
    const found = (['a', 'b'] as const).flatMap((side) => {
      const image = images[side];
      return image === undefined ? [] : layersOf(cluster.paths, side, image, (path) => trees[side].get(path));
    });
    return found.length === 0 ? cluster : { ...cluster, layers: found };
  });
}

function layersOf(
  paths: readonly string[],
  side: SideName,
  image: SourceImage,
  entryAt: (path: string) => Parameters<SourceImage['layerOf']>[0] | undefined,
): ClusterLayer[] {
  const counts = new Map<string, { readonly at: number; readonly isRemoval: boolean; paths: number }>();
  for (const path of paths) {
    const entry = entryAt(path);
    const at = entry === undefined ? image.removedIn(path) : image.layerOf(entry);
    if (at === undefined) continue;
    const key = `${at} ${entry === undefined}`;
    const count = counts.get(key);
    if (count === undefined) counts.set(key, { at, isRemoval: entry === undefined, paths: 1 });
    else count.paths += 1;
  }
  return [...counts.values()]
    .sort((x, y) => y.paths - x.paths || x.at - y.at)
    .map(({ at, isRemoval, paths: count }) => ({
      ...{ side, layer: at + 1, of: image.layers.length, isRemoval, paths: count },
      digest: image.layers[at]?.digest ?? '',
      createdBy: image.layers[at]?.createdBy,
    }));
}
