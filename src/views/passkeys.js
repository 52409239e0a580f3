/* The form `#passkey` asks the browser for a passkey, or has it make one, and posts the answer. */
(() => {
  const form = document.getElementById('passkey');
  const { browserSupportsWebAuthn, browserSupportsWebAuthnAutofill, startAuthentication, startRegistration } =
    globalThis.SimpleWebAuthnBrowser;
  if (!form || !browserSupportsWebAuthn()) return;
  const optionsJSON = JSON.parse(form.dataset.options);
  const isNew = form.dataset.kind === 'create';
  const error = document.getElementById('passkey-error');

  const answer = (response) => {
    form.elements.passkey.value = JSON.stringify(response);
    const keep = document.getElementById('keep');
    if (keep?.checked)
      form.append(
        Object.assign(document.createElement('input'), { type: 'hidden', name: 'keep', value: 'on' }),
      );
    form.submit();
  };

  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    error.hidden = true;
    try {
      answer(isNew ? await startRegistration({ optionsJSON }) : await startAuthentication({ optionsJSON }));
    } catch {
      error.hidden = false;
    }
  });

  const username = document.querySelector('input[autocomplete~="webauthn"]');
  // After a failure the person decides: a device that answers by itself would fail again and again.
  if (isNew || !username || document.querySelector('.alert:not([hidden])')) return;
  browserSupportsWebAuthnAutofill()
    .then(
      (supported) => supported && startAuthentication({ optionsJSON, useBrowserAutofill: true }).then(answer),
    )
    // Somebody has chosen another way.
    .catch(() => undefined);
})();
