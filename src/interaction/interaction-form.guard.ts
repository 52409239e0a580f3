import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { endpoints } from '../config/endpoints.js';
import { FormGuard, StaleForm } from '../http/form.guard.js';
import { formParameters } from '../http/forms.js';
import type { PageError } from '../http/page-error.js';
import { Interactions } from './interaction.js';
import { afterSignIn, stepUrl } from './steps.js';
import { WayBack } from './way-back.js';
import { message } from '../locales/message.js';

/** Accepts posts of our own forms on the way of an interaction. The page of a form that is too old leads on. */
@Injectable()
export class InteractionFormGuard implements CanActivate {
  constructor(
    private readonly formGuard: FormGuard,
    private readonly interactions: Interactions,
    private readonly wayBack: WayBack,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    try {
      this.formGuard.check(request);
      return true;
    } catch (error) {
      throw error instanceof StaleForm ? await this.leadingOn(error, request) : error;
    }
  }

  private async leadingOn(stale: StaleForm, request: FastifyRequest): Promise<PageError> {
    const form = formParameters(request);
    const sealed = form.get('interaction');
    if (sealed === undefined) return this.backFrom(stale, form.get('back'));
    const found = await this.interactions.look(sealed, request);
    if (found.state !== 'open') return this.interactions.refusal(found, sealed, request);
    const page = stepUrl(afterSignIn[found.interaction.kind], sealed);
    return stale.with({ links: [{ href: page, label: message('common.openAgain') }] });
  }

  private async backFrom(stale: StaleForm, back: string | undefined): Promise<PageError> {
    const from = back === undefined ? undefined : await this.wayBack.open(back);
    const page = from ? `${endpoints.signIn}?back=${back}` : endpoints.signIn;
    const links = [
      ...(await this.wayBack.linksTo(from?.clientId)),
      { href: page, label: message('common.openAgain') },
    ];
    return stale.with({ links });
  }
}
