import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { Eta } from 'eta';
import { clientAddress, linkTarget } from './links.js';
import type {
  AccountPage,
  ConfirmSignOutPage,
  ConsentPage,
  DeviceConfirmPage,
  DevicePage,
  ErrorPage,
  FormPostPage,
  HomePage,
  MessagePage,
  SelectAccountPage,
  SignedOutPage,
  SignInPage,
} from './page-models.js';
import { monogram, readableTime, readableWait } from './readable.js';
import { readIcon, readStyleSheet } from './static-asset.js';
import { describeUserAgent } from './user-agent.js';

/** Functions for every template. */
const vocabulary = { clientAddress, linkTarget, monogram, readableTime, readableWait, describeUserAgent };

/**
 * Renders page models as HTML, one method a page. Every value is escaped; no page needs a script. A template is read and compiled
 * when it is first used.
 */
@Injectable()
export class Views {
  private readonly frame = { styleHref: readStyleSheet().href, iconHref: readIcon().href };
  private readonly eta = new Eta({
    views: fileURLToPath(new URL('templates', import.meta.url)),
    autoEscape: true,
    cache: true,
  });

  /** Asks for username and password; posts to `/login`. */
  signIn(page: SignInPage): string {
    return this.render('sign-in', page);
  }

  /** Asks which scopes the client may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/consent`. */
  consent(page: ConsentPage): string {
    return this.render('consent', page);
  }

  /** Asks for the code that a device shows; posts `user_code` to `/device`. */
  device(page: DevicePage): string {
    return this.render('device', page);
  }

  /** Asks which scopes the device may have; posts `scope` (repeated) and `decision` allow, deny or switch to `/device/confirm`. */
  deviceConfirm(page: DeviceConfirmPage): string {
    return this.render('device-confirm', page);
  }

  /** Asks whether to continue with the signed-in account; posts `choice` continue or other to `/select-account`. */
  selectAccount(page: SelectAccountPage): string {
    return this.render('select-account', page);
  }

  /** Shows what was granted and which sessions are open, each with a form that ends it. */
  account(page: AccountPage): string {
    return this.render('account', page);
  }

  /** Shows an error that is not sent to a client. */
  error(page: ErrorPage): string {
    return this.render('error', page);
  }

  /** Carries an authorization response to the client by POST (OAuth 2.0 Form Post Response Mode, section 2). */
  formPost(page: FormPostPage): string {
    return this.render('form-post', page);
  }

  /** The front page. */
  home(page: HomePage): string {
    return this.render('home', page);
  }

  /** Asks before signing out; posts `decision` sign-out or stay to `/logout`. */
  confirmSignOut(page: ConfirmSignOutPage): string {
    return this.render('confirm-sign-out', page);
  }

  /** The page after a sign-out. */
  signedOut(page: SignedOutPage): string {
    return this.render('signed-out', page);
  }

  /** A short message. */
  message(page: MessagePage): string {
    return this.render('message', page);
  }

  private render(template: string, page: object): string {
    return this.eta.render(template, { ...page, ...vocabulary, ...this.frame });
  }
}
