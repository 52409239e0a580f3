import { fileURLToPath } from 'node:url';
import { Injectable } from '@nestjs/common';
import { Eta } from 'eta';
import { clientAddress, linkTarget } from './links.js';
import type { ErrorPage, PageName, Pages } from './page-models.js';
import { byResource, monogram, readableTime, readableWait } from './readable.js';
import { readIcon, readPasskeyScript, readStyleSheet } from './static-asset.js';
import { describeUserAgent } from './user-agent.js';

/** Functions for every template. */
const vocabulary = {
  byResource,
  clientAddress,
  linkTarget,
  monogram,
  readableTime,
  readableWait,
  describeUserAgent,
};

/**
 * Renders the pages of `page-models.ts` as HTML. Every value is escaped; no page needs a script. A template is read and compiled when it
 * is first used.
 */
@Injectable()
export class Views {
  private readonly frame = {
    styleHref: readStyleSheet().href,
    iconHref: readIcon().href,
    passkeysHref: readPasskeyScript().href,
  };
  private readonly eta = new Eta({
    views: fileURLToPath(new URL('templates', import.meta.url)),
    autoEscape: true,
    cache: true,
  });

  /** The page as HTML. */
  render<Name extends PageName>(name: Name, page: Pages[Name]): string {
    return this.eta.render(name, { ...page, ...vocabulary, ...this.frame });
  }

  /** The page of an error that is not sent to a client. */
  error(page: ErrorPage): string {
    return this.render('error', page);
  }
}
