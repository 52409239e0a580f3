import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { SETTINGS, type Settings } from '../config/settings.js';
import { OAuthError } from '../protocol/errors.js';
import { Browser } from './browser.js';
import { formParameters } from './forms.js';
import { PageError } from './page-error.js';

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
      throw refused(
        'This form has expired, or belongs to another browser. Go back, reload the page and try again.',
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

const refused = (message: string, detail?: string): PageError =>
  new PageError(403, 'forbidden', 'This form was not accepted', message, { detail });
