import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  BREAK,
  bad,
  code,
  details,
  facts,
  lines,
  list,
  paragraph,
  section,
  strong,
  table,
  title,
} from '../../src/report/document.ts';
import { escapeHtml, renderHtml } from '../../src/report/html.ts';
import { HOSTILE, hostileBlocks } from '../support/hostile-report.ts';

const test = suite('reports as HTML');
const body = (...blocks: Parameters<typeof renderHtml>[1]): string =>
  /<main>\n(.*)\n<\/main>/s.exec(renderHtml('x', blocks))?.[1] ?? '';

test('nothing that HTML acts on is left in a text', () => {
  assert.is(
    escapeHtml(`<a href="x" title='y'>&amp;`),
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;',
  );
  assert.is(escapeHtml('a\nb\x1b'), 'a\\x0ab\\x1b');
});

test('a page is whole, needs nothing else, and follows the reader in light and dark', () => {
  const page = renderHtml('<title> & more', [paragraph('body')]);
  assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
  assert.match(page, /<title>&lt;title&gt; &amp; more<\/title>/);
  assert.match(page, /<main>\n<p>body<\/p>\n<\/main>/);
  assert.match(page, /prefers-color-scheme: dark/);
  assert.match(page, /name="viewport"/);
  assert.not.match(page, /<script|<link|<img|https?:|url\(|@import/);
  assert.is(page, renderHtml('<title> & more', [paragraph('body')]));
});

test('every kind of block', () => {
  assert.is(
    body(title('A ', code('b')), paragraph(bad('no'))),
    '<h1>A <code>b</code></h1>\n<p><span class="bad">no</span></p>',
  );
  assert.is(
    body(facts(['size', strong('1')])),
    '<div class="wide facts"><table>\n<tbody>\n<tr><td>size</td><td><strong>1</strong></td></tr>\n</tbody></table></div>',
  );
  assert.is(
    body(table(['x'], [['1'], [['2', BREAK, '3']]], { layout: 'stack' })),
    '<div class="wide stack"><table>\n<thead><tr><th>x</th></tr></thead>\n<tbody>\n<tr><td>1</td></tr>\n<tr><td>2<br>3</td></tr>\n</tbody></table></div>',
  );
  assert.is(body(list(['a', 'b', 'c'], 2)), '<ul>\n<li>a</li>\n<li>b</li>\n<li>and 1 more</li>\n</ul>');
  assert.is(body(lines('toml', ['a', '<'])), '<pre>a\n&lt;</pre>');
  assert.is(
    body(lines('diff', ['@ 1', '-a', ' b'])),
    '<pre class="diff"><span class="place">@ 1</span><span class="a">-a</span><span> b</span></pre>',
  );
  assert.is(
    body(details('more', [paragraph('all')])),
    '<details><summary>more</summary>\n<p>all</p>\n</details>',
  );
  assert.match(body(details('more', [], true)), /^<details open>/);
  assert.is(
    body(section('One', [section('Two', [paragraph('x')], 'two')])),
    '<h2>One</h2>\n<section id="two">\n<h3>Two</h3>\n<p>x</p>\n</section>',
  );
  assert.is(body(paragraph({ text: 'there', to: 'two' })), '<p><a href="#two">there</a></p>');
  assert.is(
    body(
      table(
        [],
        [
          [
            { text: '', share: 0.5 },
            { ...bad('x'), note: 'say "y"' },
          ],
        ],
      ),
    ).split('\n')[2],
    '<tr><td><span class="bar" style="width:50.0%"></span></td><td><span class="bad" title="say &quot;y&quot;">x</span></td></tr>',
  );
});

test('no text of any block becomes a tag, an attribute or a control character', () => {
  for (const text of HOSTILE) {
    const page = body(...hostileBlocks(text));
    assert.not.match(page.replaceAll('\n', ''), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    // Without the renderer's tags, the rest contains no tags, and no quotation mark that could leave one.
    const tags = [...page.matchAll(/<\/?([^\s>]+)[^>]*>/g)].map(([, name = '']) => name);
    const harmless = [...body(...hostileBlocks('x')).matchAll(/<\/?([^\s>]+)[^>]*>/g)].map(
      ([, name = '']) => name,
    );
    assert.equal(tags, harmless, text);
    assert.not.match(page.replace(/<[^<>]*>/g, ''), /[<>"']/, text);
  }
});

test.run();
