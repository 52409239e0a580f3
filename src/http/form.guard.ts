import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OAuthError } from '../protocol/errors.js';
import { Browser } from './browser.js';
import { formParameters } from './forms.js';
import { type ErrorPageLink, PageError, type PageErrorOptions } from './page-error.js';
import { message, type Text, verbatim } from '../locales/message.js';

/** A form of ours whose token does not belong to the browser's cookie: that was cleared, is blocked, or is another browser's. */
export class StaleForm extends PageError {
  /** @param text what happened, in one sentence */
  constructor(text: Text, options: PageErrorOptions) {
    super(403, 'forbidden', message('form.notAccepted'), text, options);
  }

  override with(options: PageErrorOptions): StaleForm {
    return new StaleForm(this.text, { ...this.options, ...options });
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
    this.checkOrigin(request);
    if (!this.browser.hasCsrfToken(request, csrfField(request))) {
      throw new StaleForm(
        message(this.browser.isKnown(request) ? 'form.tooOld' : 'form.noCookie'),
        this.browser.isKnown(request)
          ? { advice: message('form.openAgain'), links: pageOf(request) }
          : { advice: message('form.allowCookies'), links: pageOf(request) },
      );
    }
  }

  /** @throws PageError if the form was sent from another site */
  checkOrigin({ headers }: FastifyRequest): void {
    const { origin, 'sec-fetch-site': site } = headers;
    if (
      (origin !== undefined && origin !== this.settings.origin) ||
      site === 'cross-site' ||
      site === 'same-site'
    ) {
      throw refused(message('form.otherSite'), `origin ${origin}, sec-fetch-site ${String(site)}`);
    }
  }
}

function csrfField(request: FastifyRequest): string | undefined {
  try {
    return formParameters(request).get('_csrf');
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    throw new PageError(400, error.code, message('form.unreadable'), verbatim(error.description));
  }
}

/** The page where the form can be found again. */
function pageOf(request: FastifyRequest): ErrorPageLink[] {
  const path = request.raw.url?.split('?', 1)[0] ?? '';
  const page = pagesOfForms.find((start) => path === start || path.startsWith(`${start}/`));
  return page === undefined ? [] : [{ href: page, label: message('common.openAgain') }];
}

const refused = (text: Text, detail?: string): PageError =>
  new PageError(403, 'forbidden', message('form.notAccepted'), text, { detail });
