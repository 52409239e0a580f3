import { contrast, mixed } from '../../src/views/contrast.js';
import {
  colorPairs,
  colorsOfSchemes,
  contrastProblem,
  defaultPalettes,
  palettesWith,
  type Scheme,
} from '../../src/views/palette.js';

const schemes: readonly Scheme[] = ['light', 'dark'];
const bases = defaultPalettes();

describe('Contrast', () => {
  it.each([
    ['#000000', '#ffffff', 21],
    ['#ffffff', '#000000', 21],
    ['#0d5a66', '#0d5a66', 1],
    ['#767676', '#ffffff', 4.54],
  ])('%s and %s have %d:1', (one, other, ratio) => {
    expect(contrast(one, other)).toBeCloseTo(ratio, 2);
  });

  it.each([
    [0, '#102030'],
    [0.5, '#889098'],
    [1, '#ffffff'],
  ])('a share of %d of white in #102030 gives %s', (share, color) => {
    expect(mixed('#102030', '#ffffff', share)).toBe(color);
  });
});

describe.each(schemes)('The colours of the style sheet, %s', (scheme) => {
  it.each(colorPairs)('%s on %s can be told apart (WCAG 2.2 AA, %d:1)', (above, below, least) => {
    expect(contrast(bases[scheme][above], bases[scheme][below])).toBeGreaterThanOrEqual(least);
  });
});

describe('An accent', () => {
  it('brings what belongs to it, and no other colour', () => {
    const { light, dark } = palettesWith(bases, {
      light: { accent: '#7a1f5c' },
      dark: { accent: '#f0a8d8' },
    });

    expect(light).toEqual({
      ...bases.light,
      accent: '#7a1f5c',
      'accent-strong': '#5c1745',
      'on-accent': '#ffffff',
      'accent-soft': '#f2e9ef',
    });
    expect(dark).toMatchObject({ accent: '#f0a8d8', 'accent-strong': '#f4bee2', 'on-accent': '#241920' });
  });

  it('of light pages is made lighter for dark pages until it can be read there', () => {
    const given = colorsOfSchemes(bases, { accent: '#7a1f5c' }, { ground: '#000000' });

    expect(given.light).toEqual({ accent: '#7a1f5c' });
    expect(given.dark).toEqual({ ground: '#000000', accent: expect.stringMatching(/^#[\da-f]{6}$/) });
    for (const scheme of schemes)
      expect(contrastProblem(bases[scheme], given[scheme], scheme)).toBeUndefined();
  });

  it('that can be read on dark pages as it is stays so', () => {
    expect(colorsOfSchemes(bases, { accent: '#f0a8d8' }, {}).dark).toEqual({ accent: '#f0a8d8' });
  });

  it.each([
    ['light', '#ffcc00'],
    ['light', '#00d084'],
    ['dark', '#08434d'],
    ['dark', '#0000ff'],
  ] as const)('that cannot be read on %s pages is refused, with one that can be', (scheme, accent) => {
    const problem = contrastProblem(bases[scheme], { accent }, scheme);

    expect(problem?.reason).toMatch(
      new RegExp(
        `^has accent \\(${accent}\\) on surface \\(#\\w{6}\\) with a contrast of [1-4]\\.\\d+:1, less than 4.5:1`,
      ),
    );
    expect(contrastProblem(bases[scheme], { accent: problem?.accent }, scheme)).toBeUndefined();
  });
});

it.each([
  [{ ink: '#888888' }, /^has ink \(#888888\) on ground/],
  [{ danger: '#ff8888' }, /^has danger \(#ff8888\) on surface/],
  [{ 'control-line': '#cccccc' }, /^has control-line \(#cccccc\) on surface .* less than 3:1/],
  [{ accent: '#7a1f5c', 'on-accent': '#7a1f5c' }, /^has on-accent \(#7a1f5c\) on accent .* of 1:1/],
])('%j is refused without an accent that would do', (colors, reason) => {
  const problem = contrastProblem(bases.light, colors, 'light');

  expect(problem?.reason).toMatch(reason);
  expect(problem?.accent).toBeUndefined();
});
