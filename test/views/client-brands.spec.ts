import { readSettings } from '../../src/config/settings.js';
import { Brand } from '../../src/views/brand.js';
import { ClientBrands } from '../../src/views/client-brands.js';

const brandsWith = (environment: Record<string, string>): ClientBrands =>
  new ClientBrands(new Brand(readSettings(environment)));

const client = { brandColor: '#00756a' };

describe('The colours of a client', () => {
  it('are used while they can be read on the colours of the operator, and left out after those have changed', () => {
    const styleHref = '/brand/colors.css?light=00756a';
    const darker = brandsWith({ EYRIE_BRAND_COLORS: 'ground=#c8d0d4,quiet=#3b4b54' });

    expect(brandsWith({}).brandOf('MessageWriter', client)).toMatchObject({ styleHref });
    expect(darker.brandOf('MessageWriter', client)).toBeUndefined();
    expect(darker.styleSheet('00756a')).toBeUndefined();
    expect(darker.colorProblem(client)?.reason).toContain('on ground (#c8d0d4)');
  });

  it('do not replace other colours of the operator', () => {
    const rules = brandsWith({ EYRIE_BRAND_COLORS: 'ground=#ffffff,accent-soft=#eeeeee' }).styleSheet(
      '00756a',
    );

    expect(rules?.content).not.toContain('--ground');
    expect(rules?.content).toContain('--accent-soft: #');
    expect(rules?.content).not.toContain('#eeeeee');
  });

  it('of no client are those of all pages', () => {
    expect(brandsWith({}).brandOf('MessageWriter', {})).toBeUndefined();
    expect(brandsWith({}).brandOf('MessageWriter', { brandColor: null, brandLogoUri: null })).toBeUndefined();
  });
});
