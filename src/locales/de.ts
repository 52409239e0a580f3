import type { Language } from './message.js';

export const german: Language = {
  tag: 'de',
  name: 'Deutsch',
  direction: 'ltr',
  dateLocale: 'de',
  texts: {
    'layout.home': '{{service}}, Startseite',
    'layout.foot':
      '{{service}} bewahrt Ihr Passwort hier auf. Die Anwendungen, die Sie nutzen, sehen es nie.',
    'layout.language': 'Sprache',

    'common.continue': 'Weiter',
    'common.signIn': 'Anmelden',
    'common.signOut': 'Abmelden',
    'common.username': 'Benutzername',
    'common.code': 'Code',
    'common.allow': 'Erlauben',
    'common.deny': 'Ablehnen',
    'common.signedInAs': 'Sie sind angemeldet als {{user}}.',
    'common.toContinueTo': 'um fortzufahren zu {{client}}',
    'common.withdrawLater': 'Sie können dies jederzeit auf <link>Ihrer Kontoseite</link> widerrufen.',
    'common.notYou': 'Das sind nicht Sie?',
    'common.otherPerson': 'Als jemand anderes anmelden',
    'common.tryAgainIn': 'Der nächste Versuch ist in {{wait}} möglich.',
    'common.tooManyAttempts': 'Es gab zu viele Versuche.',
    'common.backTo': 'Zurück zu {{client}}',
    'common.openAgain': 'Seite erneut öffnen',
    'common.seeAccount': 'Konto ansehen',
    'common.startAnew': 'Sie muss in der Anwendung neu beginnen.',

    'wait.seconds': { one: '{{count}} Sekunde', other: '{{count}} Sekunden' },
    'wait.minutes': { one: '{{count}} Minute', other: '{{count}} Minuten' },

    'client.about': 'Über diese Anwendung',
    'client.policy': 'Datenschutzerklärung',
    'client.terms': 'Nutzungsbedingungen',
    'client.newTab': '(öffnet einen neuen Tab)',
    'client.unverified':
      '<strong>Diese Anwendung hat sich selbst registriert.</strong> Ihr Name, {{client}}, ist nicht bestätigt: Niemand hat hier geprüft, wer sie betreibt. Erlauben Sie nur, was Sie eben selbst angefordert haben.',

    'signIn.titleOfError': 'Fehler: Anmelden',
    'signIn.toAccount': 'um zu sehen und zu verwalten, was Sie erlaubt haben',
    'signIn.usernameOrEmail': 'Benutzername oder E-Mail-Adresse',
    'signIn.password': 'Passwort',
    'signIn.keep': 'Auf diesem Gerät angemeldet bleiben',
    'signIn.return': 'Ohne Anmeldung zu {{client}} zurückkehren',
    'signIn.wrongPassword': 'Der Benutzername oder das Passwort ist falsch.',
    'signIn.accountChanged': 'Dieses Konto wurde soeben geändert. Melden Sie sich erneut an.',
    'signIn.busy': 'Im Moment melden sich zu viele Personen an.',
    'signIn.restarted': 'Sie waren länger als eine Stunde abwesend. Die Anfrage wurde daher neu gestartet.',
    'signIn.expired': 'Die Anfrage war zu lange offen und ist abgelaufen.',
    'signIn.done': 'Sie sind angemeldet',
    'signIn.goBack':
      'Kehren Sie zu {{client}} zurück und beginnen Sie dort neu, da die Anfrage nicht fortgesetzt werden konnte.',

    'newPassword.title': 'Neues Passwort wählen',
    'newPassword.titleOfError': 'Fehler: Neues Passwort wählen',
    'newPassword.why':
      'Das Passwort, das Sie eben verwendet haben, hat jemand anderes festgelegt. Wählen Sie eines, das nur Sie kennen.',
    'newPassword.new': 'Neues Passwort',
    'newPassword.again': 'Neues Passwort wiederholen',
    'newPassword.submit': 'Passwort ändern',
    'newPassword.differ': 'Die beiden Passwörter stimmen nicht überein.',
    'newPassword.refused': 'Das neue Passwort {{violation}}.',

    'password.tooLong': 'darf höchstens {{characters}} Zeichen lang sein',
    'password.tooShort': 'muss mindestens {{characters}} Zeichen lang sein',
    'password.present': 'ist das bisherige: Wählen Sie ein anderes',
    'password.guessable':
      '{{reason}}: Wählen Sie eines, das schwer zu erraten ist, etwa mehrere ungewöhnliche Wörter',
    'password.mostCommon': 'ist eines der häufigsten Passwörter',
    'password.common': 'ist ein häufiges Passwort',
    'password.similarToCommon': 'ähnelt einem häufigen Passwort',
    'password.singleWord': 'ist ein einzelnes Wort',
    'password.name': 'ist ein Name',
    'password.commonName': 'ist ein häufiger Name',
    'password.ofUser': 'lässt sich aus Ihrem Namen oder Ihrer E-Mail-Adresse ableiten',
    'password.rowOfKeys': 'ist eine Tastenreihe',
    'password.patternOfKeys': 'ist ein kurzes Tastenmuster',
    'password.oneCharacter': 'wiederholt ein einziges Zeichen',
    'password.fewCharacters': 'wiederholt wenige Zeichen',
    'password.sequence': 'ist eine Zeichenfolge wie im Alphabet',
    'password.year': 'besteht fast nur aus einer Jahreszahl',
    'password.date': 'besteht fast nur aus einem Datum',
    'password.easy': 'ist leicht zu erraten',

    'consent.title': '{{client}} erlauben?',
    'consent.heading': 'Darf {{client}} Ihr Konto nutzen?',
    'consent.destination': 'Sie werden zu {{host}} zurückgeleitet. Ihr Passwort wird nicht weitergegeben.',
    'consent.wants': '{{client}} möchte',
    'consent.alwaysNeeded': 'immer nötig',
    'consent.allowedBefore': 'bereits erlaubt',
    'consent.ownResource': 'Ihr Konto hier',

    'scope.openid': 'Wissen, wer Sie sind',
    'scope.profile': 'Ihren Namen und Ihr Profil sehen',
    'scope.email': 'Ihre E-Mail-Adresse sehen',
    'scope.address': 'Ihre Postanschrift sehen',
    'scope.phone': 'Ihre Telefonnummer sehen',
    'scope.offline_access': 'Diesen Zugriff behalten, während Sie abwesend sind',
    'scope.eyrie.admin': 'Diesen Identitätsdienst verwalten',
    'scope.eyrie.admin.read': 'Die Verwaltung dieses Identitätsdienstes einsehen',

    'device.title': 'Gerät verbinden',
    'device.titleOfError': 'Fehler: Gerät verbinden',
    'device.lead': 'Geben Sie den Code ein, den Ihr Gerät anzeigt.',
    'device.wrongCode':
      'Dieser Code ist falsch, bereits verwendet oder abgelaufen. Sehen Sie noch einmal auf Ihr Gerät.',
    'device.confirmTitle': '{{client}} verbinden?',
    'device.confirmHeading': '{{client}} auf Ihrem Gerät verbinden?',
    'device.compare':
      'Erlauben Sie dies nur, wenn ein Gerät vor Ihnen genau diesen Code anzeigt. Hat Ihnen jemand den Code geschickt, lehnen Sie ab: Zugriff erhält, wer das Gerät hat.',
    'device.connected': 'Ihr Gerät ist verbunden',
    'device.notConnected': 'Das Gerät wurde nicht verbunden',
    'device.goesOn': '{{client}} fährt in wenigen Sekunden fort. Sie können diese Seite schließen.',
    'device.noAccess': '{{client}} hat keinen Zugriff. Sie können diese Seite schließen.',
    'device.seeGrants': 'Ansehen, was Sie erlaubt haben',
    'device.tooLate': 'Dieser Code ist nicht mehr gültig',
    'device.tooLateReason': 'Er wurde verwendet oder ist abgelaufen.',
    'device.tooLateAdvice':
      'Beginnen Sie auf Ihrem Gerät neu und geben Sie den neuen Code ein, den es anzeigt.',
    'device.enterCode': 'Code eingeben',
    'device.enterAgain': 'Code erneut eingeben',
    'device.stillShown': 'Wenn Ihr Gerät den Code noch anzeigt, geben Sie ihn noch einmal ein.',
    'device.forAdministrators': 'Dies ist Administratoren vorbehalten',
    'device.forAdministratorsReason':
      'Das Gerät bittet um einen Zugriff, den nur ein Administrator erteilen kann.',
    'device.forAdministratorsAdvice': 'Bitten Sie einen Administrator, es zu verbinden.',

    'selectAccount.title': 'Konto auswählen',
    'selectAccount.continueAs': 'Weiter als {{user}}',
    'selectAccount.other': 'Anderes Konto verwenden',

    'account.title': 'Ihr Konto',
    'account.grants': 'Was Sie erlaubt haben',
    'account.noGrants': 'Keine Anwendung hat Zugriff auf Ihr Konto.',
    'account.withdrawHint':
      'Ein Widerruf wirkt sofort. Die Anwendung muss Sie danach erneut um Erlaubnis bitten.',
    'account.granted': 'Erlaubt',
    'account.lastUsed': 'Zuletzt genutzt',
    'account.withdraw': 'Widerrufen<hidden>: Zugriff von {{client}}</hidden>',
    'account.withdrawn': '{{client}} hat keinen Zugriff mehr auf Ihr Konto.',
    'account.sessions': 'Wo Sie angemeldet sind',
    'account.sessionsHint':
      'Beenden Sie Sitzungen, die Sie nicht kennen. Der betreffende Browser muss sich dann neu anmelden.',
    'account.thisSession': 'diese Sitzung',
    'account.lastSeen': 'Zuletzt aktiv',
    'account.signedIn': 'Angemeldet',
    'account.address': 'Adresse',
    'account.endSession': 'Sitzung beenden<hidden>: {{agent}}</hidden>',
    'account.endOthers': 'Alle anderen Sitzungen beenden',
    'account.sessionEnded': 'Die Sitzung ist beendet. Der betreffende Browser muss sich neu anmelden.',
    'account.othersEnded': {
      one: '{{count}} andere Sitzung wurde beendet.',
      other: '{{count}} andere Sitzungen wurden beendet.',
    },
    'account.noOthers': 'Sie sind nur in diesem Browser angemeldet.',

    'agent.unknown': 'Unbekannter Browser',
    'agent.onPlatform': '{{browser}} unter {{platform}}',

    'home.title': 'Identitätsdienst',
    'home.heading': 'Einmal anmelden und nur teilen, was Sie möchten',
    'home.lead':
      'Dies ist ein Identitätsdienst für OAuth 2.0 und OpenID Connect. Er meldet Sie an, fragt Sie, bevor eine Anwendung in Ihrem Namen handeln darf, und lässt Sie dies zurücknehmen.',
    'home.whereToGo': 'Wohin Sie gehen können',
    'home.issuer': 'Aussteller',
    'home.account': 'Was Sie erlaubt haben und wo Sie angemeldet sind',
    'home.signIn': 'Sehen, was Sie erlaubt haben und wo Sie angemeldet sind',
    'home.adminApi': 'Admin-API',
    'home.adminApiIs': 'Clients registrieren, Benutzer verwalten, Zugriffe widerrufen',
    'home.discovery': 'Discovery-Dokument',
    'home.discoveryIs': 'Was ein OpenID-Connect-Client wissen muss',

    'signOut.heading': 'Abmelden?',
    'signOut.asked': '{{client}} bittet darum, Sie abzumelden.',
    'signOut.ends': 'Damit endet Ihre Sitzung in diesem Browser.',
    'signOut.stay': 'Angemeldet bleiben',
    'signOut.refused': 'Sie wurden nicht abgemeldet',
    'signOut.endHere': 'Sie können Ihre Sitzung in diesem Browser dennoch beenden.',
    'signOut.nothingToEnd': 'Sie sind in diesem Browser nicht angemeldet. Daher gibt es nichts zu beenden.',
    'signOut.twoApplications': 'Die Anfrage nennt zwei verschiedene Anwendungen.',
    'signOut.noProof':
      'Die Anwendung hat nicht nachgewiesen, wer abgemeldet werden soll (id_token_hint ist kein ID-Token dieses Dienstes).',
    'signOut.malformed': 'Die Anfrage ist fehlerhaft: {{reason}}.',
    'signOut.unknownSender':
      'Die Anwendung möchte Sie zurückholen, hat aber nicht gesagt, wer sie ist (id_token_hint und client_id fehlen).',
    'signOut.unregisteredReturn':
      'Die Anwendung möchte Sie an eine Adresse zurückleiten, die für sie nicht registriert ist (post_logout_redirect_uri).',

    'signedOut.title': 'Abgemeldet',
    'signedOut.heading': 'Sie sind abgemeldet',
    'signedOut.nobody': 'Hier war niemand angemeldet.',
    'signedOut.selfRegistered':
      '{{client}}, eine Anwendung, die sich selbst registriert hat, möchte Sie auf eine andere Website leiten. Folgen Sie nur, wenn Sie diese kennen.',
    'signedOut.otherSite':
      'Eine Anwendung möchte Sie auf eine andere Website leiten. Folgen Sie nur, wenn Sie diese kennen.',
    'signedOut.ended': 'Ihre Sitzung in diesem Browser ist beendet.',
    'signedOut.takenBack': 'Sie werden zurückgeleitet.',
    'signedOut.takenBackTo': 'Sie werden zu {{client}} zurückgeleitet.',
    'signedOut.goBack': 'Sie können zu {{client}} zurückkehren oder diesen Tab schließen.',
    'signedOut.again': 'Erneut anmelden',
    'signedOut.frame': 'Abmeldung von einer Anwendung',

    'formPost.title': 'Rückkehr zur Anwendung',
    'formPost.heading': 'Einen Moment',
    'formPost.own': 'Ihre Anfrage wird gelesen. Wenn nichts geschieht, benutzen Sie die Schaltfläche.',
    'formPost.toClient':
      'Sie werden zu {{client}} zurückgeleitet. Wenn nichts geschieht, benutzen Sie die Schaltfläche.',
    'formPost.toApplication':
      'Sie werden zur Anwendung zurückgeleitet. Wenn nichts geschieht, benutzen Sie die Schaltfläche.',

    'error.goBack': 'Kehren Sie dorthin zurück, woher Sie kamen, und versuchen Sie es erneut.',
    'error.passOn':
      'Wenn dies wieder geschieht, geben Sie diese Angaben an die Betreiber der Anwendung weiter.',
    'error.code': 'Fehler',
    'error.reference': 'Referenz',
    'error.signOutHere': 'Hier abmelden',
    'error.noPage': 'Diese Seite gibt es nicht',
    'error.failed': 'Das hat nicht funktioniert',
    'error.tryAgain': 'Bitte versuchen Sie es erneut',
    'error.internal': 'Bei uns ist etwas schiefgegangen.',
    'error.unavailable':
      'Der Dienst ist einen Moment lang nicht verfügbar. Versuchen Sie es in einigen Sekunden erneut.',

    'form.notAccepted': 'Dieses Formular wurde nicht angenommen',
    'form.otherSite': 'Das Formular wurde von einer anderen Website gesendet.',
    'form.tooOld':
      'Das Formular ist älter als die Cookies Ihres Browsers oder wurde in einem anderen geöffnet.',
    'form.noCookie':
      'Ihr Browser hat unser Cookie nicht mit dem Formular gesendet: Cookies sind blockiert oder wurden gelöscht.',
    'form.openAgain': 'Öffnen Sie die Seite erneut.',
    'form.allowCookies': 'Erlauben Sie Cookies für diese Website und öffnen Sie die Seite erneut.',
    'form.unreadable': 'Dieses Formular ist nicht lesbar',

    'request.unreadable': 'Diese Anfrage ist nicht lesbar',
    'request.damaged':
      'Die Adresse oder das Formular dieser Seite ist beschädigt oder stammt nicht von diesem Dienst.',
    'request.startAgain': 'Beginnen Sie neu in der Anwendung, die Sie hierher geleitet hat.',
    'request.startAgainHere': 'Hier neu beginnen',
    'request.expired': 'Diese Anfrage ist abgelaufen',
    'request.leftOpen': 'Sie war länger als eine Stunde offen.',
    'request.restartOrReturn': 'Sie können hier neu beginnen oder zur Anwendung zurückkehren.',
    'request.signInHere': 'Hier anmelden',
    'request.otherBrowser': 'Diese Anfrage gehört zu einem anderen Browser',
    'request.begunElsewhere':
      'Sie wurde in einem anderen Browser begonnen oder bevor die Cookies dieses Browsers gelöscht wurden.',
    'request.noCookie':
      'Ihr Browser hat das Cookie nicht gesendet, mit dem die Anfrage begann: Cookies sind blockiert oder wurden gelöscht.',
    'request.beginAnewHere': 'In diesem Browser muss die Anfrage neu beginnen.',
    'request.allowCookies': 'Erlauben Sie Cookies für diese Website. Danach muss die Anfrage neu beginnen.',
    'request.answered': 'Diese Anfrage wurde beantwortet',
    'request.hasAnswer': '{{client}} hat die Antwort erhalten.',
    'request.goOnInClient':
      'Fahren Sie in {{client}} fort. Wenn die Anwendung noch Zugriff benötigt, fragt sie erneut.',
    'request.unanswerable': 'Diese Anfrage kann nicht beantwortet werden',
    'request.ofDevice': 'Es ist die Anfrage eines Geräts, und diese Seite ist für andere Anfragen.',
    'request.startOnDevice': 'Beginnen Sie auf Ihrem Gerät neu.',
    'request.tooLarge': 'Sie ist zu groß.',
    'request.malformed': 'Sie ist fehlerhaft: {{reason}}.',
    'request.expiredOrAnswered': 'Diese Anfrage ist abgelaufen oder wurde bereits beantwortet',
    'request.tooLongAgo':
      'Die Anwendung hat sie vor zu langer Zeit begonnen, oder sie hat ihre Antwort bereits.',
    'request.noClientId': 'Die Anwendung hat nicht gesagt, wer sie ist (client_id fehlt).',
    'request.unknownClient': 'Dieser Dienst kennt die Anwendung nicht (client_id).',
    'request.noRedirectUri':
      'Die Anwendung hat nicht gesagt, wohin zurückgeleitet werden soll (redirect_uri fehlt).',
    'request.unregisteredRedirectUri':
      'Die Anwendung möchte Sie an eine Adresse zurückleiten, die für sie nicht registriert ist (redirect_uri).',
    'request.sentTwice': 'Die Anwendung hat {{parameter}} mehr als einmal gesendet.',
  },
};
