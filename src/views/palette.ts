import { type ColorName, colorNames, type Colors } from '../config/brand-kinds.js';
import { contrast, mixed } from './contrast.js';
import { readStyleSheet } from './static-asset.js';

/** Every colour of a scheme. */
export type Palette = Readonly<Record<ColorName, string>>;

/** The two looks that browsers ask for. */
export type Scheme = 'light' | 'dark';

/** What stands on what, with the least contrast between them: text (WCAG 2.2, 1.4.3), and edges of controls (1.4.11). */
export const colorPairs: readonly (readonly [above: ColorName, below: ColorName, least: number])[] = [
  ['accent', 'surface', 4.5],
  ['accent', 'ground', 4.5],
  ['on-accent', 'accent', 4.5],
  ['on-accent', 'accent-strong', 4.5],
  ['accent-strong', 'surface', 4.5],
  ['accent-strong', 'ground', 4.5],
  ['accent-strong', 'accent-soft', 4.5],
  ['ink', 'ground', 4.5],
  ['ink', 'surface', 4.5],
  ['ink', 'sunken', 4.5],
  ['quiet', 'ground', 4.5],
  ['quiet', 'surface', 4.5],
  ['quiet', 'sunken', 4.5],
  ['danger', 'surface', 4.5],
  ['danger', 'danger-soft', 4.5],
  ['good', 'surface', 4.5],
  ['good', 'good-soft', 4.5],
  ['control-line', 'surface', 3],
];

/** What follows from an accent. */
export const accentFamily = ['accent', 'accent-strong', 'on-accent', 'accent-soft'] as const;

/** A pair that cannot be told apart well enough. */
export interface ContrastProblem {
  /** As a predicate of its scheme: "has accent #… on surface #… with a contrast of …". */
  readonly reason: string;
  /** A darker or lighter accent that would do, if there is one. */
  readonly accent: string | undefined;
}

/** The colours of the style sheet. */
export function defaultPalettes(): Readonly<Record<Scheme, Palette>> {
  const [light = '', dark = ''] = readStyleSheet().content.split('@media (prefers-color-scheme: dark)');
  return { light: colorsIn(light), dark: colorsIn(dark) };
}

/** A palette with other colours. What belongs to an accent follows from it, unless it is among them. */
export function paletteWith(base: Palette, colors: Colors, scheme: Scheme): Palette {
  const palette = { ...base, ...colors };
  if (colors.accent === undefined) return palette;
  const { accent, surface } = palette;
  const strong = colors['accent-strong'] ?? mixed(accent, farEnds[scheme], 0.25);
  return {
    ...palette,
    'accent-strong': strong,
    'on-accent':
      colors['on-accent'] ?? clearer(['#ffffff', mixed(accent, '#000000', 0.85)], [accent, strong]),
    'accent-soft': colors['accent-soft'] ?? mixed(surface, accent, scheme === 'light' ? 0.1 : 0.2),
  };
}

/** The first pair that is too close; undefined if all can be read. */
export function contrastProblem(base: Palette, colors: Colors, scheme: Scheme): ContrastProblem | undefined {
  const palette = paletteWith(base, colors, scheme);
  const pair = closePair(palette);
  if (!pair) return undefined;
  const [above, below, least] = pair;
  // Not rounded up: 4.496 would read as enough.
  const ratio = Math.floor(contrast(palette[above], palette[below]) * 100) / 100;
  return {
    reason: `has ${above} (${palette[above]}) on ${below} (${palette[below]}) with a contrast of ${ratio}:1, less than ${least}:1 (WCAG 2.2 AA)`,
    accent: readableAccent(base, colors, scheme),
  };
}

/**
 * The colours for each scheme. Dark pages without an accent of their own have the accent of light ones, made lighter until it can be read.
 */
export function colorsOfSchemes(
  bases: Readonly<Record<Scheme, Palette>>,
  light: Colors,
  dark: Colors,
): Readonly<Record<Scheme, Colors>> {
  if (light.accent === undefined || dark.accent !== undefined) return { light, dark };
  const withAccent = { ...dark, accent: light.accent };
  return {
    light,
    dark: { ...withAccent, accent: readableAccent(bases.dark, withAccent, 'dark') ?? light.accent },
  };
}

/** Both palettes with other colours. */
export function palettesWith(
  bases: Readonly<Record<Scheme, Palette>>,
  { light, dark }: Readonly<Record<Scheme, Colors>>,
): Readonly<Record<Scheme, Palette>> {
  return { light: paletteWith(bases.light, light, 'light'), dark: paletteWith(bases.dark, dark, 'dark') };
}

/** The nearest darker accent (in the dark scheme: lighter) that can be read; undefined if there is no accent, or none helps. */
function readableAccent(base: Palette, colors: Colors, scheme: Scheme): string | undefined {
  if (colors.accent === undefined) return undefined;
  for (let percent = 0; percent <= 100; percent += 2) {
    const accent = mixed(colors.accent, farEnds[scheme], percent / 100);
    if (!closePair(paletteWith(base, { ...colors, accent }, scheme))) return accent;
  }
  return undefined;
}

const farEnds = { light: '#000000', dark: '#ffffff' } as const;

const closePair = (palette: Palette): (typeof colorPairs)[number] | undefined =>
  colorPairs.find(([above, below, least]) => contrast(palette[above], palette[below]) < least);

/** The rules by which a page takes other colours than those of its style sheet. */
export function colorRules({ light, dark }: Readonly<Record<Scheme, Colors>>): string {
  return `@media not all and (prefers-color-scheme: dark) {\n${rootWith(light)}}\n@media (prefers-color-scheme: dark) {\n${rootWith(dark)}}\n`;
}

const rootWith = (colors: Colors): string =>
  `:root {\n${Object.entries(colors)
    .map(([name, color]) => `--${name}: ${color};\n`)
    .join('')}}\n`;

function colorsIn(css: string): Palette {
  const declarations = new Map(
    [...css.matchAll(/^ {2,4}--([a-z-]+): (#[\da-f]{6});$/gm)].map(([, name = '', color = '']) => [
      name,
      color,
    ]),
  );
  return Object.fromEntries(colorNames.map((name) => [name, declarations.get(name) ?? ''])) as Record<
    ColorName,
    string
  >;
}

/** The colour that is the easiest to read on all of these. */
function clearer(candidates: readonly string[], grounds: readonly string[]): string {
  const worst = (color: string): number => Math.min(...grounds.map((ground) => contrast(color, ground)));
  return candidates.reduce((best, color) => (worst(color) > worst(best) ? color : best));
}
