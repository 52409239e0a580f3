import { languageOfHeader, languageOfTags } from '../../src/locales/negotiation.js';

describe('The language for Accept-Language', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['DE-de', 'de'],
    ['pt, fr;q=0.8, de;q=0.9', 'de'],
    ['de;q=0, fr', 'fr'],
    ['de;q=0.000, en;q=0.1', 'en'],
    ['de;q=2, fr;q=0.1', 'fr'],
    ['de ; q=0.3 , es ; Q=0.4', 'es'],
    ['zh-CN,zh;q=0.9', 'zh-Hans'],
    ['zh-TW, en', 'en'],
    ['zh-TW', 'zh-Hans'],
    ['ar-EG', 'ar'],
    ['ja-JP', 'ja'],
    ['*', undefined],
    ['pt-BR, *;q=0.5', undefined],
    ['', undefined],
    [',;q=;,,', undefined],
    ['xx-'.repeat(300), undefined],
    [undefined, undefined],
  ])('%s is %s', (header, tag) => {
    expect(languageOfHeader(header)?.tag).toBe(tag);
    expect(languageOfHeader(header)?.tag).toBe(tag);
  });
});

describe('The language for ui_locales', () => {
  it.each([
    ['fr-CA fr en', 'fr'],
    ['pt-BR es', 'es'],
    ['tlh', undefined],
    ['no_tag ar', 'ar'],
    ['', undefined],
    [undefined, undefined],
  ])('%s is %s', (list, tag) => {
    expect(languageOfTags(list)?.tag).toBe(tag);
  });
});
