import { Views } from '../../src/views/views.js';
import { type PageName, samples } from './sample-pages.js';

const views = new Views();

export const pageNames = Object.keys(samples) as PageName[];

/** Renders any page by name; the model defaults to the sample of that name. */
export function render(name: PageName, model: object = samples[name]): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- name and model are paired by the caller
  return views.render(name, model as never);
}
