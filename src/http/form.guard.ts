import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OAuthError } from '../protocol/errors.js';
import { Browser } from './browser.js';
import { formParameters } from './forms.js';
import { type ErrorPageLink, PageError, type PageErrorOptions } from './page-error.js';

/** A form of ours whose token does not belong to the browser's cookie: that was cleared, is blocked, or is another browser's. */
export class StaleForm extends PageError {
  /** @param message what happened, in one sentence */
  constructor(message: string, options: PageErrorOptions) {
    super(403, 'forbidden', 'This form was not accepted', message, options);
  }

  override with(options: PageErrorOptions): StaleForm {
    return new StaleForm(this.message, { ...this.options, ...options });
  }
}

/** Pages that show a form of their path again. */
const pagesOfForms = [endpoints.account, endpoints.device, endpoints.logout];

/** Accepts posts of our own forms only: from our origin, with the CSRF token of this browser. */
@Injectable()
export class FormGuard implements CanActivate {
  constructor(
    private readonly browser: Browser,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    this.check(context.switchToHttp().getRequest<FastifyRequest>());
    return true;
  }

  /** @throws PageError if the form is not ours, or was shown to another browser */
  check(request: FastifyRequest): void {
    const { origin, 'sec-fetch-site': site } = request.headers;
    if (
      (origin !== undefined && origin !== this.settings.origin) ||
      site === 'cross-site' ||
      site === 'same-site'
    ) {
      throw refused(
        'The form was sent from another site.',
        `origin ${origin}, sec-fetch-site ${String(site)}`,
      );
    }
    if (!this.browser.hasCsrfToken(request, csrfField(request))) {
      throw new StaleForm(
        this.browser.isKnown(request)
          ? 'The form is older than the cookies of your browser, or was opened in another one.'
          : 'Your browser did not send our cookie with the form: cookies are blocked or were cleared.',
        this.browser.isKnown(request)
          ? { advice: 'Open the page again.', links: pageOf(request) }
          : { advice: 'Allow cookies for this site, and open the page again.', links: pageOf(request) },
      );
    }
  }
}

function csrfField(request: FastifyRequest): string | undefined {
  try {
    return formParameters(request).get('_csrf');
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    throw new PageError(400, error.code, 'This form cannot be read', error.description);
  }
}

/** The page where the form can be found again. */
function pageOf(request: FastifyRequest): ErrorPageLink[] {
  const path = request.raw.url?.split('?', 1)[0] ?? '';
  const page = pagesOfForms.find((start) => path === start || path.startsWith(`${start}/`));
  return page === undefined ? [] : [{ href: page, label: 'Open the page again' }];
}

const refused = (message: string, detail?: string): PageError =>
  new PageError(403, 'forbidden', 'This form was not accepted', message, { detail });
