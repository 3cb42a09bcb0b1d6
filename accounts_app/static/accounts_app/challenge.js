// Lets the owner sign the challenge in a browser wallet, where there is one (EIP-1193, EIP-191).
'use strict';
{
    const USER_REJECTED = 4001;
    const ALREADY_ASKED = -32002;
    const button = document.querySelector('[data-wallet-sign]');
    const says = document.querySelector('[data-wallet-says]');

    function say(sentence) {
        says.textContent = sentence;
        says.hidden = sentence === '';
    }

    function asHex(base64) {
        const bytes = atob(base64.replaceAll('-', '+').replaceAll('_', '/'));
        const digits = Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0'));
        return `0x${digits.join('')}`;
    }

    function sentenceFor(error) {
        if (error.code === USER_REJECTED) {
            return says.dataset.declined;
        }
        if (error.code === ALREADY_ASKED) {
            return says.dataset.busy;
        }
        return says.dataset.failed.replace('{why}', () => error.message);
    }

    async function sign() {
        const owner = button.dataset.owner.split(':').pop();
        const held = await window.ethereum.request({ method: 'eth_requestAccounts' });
        const address = held.find((one) => one.toLowerCase() === owner.toLowerCase());
        if (!address) {
            const told = says.dataset.other.replace('{held}', () => held.join(', ') || says.dataset.none);
            say(told.replace('{owner}', () => owner));
            return;
        }
        const message = asHex(button.dataset.challenge);
        const signature = await window.ethereum.request({
            method: 'personal_sign',
            params: [message, address],
        });
        const field = document.querySelector('[name=signature]');
        field.value = signature;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        field.focus();
    }

    if (button && window.ethereum && button.dataset.owner.startsWith('eip155:')) {
        button.hidden = false;
        button.addEventListener('click', async () => {
            say('');
            try {
                await sign();
            } catch (error) {
                say(sentenceFor(error));
            }
        });
    }
}
