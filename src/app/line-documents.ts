/** Lines of files in JSON documents and reports. */
import type { scriptMention } from '../documents/common.ts';
import type { Infer } from '../json/shape.ts';
import type { Mention } from '../rules/script-mentions.ts';
import { showText } from '../text/format.ts';
import { showPath } from '../tree/path.ts';

/** As documents/common.ts has it. */
export function mentionDocument({ script, kind, use, line, text }: Mention): Infer<typeof scriptMention> {
  return {
    package: showPath(script.package),
    script: showPath(script.name),
    file: showPath(script.path),
    line,
    text: showLine(text),
    kind,
    use,
  };
}

/** A line of a file, with any bytes: as text where it is UTF-8, without anything that a terminal would act on. */
export function showLine(line: string): string {
  return showText(Buffer.from(line.replaceAll('\t', '    '), 'latin1').toString('utf8'));
}
