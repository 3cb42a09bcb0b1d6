// Tells that a file is being made, and asks for it once: a file that comes leaves the page as it is.
'use strict';
{
    const PAUSE = 300; // milliseconds, longer each time
    const LONGEST_PAUSE = 5000;
    // Whoever has waited longer may ask again: the answer may have been lost.
    const LONGEST = 5 * 60 * 1000;
    const NAME = 'download';

    // Letters, as admin/downloads.py takes them.
    const newMark = () => String.fromCharCode(
        ...Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => 97 + byte % 26),
    );

    function fieldOf(form) {
        const field = form.elements[NAME] ?? document.createElement('input');
        field.type = 'hidden';
        field.name = NAME;
        form.append(field);
        return field;
    }

    // Without an answer it is asked again.
    async function hasBegun(form, mark) {
        try {
            const answer = await fetch(`${form.dataset.download}?of=${mark}`, { redirect: 'manual' });
            return answer.ok && (await answer.json()).begun;
        } catch {
            return false;
        }
    }

    function watch(form) {
        const says = form.querySelector('[data-download-says]');
        let mark = null; // of the file that is waited for

        function end(words) {
            mark = null;
            form.removeAttribute('aria-busy');
            says.textContent = words;
        }

        async function follow(waited, since, pause) {
            const isHere = await hasBegun(form, waited);
            if (mark !== waited) {
                return;
            }
            if (isHere) {
                end(says.dataset.made);
                form.dispatchEvent(new Event('made'));
            } else if (Date.now() - since > LONGEST) {
                end('');
                form.dispatchEvent(new Event('unmade'));
            } else {
                setTimeout(follow, pause, waited, since, Math.min(pause * 2, LONGEST_PAUSE));
            }
        }

        form.addEventListener('submit', (event) => {
            if (mark) {
                event.preventDefault();
                return;
            }
            mark = fieldOf(form).value = newMark();
            form.setAttribute('aria-busy', 'true');
            says.textContent = says.dataset.making;
            setTimeout(follow, PAUSE, mark, Date.now(), PAUSE);
        });
        // A page that comes back as it was left; a new one may be asked before it is said to be shown.
        window.addEventListener('pageshow', (event) => event.persisted && end(''));
    }

    document.querySelectorAll('form[data-download]').forEach(watch);
}
