import { readStyleSheet } from '../../src/views/static-asset.js';

type Palette = ReadonlyMap<string, string>;

/** The colours of `:root`, light first, then dark. */
function palettes(): { light: Palette; dark: Palette } {
  const [light = '', dark = ''] = readStyleSheet().text.split('@media (prefers-color-scheme: dark)');
  return { light: coloursIn(light), dark: coloursIn(dark) };
}

function coloursIn(css: string): Palette {
  const declarations = css.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g);
  return new Map([...declarations].map(([, name = '', colour = '']) => [name, colour]));
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast ratio, WCAG 2.2. */
function contrast(palette: Palette, one: string, other: string): number {
  const [first, second] = [one, other].map((name) => luminance(palette.get(name) ?? 'missing'));
  const [lighter, darker] = [Math.max(first ?? 0, second ?? 0), Math.min(first ?? 0, second ?? 0)];
  return (lighter + 0.05) / (darker + 0.05);
}

const TEXT: readonly [text: string, ground: string][] = [
  ['ink', 'ground'],
  ['ink', 'surface'],
  ['ink', 'sunken'],
  ['quiet', 'ground'],
  ['quiet', 'surface'],
  ['accent', 'ground'],
  ['accent', 'surface'],
  ['accent-strong', 'surface'],
  ['accent-strong', 'accent-soft'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-strong'],
  ['danger', 'surface'],
  ['danger', 'danger-soft'],
  ['good', 'surface'],
  ['good', 'good-soft'],
];

const CONTROLS: readonly [edge: string, ground: string][] = [
  ['control-line', 'surface'],
  ['accent', 'surface'],
  ['accent', 'ground'],
];

describe.each(['light', 'dark'] as const)('colours of the %s scheme', (scheme) => {
  const palette = palettes()[scheme];

  it.each(TEXT)('%s on %s is legible (WCAG AA, 4.5:1)', (text, ground) => {
    expect(contrast(palette, text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(CONTROLS)('%s against %s shows where a control is (WCAG AA, 3:1)', (edge, ground) => {
    expect(contrast(palette, edge, ground)).toBeGreaterThanOrEqual(3);
  });
});
