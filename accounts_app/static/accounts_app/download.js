// Tells that a file is being made, and asks for it once: a file that comes leaves the page as it is.
'use strict';
{
    const EVERY = 300;
    // Whoever has waited longer may ask again: the answer may have been lost.
    const LONGEST = 5 * 60 * 1000;
    const NAME = 'download';

    // The server gives the number back as a cookie once the file begins to come. It goes by itself:
    // taken away here, it might take the next file's along.
    const hasCome = (number) => document.cookie.split('; ').includes(`${NAME}=${number}`);

    function numbered(form) {
        const number = crypto.getRandomValues(new Uint32Array(2)).join('-');
        let field = form.elements[NAME];
        if (!field) {
            field = document.createElement('input');
            field.type = 'hidden';
            field.name = NAME;
            form.append(field);
        }
        field.value = number;
        return number;
    }

    function watch(form) {
        const says = form.querySelector('[data-download-says]');
        let timer = null;

        function tell(words) {
            says.textContent = words;
            says.hidden = !words;
        }

        function end(words) {
            clearInterval(timer);
            timer = null;
            form.removeAttribute('aria-busy');
            tell(words);
        }

        form.addEventListener('submit', (event) => {
            if (timer) {
                event.preventDefault();
                return;
            }
            const number = numbered(form);
            const since = Date.now();
            form.setAttribute('aria-busy', 'true');
            tell(says.dataset.making);
            timer = setInterval(() => {
                if (hasCome(number)) {
                    end(says.dataset.made);
                    form.dispatchEvent(new Event('made'));
                } else if (Date.now() - since > LONGEST) {
                    end('');
                    form.dispatchEvent(new Event('unmade'));
                }
            }, EVERY);
        });
        // A page that comes back as it was left; a new one may be asked before it is said to be shown.
        window.addEventListener('pageshow', (event) => event.persisted && end(''));
    }

    document.querySelectorAll('form[data-download]').forEach(watch);
}
