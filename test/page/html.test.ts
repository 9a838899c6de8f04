import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { escapeHtml, htmlDetails, htmlPage, htmlTable } from '../../src/page/html.ts';

const test = suite('page');

test('nothing that HTML acts on is left in a text', () => {
  assert.is(
    escapeHtml(`<a href="x" title='y'>&amp;`),
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;',
  );
});

test('a page is whole, needs nothing else, and follows the reader in light and dark', () => {
  const page = htmlPage('<title> & more', ['<p>body</p>'], '.own { color: red; }');
  assert.match(page, /^<!DOCTYPE html>\n<html lang="en">/);
  assert.match(page, /<title>&lt;title&gt; &amp; more<\/title>/);
  assert.match(page, /<main>\n<p>body<\/p>\n<\/main>/);
  assert.match(page, /prefers-color-scheme: dark/);
  assert.match(page, /name="viewport"/);
  assert.match(page, /\.own \{ color: red; \}<\/style>/);
  assert.not.match(page, /<script|<link|<img|https?:|url\(|@import/);
  assert.is(page, htmlPage('<title> & more', ['<p>body</p>'], '.own { color: red; }'));
});

test('tables and folded parts', () => {
  assert.match(
    htmlTable(['x'], [['1'], ['2']]),
    /<thead><tr><th>x<\/th><\/tr><\/thead>\n<tbody>\n<tr><td>1</,
  );
  assert.not.match(htmlTable([], [['1']]), /thead/);
  assert.is(htmlDetails('more', 'all'), '<details><summary>more</summary>\nall\n</details>');
  assert.match(htmlDetails('more', 'all', true), /^<details open>/);
});

test.run();
