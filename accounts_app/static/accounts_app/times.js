// Adds the reader's own time to every UTC time on the page; nothing where the clocks are the same.
'use strict';
{
    const HOUR = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
    const DAY = { day: '2-digit', month: 'short' };
    const language = document.documentElement.lang || 'en-GB';
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

    function addTo(time) {
        const at = new Date(time.dateTime);
        if (Number.isNaN(at.getTime()) || at.getTimezoneOffset() === 0 || time.dataset.here) {
            return;
        }
        const isSameDay = at.getDate() === at.getUTCDate();
        const here = document.createElement('span');
        here.className = 'moment__here';
        here.textContent = at.toLocaleString(language, isSameDay ? HOUR : { ...DAY, ...HOUR });
        const whole = `${at.toLocaleString(language, { ...DAY, year: 'numeric', ...HOUR, second: '2-digit' })} ${zone}`;
        here.title = whole;
        time.title = time.title ? `${time.title} · ${whole}` : whole;
        time.after(' ', here);
        time.dataset.here = 'added';
    }

    const addAll = (root) => root.querySelectorAll('time.moment').forEach(addTo);

    document.addEventListener('DOMContentLoaded', () => addAll(document));
    // An operation's page replaces what moves.
    document.addEventListener('DOMContentLoaded', () => {
        const watcher = new MutationObserver((changes) => {
            for (const change of changes) {
                for (const node of change.addedNodes) {
                    if (node.nodeType === Node.ELEMENT_NODE && !node.classList.contains('moment__here')) {
                        addAll(node);
                    }
                }
            }
        });
        watcher.observe(document.body, { childList: true, subtree: true });
    });
}
