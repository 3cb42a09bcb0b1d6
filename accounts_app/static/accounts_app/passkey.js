// Makes a passkey, or has one shown, with what the browser itself brings for it.
'use strict';
{
    async function optionsOf(form) {
        if (form.dataset.options) {
            return JSON.parse(form.dataset.options);
        }
        const answer = await fetch(form.dataset.optionsFrom, { headers: { Accept: 'application/json' } });
        return (await answer.json()).request_options;
    }

    async function created(options) {
        // So that it can be found without a name, and stands for two factors at once.
        options.authenticatorSelection.residentKey = 'required';
        options.authenticatorSelection.requireResidentKey = true;
        options.authenticatorSelection.userVerification = 'required';
        return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
    }

    async function shown(options) {
        return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
    }

    async function use(form) {
        const options = (await optionsOf(form)).publicKey;
        const credential = await (form.dataset.passkey === 'create' ? created(options) : shown(options));
        form.elements.credential.value = JSON.stringify(credential.toJSON());
        form.submit();
    }

    for (const form of document.querySelectorAll('form[data-passkey]')) {
        const button = form.querySelector('button');
        const says = form.querySelector('[data-passkey-says]');
        button.addEventListener('click', async () => {
            says.hidden = true;
            button.disabled = true;
            try {
                await use(form);
            } catch (error) {
                const isTooOld = error instanceof TypeError || error instanceof ReferenceError;
                says.textContent = isTooOld ? says.dataset.tooOld : says.dataset.cancelled;
                says.hidden = false;
                button.disabled = false;
            }
        });
    }
}
