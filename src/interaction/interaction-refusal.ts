import { endpoints } from '../config/endpoints.js';
import { type ErrorPageLink, PageError } from '../http/page-error.js';
import { type InteractionKind, stepUrl } from './steps.js';
import { type Message, message } from '../locales/message.js';

/** Why an interaction cannot go on, and where the person can. */
export type RefusedInteraction =
  | { readonly state: 'unreadable' }
  | {
      readonly state: 'open' | 'expired' | 'elsewhere';
      readonly kind: InteractionKind;
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
    return new PageError(403, 'forbidden', message('request.unreadable'), message('request.damaged'), {
      advice: message('request.startAgain'),
    });
  const { state, kind, isKnownBrowser, restart, back, sealedBack } = refused;
  const again = linksAnew(kind);
  if (state !== 'elsewhere') {
    const restartLinks =
      restart === undefined
        ? []
        : [{ href: stepUrl('restart', restart), label: message('request.startAgainHere') }];
    return new PageError(400, 'expired', message('request.expired'), message('request.leftOpen'), {
      advice: adviceFor(kind, restart),
      links: [...restartLinks, ...again, ...back],
    });
  }
  const signInLinks =
    kind === 'authorization'
      ? [{ href: `${endpoints.signIn}?back=${sealedBack}`, label: message('request.signInHere') }]
      : [];
  return new PageError(
    403,
    'forbidden',
    message('request.otherBrowser'),
    isKnownBrowser ? message('request.begunElsewhere') : message('request.noCookie'),
    {
      advice: isKnownBrowser ? message('request.beginAnewHere') : message('request.allowCookies'),
      links: [...back, ...again, ...signInLinks],
    },
  );
}

/** Where the walk begins anew, if its request is stored. */
function linksAnew(kind: InteractionKind): readonly ErrorPageLink[] {
  if (kind === 'device') return [{ href: endpoints.device, label: message('device.enterAgain') }];
  if (kind === 'approval') return [{ href: endpoints.account, label: message('approval.seeWaiting') }];
  return [];
}

function adviceFor(kind: InteractionKind, restart: string | undefined): Message {
  if (kind === 'device') return message('device.stillShown');
  if (kind === 'approval') return message('approval.openAgain');
  return restart === undefined ? message('common.startAnew') : message('request.restartOrReturn');
}
