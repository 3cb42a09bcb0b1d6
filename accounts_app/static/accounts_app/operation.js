// Keeps the page of an operation or a batch up to date while it is open.
'use strict';
{
    const PAUSE = 2000; // milliseconds
    const LONGEST_PAUSE = 30000;
    const part = document.querySelector('[data-progress]');
    const announcement = document.querySelector('[data-announce]');
    const lost = document.querySelector('[data-lost]');
    let shown = null;
    let pause = PAUSE;

    function show(progress) {
        if (progress.html !== shown) {
            part.innerHTML = progress.html;
            shown = progress.html;
        }
        if (progress.state !== part.dataset.state) {
            announcement.textContent = progress.label;
            part.dataset.state = progress.state;
        }
        for (const bar of document.querySelectorAll('[data-while]')) {
            bar.hidden = bar.dataset.while !== progress.state;
        }
        lost.hidden = true;
    }

    function say(sentence) {
        if (lost.textContent !== sentence || lost.hidden) {
            lost.textContent = sentence;
            lost.hidden = false;
        }
    }

    async function look() {
        const answer = await fetch(part.dataset.progress, { redirect: 'manual' });
        if (answer.type === 'opaqueredirect' || answer.status === 403) {
            say(lost.dataset.signedOut);
            return true;
        }
        if (!answer.ok) {
            throw new Error(`status ${answer.status}`);
        }
        const progress = await answer.json();
        show(progress);
        return progress.ended;
    }

    async function follow() {
        let isOver = false;
        if (!document.hidden) {
            try {
                isOver = await look();
                pause = PAUSE;
            } catch {
                pause = Math.min(pause * 2, LONGEST_PAUSE);
                say(lost.dataset.away);
            }
        }
        if (!isOver) {
            setTimeout(follow, pause);
        }
    }

    if (part?.dataset.ended === 'no') {
        setTimeout(follow, PAUSE);
    }
}
