import { endpoints } from '../config/endpoints.js';
import { type ErrorPageLink, PageError } from '../http/page-error.js';
import { stepUrl } from './steps.js';

/** Why an interaction cannot go on, and where the person can. */
export type RefusedInteraction =
  | { readonly state: 'unreadable' }
  | {
      readonly state: 'open' | 'expired' | 'elsewhere';
      readonly kind: 'authorization' | 'device';
      /** Whether the browser sent our cookie. */
      readonly isKnownBrowser: boolean;
      /** The sealed interaction, if it can be started again. */
      readonly restart: string | undefined;
      /** The way back to the application. */
      readonly back: readonly ErrorPageLink[];
      /** The application, for the sign-in page. */
      readonly sealedBack: string;
    };

/** The page of an interaction that cannot go on: what happened in one sentence, what the person can do, and where. */
export function interactionRefusal(refused: RefusedInteraction): PageError {
  if (refused.state === 'unreadable')
    return new PageError(
      403,
      'forbidden',
      'This request cannot be read',
      'The address or the form of this page is damaged, or was not made by this service.',
      { advice: 'Start again in the application that sent you here.' },
    );
  const { state, kind, isKnownBrowser, restart, back, sealedBack } = refused;
  const deviceLinks = kind === 'device' ? [{ href: endpoints.device, label: 'Enter the code again' }] : [];
  if (state !== 'elsewhere') {
    const again =
      restart === undefined ? [] : [{ href: stepUrl('restart', restart), label: 'Start again here' }];
    return new PageError(
      400,
      'expired',
      'This request has expired',
      'It was left open for more than an hour.',
      { advice: adviceFor(kind, restart), links: [...again, ...deviceLinks, ...back] },
    );
  }
  const signInLinks =
    kind === 'device' ? [] : [{ href: `${endpoints.signIn}?back=${sealedBack}`, label: 'Sign in here' }];
  return new PageError(
    403,
    'forbidden',
    'This request belongs to another browser',
    isKnownBrowser
      ? 'It was begun in another browser, or before the cookies of this one were cleared.'
      : 'Your browser did not send the cookie that the request began with: cookies are blocked or were cleared.',
    {
      advice: isKnownBrowser
        ? 'In this browser, the request has to begin anew.'
        : 'Allow cookies for this site. Then the request has to begin anew.',
      links: [...back, ...deviceLinks, ...signInLinks],
    },
  );
}

function adviceFor(kind: 'authorization' | 'device', restart: string | undefined): string {
  if (kind === 'device') return 'If your device still shows the code, enter it once more.';
  return restart === undefined
    ? 'It has to begin anew in the application.'
    : 'You can start it again here, or return to the application.';
}
