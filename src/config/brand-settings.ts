import { brandLinks, brandName, colorNames, colors, supportAddress } from './brand-kinds.js';
import type { SettingGroup } from './setting.js';
import { text } from './setting-kinds.js';

/** How pages and mails look. */
export const brandSettings = {
  name: {
    name: 'EYRIE_BRAND_NAME',
    defaultMeaning: 'Eyrie; the host of EYRIE_ISSUER for passkeys and authenticator apps',
    meaning: 'Name of the service on pages and in mails, for passkeys and in authenticator apps',
    parse: brandName,
  },
  logo: {
    name: 'EYRIE_BRAND_LOGO',
    defaultMeaning: 'none: icon and name',
    meaning:
      'Image file (SVG, PNG, JPEG or WebP, up to 256 KiB) that stands above every page instead of icon and name',
    parse: text,
  },
  logoDark: {
    name: 'EYRIE_BRAND_LOGO_DARK',
    defaultMeaning: 'EYRIE_BRAND_LOGO',
    meaning: 'The logo on dark pages',
    parse: text,
  },
  icon: {
    name: 'EYRIE_BRAND_ICON',
    defaultMeaning: 'the icon of Eyrie',
    meaning:
      'Square image file of the same kinds, in the tabs of browsers, and beside the name above pages without a logo',
    parse: text,
  },
  colors: {
    name: 'EYRIE_BRAND_COLORS',
    default: '',
    defaultMeaning: 'those of Eyrie',
    meaning: `Colours of light pages, such as accent=#0d5a66,ground=#edf1f3. The names are ${colorNames.join(', ')}; accent-strong, on-accent and accent-soft follow from accent unless they are given. A colour that cannot be read where it stands (WCAG 2.2 AA) stops the start`,
    parse: colors,
  },
  colorsDark: {
    name: 'EYRIE_BRAND_COLORS_DARK',
    default: '',
    defaultMeaning: 'those of Eyrie, with a lighter accent of EYRIE_BRAND_COLORS',
    meaning: 'The same for dark pages',
    parse: colors,
  },
  links: {
    name: 'EYRIE_BRAND_LINKS',
    default: '',
    meaning:
      'Links in the footer of pages and mails, such as privacy=https://example.com/privacy,Status=https://status.example.com. The labels imprint, privacy, terms and accessibility are shown in the language of the person, others as they are written',
    parse: brandLinks,
  },
  support: {
    name: 'EYRIE_BRAND_SUPPORT',
    meaning:
      'Where people find help: an e-mail address or the URL of a page, in the footer of pages and mails',
    parse: supportAddress,
  },
  styleSheet: {
    name: 'EYRIE_BRAND_STYLESHEET',
    meaning:
      'CSS file of up to 256 KiB, which every page loads after its own style sheet. The Content-Security-Policy stays as it is: neither @import nor url() reaches another server, and there are no fonts to load',
    parse: text,
  },
} as const satisfies SettingGroup;
