// One box for everything: Ctrl-K or / opens it, arrows choose, Enter goes, Escape closes.
'use strict';
{
    const PAUSE = 150; // milliseconds after the last key
    const palette = document.getElementById('palette');
    const words = palette && palette.querySelector('.palette__words');
    const list = palette && palette.querySelector('.palette__options');
    const said = palette && palette.querySelector('.palette__said');
    let timer = null;
    let asked = null; // the request under way
    let isLooking = false;
    let goesToFirst = false; // Enter was pressed before the answer came
    let chosen = -1;

    const options = () => [...list.querySelectorAll('[role=option]')];

    function element(tag, attributes, text) {
        const made = document.createElement(tag);
        Object.entries(attributes).forEach(([name, value]) => made.setAttribute(name, value));
        made.textContent = text || '';
        return made;
    }

    function choose(place) {
        const all = options();
        chosen = all.length ? (place + all.length) % all.length : -1;
        all.forEach((option, number) => option.setAttribute('aria-selected', String(number === chosen)));
        if (chosen < 0) {
            words.removeAttribute('aria-activedescendant');
            return;
        }
        words.setAttribute('aria-activedescendant', all[chosen].id);
        all[chosen].scrollIntoView({ block: 'nearest' });
    }

    function drawn(option, number) {
        const made = element('div', { role: 'option', id: `palette-option-${number}`, 'aria-selected': 'false' });
        made.dataset.address = option.address;
        made.append(element('span', { class: 'palette__label' }, option.label));
        made.append(element('span', { class: 'palette__detail' }, option.detail));
        return made;
    }

    function show(groups) {
        let number = 0;
        list.replaceChildren(...groups.map((group, place) => {
            const made = element('div', { role: 'group', 'aria-labelledby': `palette-group-${place}` });
            made.append(element('div', { class: 'palette__group', id: `palette-group-${place}`, role: 'presentation' }, group.name));
            group.options.forEach((option) => made.append(drawn(option, number++)));
            if (group.has_more) {
                made.append(element('div', { class: 'palette__more', role: 'presentation' }, palette.dataset.more));
            }
            return made;
        }));
        words.setAttribute('aria-expanded', String(number > 0));
        said.textContent = number ? `${palette.dataset.found}${number}` : palette.dataset.nothing;
        choose(number ? 0 : -1);
        isLooking = false;
        if (goesToFirst) {
            goesToFirst = false;
            go(options()[0]);
        }
    }

    function say(sentence) {
        show([]);
        said.textContent = sentence;
    }

    async function look() {
        if (asked) {
            asked.abort();
        }
        asked = new AbortController();
        const query = new URLSearchParams(new FormData(words.form));
        try {
            const answer = await fetch(`${words.form.action}?${query}`, {
                headers: { Accept: 'application/json' },
                redirect: 'manual',
                signal: asked.signal,
            });
            if (answer.type === 'opaqueredirect' || answer.status === 403) {
                say(palette.dataset.out);
            } else if (!answer.ok) {
                throw new Error(`status ${answer.status}`);
            } else {
                show((await answer.json()).groups);
            }
        } catch (error) {
            if (error.name !== 'AbortError') {
                say(palette.dataset.away);
            }
        }
    }

    function lookSoon() {
        clearTimeout(timer);
        isLooking = true;
        goesToFirst = false;
        timer = setTimeout(look, PAUSE);
    }

    function open() {
        if (!palette.open) {
            palette.showModal();
        }
        words.select();
        isLooking = true;
        look();
    }

    function go(option) {
        if (option) {
            window.location.assign(option.dataset.address);
        }
    }

    const isTyping = (target) => target.closest('input, textarea, select, [contenteditable]') !== null;

    if (palette) {
        document.addEventListener('keydown', (event) => {
            const isShortcut = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k';
            const isSlash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !isTyping(event.target);
            if (isShortcut || isSlash) {
                event.preventDefault();
                open();
            }
        });
        document.addEventListener('click', (event) => {
            if (event.target.closest('[data-palette]') && !event.ctrlKey && !event.metaKey) {
                event.preventDefault();
                open();
            }
        });
        palette.addEventListener('click', (event) => {
            if (event.target === palette || event.target.closest('.palette__close')) {
                palette.close();
            }
            go(event.target.closest('[role=option]'));
        });
        words.addEventListener('input', lookSoon);
        words.addEventListener('keydown', (event) => {
            const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
            if (step) {
                event.preventDefault();
                choose(chosen + step);
            }
        });
        words.form.addEventListener('submit', (event) => {
            event.preventDefault();
            if (isLooking) {
                goesToFirst = true;
            } else {
                go(options()[chosen]);
            }
        });
        palette.addEventListener('close', () => {
            clearTimeout(timer);
            isLooking = goesToFirst = false;
            if (asked) {
                asked.abort();
            }
        });
    }
}
