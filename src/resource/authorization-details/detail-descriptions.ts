import { Injectable } from '@nestjs/common';
import { message, type Text, verbatim } from '../../locales/message.js';
import type { AuthorizationDetail } from '../../protocol/authorization-details.js';
import { factsOf, sentenceAbout, type SentencePart } from '../../protocol/detail-words.js';
import { AuthorizationDetails } from './authorization-details.js';

/** An authorization detail as people read it. */
export interface DescribedDetail {
  readonly type: string;
  readonly title: string;
  /** Empty if its type has no sentence. */
  readonly sentence: readonly SentencePart[];
  /** What the sentence does not say. */
  readonly facts: readonly { readonly label: Text; readonly value: string }[];
}

/** What the members of RFC 9396 §2.2 are called. Others go by their own names. */
const labels = new Map<string, Text>([
  ['locations', message('details.locations')],
  ['actions', message('details.actions')],
  ['datatypes', message('details.datatypes')],
  ['identifier', message('details.identifier')],
  ['privileges', message('details.privileges')],
]);

/** Puts authorization details into the words of their types. */
@Injectable()
export class DetailDescriptions {
  constructor(private readonly details: AuthorizationDetails) {}

  async describe(details: readonly AuthorizationDetail[]): Promise<DescribedDetail[]> {
    const types = await this.details.typesOf(details);
    return details.map((detail) => {
      const { title = detail.type, sentence = '' } = types.get(detail.type) ?? {};
      const facts = factsOf(sentence, detail).map(({ path, value }) => ({
        label: labels.get(path) ?? verbatim(path),
        value,
      }));
      return { type: detail.type, title, sentence: sentenceAbout(sentence, detail), facts };
    });
  }

  /** Each of them in one text, for the audit trail. */
  async inWords(details: readonly AuthorizationDetail[]): Promise<string[]> {
    const described = await this.describe(details);
    return described.map(({ title, sentence }) =>
      sentence.length === 0 ? title : `${title}: ${sentence.map(({ text }) => text).join('')}`,
    );
  }
}
