import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const logo = (color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="40"><rect width="160" height="40" rx="8" fill="${color}"/></svg>`;

/** Rules that try to reach other servers, beside one that shows that the sheet is in force. */
export const brandRules = (elsewhere: string): string => `@import url('${elsewhere}/import.css');
@font-face { font-family: 'Elsewhere'; src: url('${elsewhere}/font.woff2'); }
.card { border-width: 3px; }
.foot { background-image: url('${elsewhere}/image.png'); font-family: 'Elsewhere', sans-serif; }
`;

/** The files and settings of an operator with a look of their own. */
export class SampleBrand {
  private readonly folder = mkdtempSync(join(tmpdir(), 'eyrie-brand-'));
  readonly settings: Readonly<Record<string, string>>;

  /** @param rules the operator's style sheet */
  constructor(rules = '.card { border-width: 3px; }\n') {
    this.settings = {
      EYRIE_BRAND_NAME: 'Example & Söhne',
      EYRIE_BRAND_LOGO: this.write('logo.svg', logo('#7a1f5c')),
      EYRIE_BRAND_LOGO_DARK: this.write('logo-dark.svg', logo('#f0a8d8')),
      EYRIE_BRAND_ICON: this.write('icon.svg', logo('#7a1f5c')),
      EYRIE_BRAND_COLORS: 'accent=#7a1f5c, ground=#f6f0f4',
      EYRIE_BRAND_LINKS:
        'privacy=https://example.com/privacy,imprint=https://example.com/imprint,Status=https://status.example.com/?a=1',
      EYRIE_BRAND_SUPPORT: 'help@example.com',
      EYRIE_BRAND_STYLESHEET: this.write('style.css', rules),
    };
  }

  /** Writes a file beside the others; gives back its path. */
  write(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
