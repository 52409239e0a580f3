import type { Language } from './message.js';

export const dutch: Language = {
  tag: 'nl',
  name: 'Nederlands',
  direction: 'ltr',
  dateLocale: 'nl',
  texts: {
    'common.signIn': 'Inloggen',
    'about.lead': 'Met deze server logt u in.',
    'wait.seconds': { one: '{{count}} seconde', other: '{{count}} seconden' },
  },
};
