/** Learn: the chapters of the walkthrough, the same text as in docs/walkthrough/. */
import { signal, type Signal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { addressOf, chapters, hasChinese, placeOf, shortTitle, textOf } from '../learn/chapters.js';
import { render } from '../learn/render.js';
import { place } from '../state/view.js';
import { Problem } from '../ui/notices.js';
import '../styles/learn.css';

/** The chapter whose text has come, as HTML. */
const shown: Signal<{ readonly address: string; readonly html: string } | null> = signal(null);
const failed: Signal<string | null> = signal(null);

async function show(address: string): Promise<void> {
  const wanted = placeOf(address);
  try {
    const html = render(await textOf(wanted), wanted.language);
    if (address !== place.value) return; // another one was opened meanwhile
    shown.value = { address, html };
    failed.value = null;
    scrollTo(0, 0);
  } catch (error) {
    failed.value = `this chapter could not be loaded: ${String(error)}; load the page again`;
  }
}

export function LearnView() {
  const address = place.value;
  useEffect(() => void show(address), [address]);
  const { chapter, language } = useMemo(() => placeOf(address), [address]);
  const text = shown.value;
  return (
    <>
      <Problem text={failed.value} />
      <div class="learn">
        <nav aria-label="Chapters">
          <ol>
            {chapters.map((name) => (
              <li key={name}>
                <a
                  href={addressOf({ chapter: name, language: 'en' })}
                  aria-current={name === chapter ? 'page' : undefined}
                >
                  {shortTitle(name)}
                </a>
                {hasChinese(name) && (
                  <a class="zh" lang="zh-Hans" href={addressOf({ chapter: name, language: 'zh' })}>
                    中文
                  </a>
                )}
              </li>
            ))}
          </ol>
        </nav>
        <article
          class="chapter"
          lang={language === 'zh' ? 'zh-Hans' : 'en'}
          aria-busy={text?.address !== address && failed.value === null}
          dangerouslySetInnerHTML={{ __html: text?.html ?? '' }}
        />
      </div>
    </>
  );
}
