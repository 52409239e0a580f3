import { Inject, Injectable } from '@nestjs/common';
import type { BrandLink } from '../config/brand-kinds.js';
import { brandSettings } from '../config/brand-settings.js';
import { endpoints } from '../config/endpoints.js';
import { SettingError } from '../config/setting-error.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { type MessageKey, verbatim } from '../locales/message.js';
import { readImage, readText } from './brand-files.js';
import type { PageLink } from './links.js';
import {
  colorRules,
  colorsOfSchemes,
  contrastProblem,
  type ContrastProblem,
  defaultPalettes,
  type Palette,
  palettesWith,
  type Scheme,
} from './palette.js';
import { assetOf, readIcon, type StaticAsset, styleSheetType } from './static-asset.js';

type Image = StaticAsset<Buffer>;

/** The labels of links that are shown in the language of the person. */
const knownLabels: ReadonlyMap<string, MessageKey> = new Map([
  ['imprint', 'layout.imprint'],
  ['privacy', 'client.policy'],
  ['terms', 'client.terms'],
  ['accessibility', 'layout.accessibility'],
]);

/** The name, the look and the footer that the operator gives this service. A bad file or colour ends the start. */
@Injectable()
export class Brand {
  readonly name: string;
  readonly links: readonly (PageLink & { readonly href: string })[];
  /** Where people find help. */
  readonly support: BrandLink | undefined;
  readonly icon: StaticAsset | Image;
  readonly logo: Image | undefined;
  readonly logoDark: Image | undefined;
  /** The colours and the rules of the operator, which follow the style sheet of all pages. */
  readonly styleSheet: StaticAsset | undefined;
  /** The colours of all pages. */
  readonly palettes: Readonly<Record<Scheme, Palette>>;

  constructor(@Inject(SETTINGS) { brand }: Settings) {
    this.name = brand.name ?? 'Eyrie';
    this.links = brand.links.map(({ label, href }) => {
      const known = knownLabels.get(label);
      return { href, label: known === undefined ? verbatim(label) : { key: known } };
    });
    this.support = brand.support;
    const image = (setting: 'icon' | 'logo' | 'logoDark', path: string): Image | undefined =>
      brand[setting] === undefined ? undefined : readImage(brandSettings[setting].name, brand[setting], path);
    this.icon = image('icon', endpoints.brandIcon) ?? readIcon();
    this.logo = image('logo', endpoints.brandLogo);
    this.logoDark = image('logoDark', endpoints.brandLogoDark);
    if (this.logoDark && !this.logo)
      throw new SettingError('EYRIE_BRAND_LOGO is missing: EYRIE_BRAND_LOGO_DARK stands beside it');
    const { palettes, rules } = colorsOf(brand);
    this.palettes = palettes;
    const ownRules =
      brand.styleSheet === undefined ? '' : readText(brandSettings.styleSheet.name, brand.styleSheet);
    this.styleSheet =
      rules + ownRules === ''
        ? undefined
        : assetOf(rules + ownRules, styleSheetType, endpoints.brandStyleSheet);
  }
}

/** The colours of the pages, with the rules that bring them about; no rules if they are those of the style sheet. */
function colorsOf(brand: Settings['brand']): {
  readonly palettes: Readonly<Record<Scheme, Palette>>;
  readonly rules: string;
} {
  const bases = defaultPalettes();
  if (Object.keys(brand.colors).length + Object.keys(brand.colorsDark).length === 0)
    return { palettes: bases, rules: '' };
  const given = colorsOfSchemes(bases, brand.colors, brand.colorsDark);
  refuseUnreadable(brandSettings.colors.name, contrastProblem(bases.light, given.light, 'light'));
  refuseUnreadable(brandSettings.colorsDark.name, contrastProblem(bases.dark, given.dark, 'dark'));
  const palettes = palettesWith(bases, given);
  return { palettes, rules: colorRules(palettes) };
}

function refuseUnreadable(setting: string, problem: ContrastProblem | undefined): void {
  if (!problem) return;
  const remedy =
    problem.accent === undefined ? 'choose colours further apart' : `use accent=${problem.accent}`;
  throw new SettingError(`${setting} ${problem.reason}: ${remedy}`);
}
