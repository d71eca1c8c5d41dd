/** A chapter's Markdown as HTML: formulas by KaTeX, links and pictures as they are in the page. */
import 'katex/dist/katex.min.css';
import { Marked, type Tokens } from 'marked';
import katex from 'marked-katex-extension';
import { linkInPage, pictureUrl, type Language } from './chapters.js';

export function render(markdown: string, language: Language): string {
  const marked = new Marked(katex({ throwOnError: true, nonStandard: true }), {
    renderer: {
      link({ href, tokens }: Tokens.Link): string {
        const text = this.parser.parseInline(tokens);
        const there = linkInPage(href, language);
        return there === null ? `<span class="file">${text}</span>` : `<a href="${there}">${text}</a>`;
      },
      image({ href, text }: Tokens.Image): string {
        return `<img src="${pictureUrl(href) ?? ''}" alt="${attribute(text)}" loading="lazy" />`;
      },
      // what may be wider than the page is moved by the keyboard too
      code({ text, lang }: Tokens.Code): string {
        return `<pre tabindex="0" data-language="${attribute(lang ?? '')}"><code>${escaped(text)}</code></pre>`;
      },
      table({ header, rows }: Tokens.Table): string {
        const cells = (row: readonly Tokens.TableCell[], tag: string): string =>
          row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('');
        const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('');
        return `<div class="wide" tabindex="0"><table><thead><tr>${cells(header, 'th')}</tr></thead><tbody>${body}</tbody></table></div>`;
      },
    },
  });
  // comments say where code is quoted from
  const html = marked.parse(markdown.replace(/^<!--.*-->\n/gm, ''), { async: false });
  return html.replaceAll('<span class="katex-display">', '<span class="katex-display" tabindex="0">');
}

const escaped = (text: string): string => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const attribute = (text: string): string => escaped(text).replace(/"/g, '&#34;');
