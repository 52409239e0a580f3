import type { Environment } from '../../src/config/setting.js';
import { readSettings } from '../../src/config/settings.js';
import { Cookies } from '../../src/http/cookies.js';
import { Languages } from '../../src/http/languages.js';
import { defaultLanguage } from '../../src/locales/languages.js';
import type { Language } from '../../src/locales/message.js';
import { Brand } from '../../src/views/brand.js';
import { Views } from '../../src/views/views.js';
import { type PageName, samples } from './sample-pages.js';

/** The views of a server with these settings. */
export function viewsOf(environment: Environment): Views {
  const settings = readSettings(environment);
  return new Views(new Languages(new Cookies(settings), settings), new Brand(settings));
}

const views = viewsOf({});

export const pageNames = Object.keys(samples) as PageName[];

/** Renders any page by name; the model defaults to the sample of that name. */
export function render(
  name: PageName,
  model: object = samples[name],
  language: Language = defaultLanguage,
): string {
  return views.renderIn(language, name, model);
}

/** The sample of a page of a server with these settings. */
export const renderBranded = (
  environment: Environment,
  name: PageName,
  language: Language = defaultLanguage,
): string => viewsOf(environment).renderIn(language, name, samples[name]);

/** A page without its footer, which has the language menu on every page. */
export function renderContent(name: PageName, model?: object): string {
  return render(name, model).replace(/<footer[\s\S]*<\/footer>/, '');
}
