// Sends a form once, and keeps what was typed in this tab until what it asked for has been taken up.
'use strict';
{
    const TYPED = 'textarea, select, input:not([type]), input:is([type=text], [type=email], [type=date], [type=radio])';
    const KEY = 'draft:';
    const person = document.querySelector('meta[name=person]')?.content;
    for (const mark of document.querySelectorAll('[data-draft-says][data-place]')) {
        mark.closest('form').dataset.draft = mark.dataset.place;
    }
    const forms = [...document.querySelectorAll('form[data-draft]')];
    const shelf = document.querySelector('[data-drafts]');

    const placeOf = (form) => `${KEY}${person}:${form.dataset.draft}`;
    const read = (place) => JSON.parse(sessionStorage.getItem(place) ?? 'null');
    const write = (place, draft) => sessionStorage.setItem(place, JSON.stringify(draft));
    const all = () => Object.keys(sessionStorage).filter((place) => place.startsWith(KEY));

    function keep(form) {
        const names = [...form.elements].filter((one) => one.name && one.matches(TYPED)).map((one) => one.name);
        const typed = names.map((name) => [name, form.elements[name].value]).filter(([, value]) => value);
        write(placeOf(form), {
            title: document.querySelector('#content h1').firstChild.textContent.trim(),
            address: location.pathname + location.search,
            at: new Date().toISOString(),
            fields: Object.fromEntries(typed),
        });
    }

    // Empty, or still at the first of its choices: what the server put back itself stays. A day is
    // always served with one, and nothing in it is ever put back otherwise than it was typed.
    function isAsServed(field, value) {
        return (field?.type === 'date' && field.value !== value) || field?.value === '' || (field?.selectedIndex === 0 && field.value !== value);
    }

    function restore(form) {
        const fields = read(placeOf(form))?.fields ?? {};
        const lost = Object.entries(fields).filter(([name, value]) => isAsServed(form.elements[name], value));
        for (const [name, value] of lost) {
            form.elements[name].value = value;
        }
        form.querySelector('[data-draft-says]').hidden = lost.length === 0;
    }

    // What was sent was taken up, unless the page says that it was not or shows the form again.
    function settle() {
        const isNotDone = document.querySelector('[data-not-done]') !== null;
        for (const place of all()) {
            const { isSent, ...draft } = read(place);
            if (isSent && (isNotDone || forms.some((form) => placeOf(form) === place))) {
                write(place, draft);
            } else if (isSent && place.startsWith(`${KEY}${person}:`)) {
                sessionStorage.removeItem(place);
            }
        }
    }

    function sendOnce(form) {
        let isSent = false;
        form.addEventListener('submit', (event) => {
            if (isSent) {
                event.preventDefault();
                return;
            }
            isSent = true;
            form.setAttribute('aria-busy', 'true');
            const draft = form.dataset.draft && read(placeOf(form));
            if (draft) {
                write(placeOf(form), { ...draft, isSent });
            }
        });
        const letAgain = () => {
            isSent = false;
            form.removeAttribute('aria-busy');
        };
        // The back button shows the page as it was left: it may be sent again then.
        window.addEventListener('pageshow', letAgain);
        // What answers with a file stays; see download.js.
        form.addEventListener('unmade', letAgain);
        form.addEventListener('made', () => {
            letAgain();
            sessionStorage.removeItem(placeOf(form));
        });
    }

    function element(tag, attributes, text) {
        const made = document.createElement(tag);
        Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
        made.textContent = text;
        return made;
    }

    function lineOf(place, draft) {
        const line = element('li', {}, '');
        const away = element('button', { type: 'button', class: 'copy' }, shelf.dataset.away);
        away.setAttribute('aria-label', `${shelf.dataset.away}: ${draft.title}`);
        away.addEventListener('click', () => {
            sessionStorage.removeItem(place);
            showShelf();
            shelf.parentElement.querySelector('a, button')?.focus();
        });
        const shown = `${draft.at.slice(0, 16).replace('T', ' ')} UTC`;
        const time = element('time', { class: 'moment quiet', datetime: draft.at }, shown);
        line.append(element('a', { href: draft.address }, draft.title), ' ', time, ' ', away);
        return line;
    }

    function showShelf() {
        const own = all().filter((place) => place.startsWith(`${KEY}${person}:`))
            .map((place) => [place, read(place)])
            .sort(([, one], [, other]) => other.at.localeCompare(one.at));
        shelf.querySelector('ul').replaceChildren(...own.map(([place, draft]) => lineOf(place, draft)));
        shelf.hidden = own.length === 0;
    }

    settle();
    for (const form of forms) {
        restore(form);
        form.addEventListener('input', () => keep(form));
        form.addEventListener('change', () => keep(form));
    }
    document.querySelectorAll('form[data-draft], form[data-once]').forEach(sendOnce);
    // Who signs out is done here: whoever comes next finds nothing of theirs in this tab.
    document.getElementById('logout-form')?.addEventListener('submit', () => sessionStorage.clear());
    if (shelf) {
        showShelf();
    }
}
