/** The walkthrough's chapters, as they stand in docs/walkthrough/. Each is loaded when it is opened. */
type Load = () => Promise<string>;

const english = import.meta.glob<string>('../../../docs/walkthrough/[0-9]*.md', { query: '?raw', import: 'default' });
const chinese = import.meta.glob<string>('../../../docs/walkthrough/zh/*.md', { query: '?raw', import: 'default' });
const images = import.meta.glob<string>('../../../docs/walkthrough/images/*.png', {
  query: '?url',
  import: 'default',
  eager: true,
});

/** `06-hooks` of `../../../docs/walkthrough/06-hooks.md`. */
const nameOf = (path: string): string => path.replace(/^.*\/|\.\w+$/g, '');
const byName = (files: Record<string, Load>): Map<string, Load> =>
  new Map(Object.entries(files).map(([path, load]) => [nameOf(path), load]));

const texts = byName(english);
const chineseTexts = byName(chinese);
const pictures = new Map(Object.entries(images).map(([path, url]) => [nameOf(path), url]));

/** In reading order. */
export const chapters: readonly string[] = [...texts.keys()].sort();

export type Language = 'en' | 'zh';

export interface Place {
  readonly chapter: string;
  readonly language: Language;
}

/** What `#learn/06-hooks` and `#learn/zh/06-hooks` mean; the first chapter where there is none of that name. */
export function placeOf(hash: string): Place {
  const [, first = '', second = ''] = hash.replace(/^#/, '').split('/');
  if (first === 'zh' && chineseTexts.has(second)) return { chapter: second, language: 'zh' };
  return { chapter: texts.has(first) ? first : chapters[0], language: 'en' };
}

export const addressOf = ({ chapter, language }: Place): string =>
  language === 'zh' ? `#learn/zh/${chapter}` : `#learn/${chapter}`;

export const hasChinese = (chapter: string): boolean => chineseTexts.has(chapter);

/** A chapter's Markdown. */
export async function textOf({ chapter, language }: Place): Promise<string> {
  const load = (language === 'zh' ? chineseTexts : texts).get(chapter);
  if (!load) throw new Error(`expected a chapter, there is no ${chapter}`);
  return load();
}

/** `7. Grad-CAM` of `07-grad-cam`. */
export const shortTitle = (chapter: string): string => titles[chapter.slice(0, 2)] ?? chapter;

const titles: Readonly<Record<string, string>> = {
  '01': '1. Tensors and memory',
  '02': '2. Autograd in one screen',
  '03': '3. An op and its gradient',
  '04': '4. Convolution three ways',
  '05': '5. A VGG and its layers',
  '06': '6. Hooks',
  '07': '7. Grad-CAM',
  '08': '8. Guided backpropagation',
  '09': '9. Guided Grad-CAM',
  '10': '10. Loops, SIMD, threads, GPU',
};

/** The address of a picture, by its path in the Markdown. */
export const pictureUrl = (href: string): string | null => pictures.get(nameOf(href)) ?? null;

/** Where a link of a chapter leads in the page; null for what is not in it, such as sources. */
export function linkInPage(href: string, language: Language): string | null {
  if (/^https?:/.test(href)) return href;
  if (/^(\.\.\/)?README\.md$/.test(href)) return '#learn';
  const match = /^(\.\.\/|zh\/)?(\d\d-[\w-]+)\.md$/.exec(href);
  if (match) {
    const [, folder = '', chapter] = match;
    const there: Language = folder === 'zh/' || (language === 'zh' && folder === '') ? 'zh' : 'en';
    return addressOf({ chapter, language: there });
  }
  return null;
}
