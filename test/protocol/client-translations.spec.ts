import {
  canonicalName,
  splitTranslated,
  translationProblems,
  translationsIn,
  valuesByTag,
} from '../../src/protocol/client-metadata/translations.js';
import { readAssignment } from '../../src/protocol/client-metadata/assignment.js';
import { clientMembers, translatableMembers } from '../../src/protocol/client-metadata/members.js';

describe('The members of client metadata in other languages', () => {
  it('are those that RFC 7591 §2.2 names', () => {
    expect(translatableMembers).toEqual(['client_name', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri']);
  });

  it.each([
    ['client_name#de', 'client_name#de'],
    ['client_name#DE-ch', 'client_name#de-CH'],
    ['tos_uri#JA-jpan-jp', 'tos_uri#ja-Jpan-JP'],
    ['client_name#ZH-hans', 'client_name#zh-Hans'],
    ['client_name#not a tag', 'client_name#not a tag'],
    ['client_name#', 'client_name#'],
    ['client_name', undefined],
    ['contacts#de', undefined],
    ['redirect_uris#de', undefined],
    ['toString#de', undefined],
    ['#de', undefined],
  ])('%s is named %s', (name, canonical) => {
    expect(canonicalName(name)).toBe(canonical);
  });

  it('are set apart from the others, under canonical names', () => {
    expect(
      splitTranslated({ client_name: 'A', 'client_name#DE': 'B', 'contacts#de': 'C', scope: 'x' }),
    ).toEqual({
      translated: { 'client_name#de': 'B' },
      others: { client_name: 'A', 'contacts#de': 'C', scope: 'x' },
    });
  });

  it.each([
    ['client_name#de', 'Nachrichtenschreiber'],
    ['client_name#ar', 'كاتب الرسائل'],
    ['client_name#ja-Jpan-JP', 'クライアント名'],
    ['policy_uri#fr', 'https://example.com/fr'],
    ['client_uri#es', 'http://localhost:4000/es'],
    ['client_name#de', null],
  ])('%s may be %j', (name, value) => {
    expect(translationProblems({ [name]: value })).toEqual([]);
  });

  it.each<[name: string, value: unknown, reason: string]>([
    ['client_name#', 'A', 'must end with a language tag (BCP 47), such as client_name#de'],
    ['client_name#d', 'A', 'must end with a language tag'],
    ['client_name#de_CH', 'A', 'must end with a language tag'],
    ['client_name#de#at', 'A', 'must end with a language tag'],
    ['client_name#deutschland', 'A', 'must end with a language tag'],
    ['client_name#de ', 'A', 'must end with a language tag'],
    [`client_name#de-${'x'.repeat(5_000)}`, 'A', 'must end with a language tag'],
    ['client_name#de', '', 'must be a text of up to 255 characters'],
    ['client_name#de', ' ', 'must be a text of up to 255 characters'],
    ['client_name#de', 'x'.repeat(256), 'must be a text of up to 255 characters'],
    ['client_name#de', 5, 'must be a text of up to 255 characters'],
    ['client_name#de', ['A'], 'must be a text of up to 255 characters'],
    ['client_name#ar', 'A\u202eB', 'must not contain control characters'],
    ['client_name#de', 'A\nB', 'must not contain control characters'],
    ['tos_uri#de', 'javascript:alert(1)', 'must be an http or https URL of up to 2048 characters'],
    ['logo_uri#de', 'https://user:secret@example.com', 'must be an http or https URL'],
    ['client_uri#de', 'https://', 'must be an http or https URL'],
    ['client_uri#de', 'https://example.com/a b', 'must be an http or https URL'],
    ['client_uri#de', `https://example.com/${'x'.repeat(2_048)}`, 'must be an http or https URL'],
    ['client_uri#de', {}, 'must be an http or https URL'],
  ])('%s may not be %j', (name, value, reason) => {
    const [problem, ...more] = translationProblems({ [name]: value });
    expect(more).toEqual([]);
    expect(problem?.reason).toContain(reason);
    expect(problem?.field).toBe(name.slice(0, 100));
  });

  it('are refused when two are for the same language', () => {
    const { translated } = splitTranslated({ 'client_name#de': 'A', 'client_name#DE': 'B' });
    expect(translationProblems(translated)).toEqual([
      { field: 'client_name#DE', reason: 'stands beside client_name#de, which is for the same language' },
    ]);
  });

  it('fit their column together', () => {
    const long = `https://example.com/${'x'.repeat(2_000)}`;
    const tags = ['de', 'fr', 'es', 'ja', 'ar', 'it', 'pt', 'nl'];
    const many = Object.fromEntries(tags.map((tag) => [`tos_uri#${tag}`, long]));
    expect(translationProblems(many)[0]?.reason).toContain('have more than 16000 characters');
    delete many['tos_uri#nl'];
    expect(translationProblems(many)).toEqual([]);
  });

  it('are read by their tag, and those without a value are none', () => {
    const stored = translationsIn({
      client_name: 'A',
      'client_name#de': 'B',
      'client_name#fr': null,
      'tos_uri#de': 'C',
    });
    expect(stored).toEqual({ 'client_name#de': 'B', 'tos_uri#de': 'C' });
    expect(valuesByTag(stored, 'client_name')).toEqual({ de: 'B' });
    expect(valuesByTag(null, 'client_name')).toEqual({});
  });

  it.each([
    ['client_name#DE=Schreiber', { member: 'client_name#de', value: 'Schreiber' }],
    ['client_name#de=a=b', { member: 'client_name#de', value: 'a=b' }],
    ['client_name#de=null', { member: 'client_name#de', value: null }],
    ['client_name#de', { field: 'client_name#de', reason: 'needs a value: write member=value' }],
    ['contacts#de=a', { field: 'contacts#de', reason: 'is not a member of client metadata' }],
  ])('on the command line, %s is read', (text, read) => {
    expect(readAssignment(text)).toEqual(read);
  });

  it('say in the table that they are translatable', () => {
    const marked = Object.entries(clientMembers).filter(([, member]) => 'translatable' in member);
    expect(marked.map(([name]) => name)).toEqual(translatableMembers);
  });
});
