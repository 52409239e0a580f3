import { jest } from '@jest/globals';
import { monogram, readableTime, waitMessage } from '../../src/views/readable.js';
import { defaultLanguage } from '../../src/locales/languages.js';
import { inEnglish } from '../../src/locales/translator.js';

describe('times and waits for people', () => {
  it.each([
    ['2026-11-21T14:05:59.999Z', '21 November 2026, 14:05 UTC'],
    ['2024-02-29T00:00:00Z', '29 February 2024, 00:00 UTC'],
    ['2026-01-01T00:30:00+01:00', '31 December 2025, 23:30 UTC'],
  ])('%s reads %s', (instant, text) => {
    expect(readableTime(new Date(instant), defaultLanguage)).toBe(text);
  });

  it.each([
    ['America/New_York', '21 November 2026, 09:05 GMT-5'],
    ['Asia/Kolkata', '21 November 2026, 19:35 GMT+5:30'],
    ['UTC', '21 November 2026, 14:05 UTC'],
    ['Nowhere/City', '21 November 2026, 14:05 UTC'],
    ['', '21 November 2026, 14:05 UTC'],
  ])('in %s a time reads %s', (timeZone, text) => {
    expect(readableTime(new Date('2026-11-21T14:05:59.999Z'), defaultLanguage, timeZone)).toBe(text);
  });

  it('makes a format once for each language and time zone, not for each time', () => {
    // What is tested has globals of its own.
    const { Intl: itsIntl } = readableTime.constructor('return globalThis')() as typeof globalThis;
    const make = jest.spyOn(itsIntl, 'DateTimeFormat');
    for (const timeZone of ['Asia/Tokyo', 'Asia/Seoul', 'Asia/Tokyo', 'Asia/Seoul', 'Asia/Tokyo'])
      readableTime(new Date(0), defaultLanguage, timeZone);
    expect(make).toHaveBeenCalledTimes(2);
    make.mockRestore();
  });

  it.each([
    [0, '1 second'],
    [0.2, '1 second'],
    [1, '1 second'],
    [45, '45 seconds'],
    [59.5, '60 seconds'],
    [60, '1 minute'],
    [61, '2 minutes'],
    [900, '15 minutes'],
  ])('%d seconds read %s', (seconds, text) => {
    expect(inEnglish(waitMessage(seconds))).toBe(text);
  });
});

describe('monograms', () => {
  it.each([
    ['MessageWriter', 'M'],
    ['  écho', 'É'],
    ['«7 Days»', '7'],
    ['…', ''],
  ])('%s is marked %j', (name, letter) => {
    expect(monogram(name)).toBe(letter);
  });
});
