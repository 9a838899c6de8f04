import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Manifest } from '../../src/manifest/manifest.ts';
import { compareImages } from '../../src/reproduce/compare-images.ts';
import { entryCauses } from '../../src/reproduce/entry-causes.ts';
import { SAMPLE_MANIFEST } from '../manifest/sample-manifest.ts';

const test = suite('reproduce/compare-images');
const OTHER = `sha256:${'9'.repeat(64)}`;

type Mutable = { -readonly [Key in keyof Manifest]: Manifest[Key] };

function changed(change: (manifest: Mutable) => void): Manifest {
  const manifest = structuredClone(SAMPLE_MANIFEST) as Mutable;
  change(manifest);
  return manifest;
}

test('the same image', () => {
  const { level, file, circumstances, packages, entries } = compareImages(SAMPLE_MANIFEST, SAMPLE_MANIFEST);
  assert.is(level, 'file');
  assert.ok(file.same);
  assert.equal(circumstances, []);
  assert.equal(packages.moved, []);
  assert.is(entries, undefined);
});

test('each level by its digests, the strongest that holds', () => {
  const file = changed((manifest) => {
    manifest.image = { ...manifest.image, digest: OTHER };
  });
  const payload = changed((manifest) => {
    const { image } = file;
    manifest.image = { ...image, payload: { ...image.payload, digest: OTHER } };
  });
  const tree = changed((manifest) => {
    manifest.image = { ...payload.image, tree: { digest: OTHER } };
  });
  const levels = [file, payload, tree].map((found) => compareImages(SAMPLE_MANIFEST, found).level);
  assert.equal(levels, ['payload', 'tree', 'none']);
  const size = changed((manifest) => {
    manifest.image = { ...manifest.image, size: manifest.image.size + 1 };
  });
  assert.is(compareImages(SAMPLE_MANIFEST, size).level, 'payload');
});

test('of the same archive in another file says in what the files differ', () => {
  const around = (change: (manifest: Mutable) => void, wanted: Manifest = SAMPLE_MANIFEST) => {
    const found = compareImages(
      wanted,
      changed((manifest) => {
        manifest.image = { ...manifest.image, digest: OTHER };
        change(manifest);
      }),
    );
    const causes = entryCauses(wanted, SAMPLE_MANIFEST, found).map(
      ({ cause, title }) => `${cause}: ${title}`,
    );
    return [found.around, causes];
  };
  const set = (effective: Partial<Manifest['settings']['effective']>) => (manifest: Mutable) => {
    const { settings } = manifest;
    manifest.settings = { ...settings, effective: { ...settings.effective, ...effective } };
  };
  const some = { digest: OTHER, size: 4 };
  const withSegment = changed(set({ segment: { digest: `sha256:${'8'.repeat(64)}`, size: 4 } }));
  const noSegment = changed((manifest) => {
    const { segment: _, ...effective } = manifest.settings.effective;
    manifest.settings = { ...manifest.settings, effective };
  });
  assert.equal(around(set({ segment: some }), withSegment), [
    ['front'],
    ['archive-layer: the same archive, with different early archives in front'],
  ]);
  assert.equal(around(set({ segment: some }), noSegment)[1], [
    'archive-layer: the same archive, with early archives in front that should not be there',
  ]);
  assert.equal(around(set({ bootConfig: some }))[0], ['boot-config']);
  assert.equal(
    around((manifest) => {
      const { image } = manifest;
      manifest.image = { ...image, blocks: image.blocks.map((block) => ({ ...block, digest: OTHER })) };
      set({ bootConfig: some })(manifest);
    }),
    [
      ['compression', 'boot-config'],
      [
        'compressor: the same archive, compressed differently',
        'archive-layer: the same archive, with a boot configuration at the end that should not be there',
      ],
    ],
  );
  assert.equal(around(() => {})[0], ['padding']);
  assert.is(compareImages(SAMPLE_MANIFEST, SAMPLE_MANIFEST).around, undefined);
});

test('entries are compared where trees differ and both list them', () => {
  const entry = { path: 'a', type: 'file', mode: '0644', uid: 0, gid: 0, mtime: 0 } as const;
  const wanted = changed((manifest) => {
    manifest.entries = [entry];
  });
  const found = changed((manifest) => {
    manifest.entries = [{ ...entry, mode: '0600' }];
    manifest.image = { ...manifest.image, digest: OTHER, tree: { digest: OTHER } };
  });
  const { entries } = compareImages(wanted, found);
  assert.equal(
    entries?.different.map(({ path }) => path),
    ['a'],
  );
  const without = changed((manifest) => {
    manifest.image = found.image;
    delete manifest.entries;
  });
  assert.is(compareImages(wanted, without).entries, undefined);
});

function codes(change: (manifest: Mutable) => void): string[] {
  return compareImages(SAMPLE_MANIFEST, changed(change)).circumstances.map(
    ({ code, explains }) => `${code}: ${explains}`,
  );
}

test('circumstances say which level they can change', () => {
  assert.equal(
    codes((manifest) => {
      manifest.tool = { name: 'stillroot', version: '99.0.0', profile: 99, encoder: 'other 1' };
    }),
    ['encoder: file', 'profile: payload', 'tool: tree'],
  );
  assert.equal(
    codes((manifest) => {
      const { settings } = manifest;
      const segment = { digest: OTHER, size: 4 };
      const rules = settings.rules.map((rule) =>
        rule.digest === undefined ? rule : { ...rule, digest: OTHER },
      );
      manifest.settings = {
        ...settings,
        rules: rules.slice(0, 1),
        effective: { ...settings.effective, segment },
      };
    }),
    ['segment: file', 'rule: tree'],
  );
  assert.equal(
    codes((manifest) => {
      manifest.inputs = { ...manifest.inputs, repositories: [{ type: 'deb', url: 'https://example.com/x' }] };
    }),
    ['repository: tree'],
  );
});

test('of the command: itself, its tool, and the files that it reads', () => {
  const bootstrap = {
    request: 'mkosi:x',
    command: 'mkosi {root}',
    tool: 'mkosi',
    toolVersion: '27',
    environment: {},
    files: { a: OTHER, b: OTHER },
  };
  const wanted = changed((manifest) => {
    manifest.inputs = { ...manifest.inputs, bootstrap };
  });
  const found = changed((manifest) => {
    const files = { a: OTHER, b: `sha256:${'8'.repeat(64)}`, c: OTHER };
    manifest.inputs = {
      ...manifest.inputs,
      bootstrap: { ...bootstrap, command: 'mkosi -x {root}', toolVersion: '28', files },
    };
  });
  assert.equal(
    compareImages(wanted, found).circumstances.map(({ code, what, wanted: a, found: b }) => [
      code,
      what,
      a,
      b,
    ]),
    [
      ['bootstrap-command', 'command', 'mkosi {root}', 'mkosi -x {root}'],
      ['bootstrap-tool', 'mkosi', '27', '28'],
      ['bootstrap-file', 'b', OTHER, `sha256:${'8'.repeat(64)}`],
      ['bootstrap-file', 'c', null, OTHER],
    ],
  );
  // With the user's own source there is no command to compare.
  const { circumstances } = compareImages(
    wanted,
    changed((manifest) => {
      const { bootstrap: _, ...inputs } = manifest.inputs;
      manifest.inputs = inputs;
    }),
  );
  assert.equal(circumstances, []);
});

test.run();
