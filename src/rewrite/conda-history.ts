import { ifTextChanged } from './if-changed.ts';
import type { Rewrite } from './rewrite.ts';

/** conda, history.py: `==> 2023-11-14 22:13:20 <==` begins a transaction. */
const BEGIN = /^==> (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) <==$/gm;

/** The history of a conda environment. Later times become the epoch; what was installed and asked for stays. */
export const condaHistory: Rewrite = {
  what: 'In the history of a conda environment, times after the epoch become the epoch.',
  maximumSize: 16 * 1024 * 1024,
  apply(bytes, { epoch }) {
    const latest = new Date(epoch * 1000)
      .toISOString()
      .slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)
      .replace('T', ' ');
    const clamp = (line: string, time: string): string => (time > latest ? `==> ${latest} <==` : line);
    return ifTextChanged(bytes, bytes.toString('latin1').replace(BEGIN, clamp));
  },
};
