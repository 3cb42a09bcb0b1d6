// Sends a form once, and keeps what was typed in this tab until the operation exists.
'use strict';
{
    const KEPT = ['cause', 'reason', 'reference', 'signature', 'chain_id', 'external_id'];
    const form = document.querySelector('form[data-draft]');

    function place() {
        return `draft:${form.dataset.person}:${form.dataset.draft}`;
    }

    function keep() {
        const typed = KEPT.filter((name) => form.elements[name]?.value)
            .map((name) => [name, form.elements[name].value]);
        sessionStorage.setItem(place(), JSON.stringify(Object.fromEntries(typed)));
    }

    // Empty, or still at the first of its choices: what the server put back itself stays.
    function isAsServed(field, value) {
        return field?.value === '' || (field?.selectedIndex === 0 && field.value !== value);
    }

    function restore() {
        const draft = JSON.parse(sessionStorage.getItem(place()) ?? '{}');
        const lost = Object.entries(draft).filter(([name, value]) => isAsServed(form.elements[name], value));
        for (const [name, value] of lost) {
            form.elements[name].value = value;
        }
        form.querySelector('[data-draft-says]').hidden = lost.length === 0;
    }

    if (form) {
        restore();
        form.addEventListener('input', keep);
        form.addEventListener('change', keep);
    }

    for (const once of document.querySelectorAll('form[data-draft], form[data-once]')) {
        let sent = false;
        once.addEventListener('submit', (event) => {
            if (sent) {
                event.preventDefault();
            }
            sent = true;
            once.setAttribute('aria-busy', 'true');
        });
        // The back button shows the page as it was left: it may be sent again then.
        window.addEventListener('pageshow', () => {
            sent = false;
            once.removeAttribute('aria-busy');
        });
    }
}
