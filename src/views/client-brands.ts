import { Injectable } from '@nestjs/common';
import type { Colors } from '../config/brand-kinds.js';
import { endpoints } from '../config/endpoints.js';
import { Brand } from './brand.js';
import { clientAddress } from './links.js';
import {
  accentFamily,
  colorRules,
  colorsOfSchemes,
  contrastProblem,
  type Palette,
  palettesWith,
  type Scheme,
} from './palette.js';
import { assetOf, type StaticAsset, styleSheetType } from './static-asset.js';

/** The look that the operator gives the pages of one client. */
export interface ClientBrand {
  /** What the logo says to those who do not see it. */
  readonly name: string;
  /** Stands above the page in place of the logo of this service. */
  readonly logoUri: string | undefined;
  /** The style sheet with its colours. */
  readonly styleHref: string | undefined;
}

/** What a client has of a look: `brand_color`, `brand_color_dark` and `brand_logo_uri` of its metadata. */
export interface BrandedClient {
  readonly brandColor?: string | null;
  readonly brandColorDark?: string | null;
  readonly brandLogoUri?: string | null;
}

/** Why colours of a client cannot be read. */
export interface ColorProblem {
  readonly scheme: Scheme;
  /** A predicate of the member. */
  readonly reason: string;
}

/** The accents of a client, without colours that it does not have. */
interface Accents {
  readonly light: string;
  readonly dark?: string;
}

const color = /^#[\da-f]{6}$/;

/** Gives the pages of clients their own colours. */
@Injectable()
export class ClientBrands {
  constructor(private readonly brand: Brand) {}

  /** The look of a client's pages; undefined if it is that of all pages. */
  brandOf(name: string, client: BrandedClient): ClientBrand | undefined {
    const accents = accentsOf(client);
    const logoUri = clientAddress(client.brandLogoUri);
    // Colours that were fine with others of the operator's are left out.
    const isReadable = accents && this.problem(accents) === undefined;
    if (!isReadable && logoUri === undefined) return undefined;
    return { name, logoUri, styleHref: isReadable ? hrefOf(accents) : undefined };
  }

  colorProblem(client: BrandedClient): ColorProblem | undefined {
    const accents = accentsOf(client);
    return accents && this.problem(accents);
  }

  /** The style sheet of colours that a URL names; undefined if it names none, or they cannot be read. */
  styleSheet(light = '', dark?: string): StaticAsset | undefined {
    const accents = { light: `#${light}`, ...(dark === undefined ? {} : { dark: `#${dark}` }) };
    if (!Object.values(accents).every((accent) => color.test(accent)) || this.problem(accents))
      return undefined;
    const palettes = palettesWith(this.brand.palettes, this.colorsOf(accents));
    const rules = colorRules({ light: familyIn(palettes.light), dark: familyIn(palettes.dark) });
    return assetOf(rules, styleSheetType, endpoints.brandColors);
  }

  private problem(accents: Accents): ColorProblem | undefined {
    const colors = this.colorsOf(accents);
    for (const scheme of ['light', 'dark'] as const) {
      const problem = contrastProblem(this.brand.palettes[scheme], colors[scheme], scheme);
      if (!problem) continue;
      const remedy = problem.accent === undefined ? '' : `: use ${problem.accent}`;
      return { scheme, reason: problem.reason + remedy };
    }
    return undefined;
  }

  private colorsOf({ light, dark }: Accents): Readonly<Record<Scheme, Colors>> {
    const { palettes } = this.brand;
    return colorsOfSchemes(palettes, { accent: light }, dark === undefined ? {} : { accent: dark });
  }
}

/** What belongs to an accent. */
const familyIn = (palette: Palette): Colors =>
  Object.fromEntries(accentFamily.map((name) => [name, palette[name]]));

function accentsOf({ brandColor, brandColorDark }: BrandedClient): Accents | undefined {
  if (!brandColor) return undefined;
  const light = brandColor.toLowerCase();
  return brandColorDark ? { light, dark: brandColorDark.toLowerCase() } : { light };
}

const hrefOf = ({ light, dark }: Accents): string =>
  `${endpoints.brandColors}?light=${light.slice(1)}${dark === undefined ? '' : `&dark=${dark.slice(1)}`}`;
