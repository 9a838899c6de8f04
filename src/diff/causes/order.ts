import type { Recognizer } from '../cause.ts';
import { haveSameJson, haveSameLines } from '../text.ts';
import { upstream } from './upstream.ts';

/** The same lines, or the same JSON, in another order. */
export const order: Recognizer = ({ texts, owners }) => {
  if (texts === undefined) return undefined;
  const isLines = haveSameLines(...texts);
  if (!isLines && !haveSameJson(...texts)) return undefined;
  return {
    cause: 'order',
    key: `${isLines ? 'lines' : 'json'} ${owners.join(',')}`,
    title: isLines
      ? 'the same lines in a different order'
      : 'the same JSON with keys or elements in a different order',
    remedy: 'upstream',
    advice: upstream(owners, 'make the tool that writes it sort its output'),
  };
};
