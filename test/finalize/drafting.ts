import { type DraftSettings, type Drafts, draftOperations } from '../../src/finalize/draft-operations.ts';
import type { PlanSettings } from '../../src/plan/plan.ts';
import type { Rule } from '../../src/rules/rule.ts';
import type { Warning } from '../../src/source/source.ts';
import type { Entry } from '../../src/tree/entry.ts';
import { makeEntry } from '../support/entries.ts';
import { makePlan, SETTINGS } from '../support/make-plan.ts';
import { type Given, memorySource } from '../support/memory-source.ts';

/** Root on a machine where everything works. */
export const AS_ROOT: DraftSettings = {
  uid: 0,
  gid: 0,
  isFaked: false,
  canGive: () => true,
  keepsAttributes: true,
};

/** An ordinary user, who cannot give files away. */
export const AS_USER: DraftSettings = {
  uid: 1000,
  gid: 100,
  isFaked: false,
  canGive: (uid, gid) => uid === 1000 && gid === 100,
  keepsAttributes: true,
};

/** Drafts as comparable data: contents as byte strings. */
export function shown({ drafts }: Drafts): unknown[] {
  return drafts.map((draft) => {
    if (draft.do !== 'write' && draft.do !== 'fill') return draft;
    const { bytes, origin, owner, mode, mtime } = draft.content;
    const text = bytes === null ? null : Buffer.from(bytes()).toString('latin1');
    const names = draft.do === 'fill' && draft.names !== undefined ? { names: draft.names } : {};
    return { do: draft.do, path: draft.path, text, from: origin?.path, owner, mode, mtime, ...names };
  });
}

const { epoch } = SETTINGS;
export const USER_OWNER: PlanSettings['owner'] = {
  policy: 'auto',
  uid: 1000,
  gid: 100,
  mapUid: new Map(),
  mapGid: new Map(),
};
/** The root of a memory source has time 0, and every change moves it. */
export const ROOT_SET: object = { do: 'set', path: '', mtime: epoch };

export function draft(
  given: readonly Given[],
  rules: readonly Rule[] = [],
  {
    as = AS_ROOT,
    settings = {},
    warnings = [],
  }: {
    as?: DraftSettings;
    settings?: Partial<PlanSettings>;
    warnings?: readonly Warning[];
  } = {},
): Drafts {
  return draftOperations(makePlan(memorySource(given, { warnings }), rules, settings), as);
}

export const about = (code: string, path: string): Warning => ({ code, path, message: 'x' });
export const outsideGroup = (
  paths: readonly string[],
  fields: Partial<Entry>,
  type: Entry['type'] = 'file',
): Entry[] => {
  const links = { paths: [...paths], outside: 1 };
  return paths.map((path) => makeEntry(path, type, { ...fields, links }));
};
