import { Views } from '../../src/views/views.js';
import { type PageName, samples } from './sample-pages.js';

const views = new Views();

export const pageNames = Object.keys(samples) as PageName[];

/** Renders any page by name; the model defaults to the sample of that name. */
export function render(name: PageName, model: object = samples[name]): string {
  return views.render(name, model);
}
