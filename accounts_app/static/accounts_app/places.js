// Leads back to where one was in a list: the same filter and page, the same row in sight and in focus.
'use strict';
{
    const KEY = 'list:';
    const list = document.getElementById('result_list');
    const own = KEY + location.pathname;
    const read = (key) => JSON.parse(sessionStorage.getItem(key) ?? 'null');

    function remember(row) {
        const here = { search: location.search, row, top: window.scrollY };
        sessionStorage.setItem(own, JSON.stringify(here));
    }

    function goBack(left) {
        const link = [...list.querySelectorAll('a[href]')].find((one) => one.pathname === left.row);
        window.scrollTo(0, left.top);
        link?.focus({ preventScroll: true });
        link?.closest('tr')?.classList.add('is-where-one-was');
    }

    function leadBack(link) {
        const left = link.search ? null : read(KEY + link.pathname);
        if (left && link.pathname !== location.pathname) {
            link.search = left.search;
        }
    }

    if (list) {
        const left = read(own);
        if (left?.row && left.search === location.search) {
            goBack(left);
        }
        remember(null);
        list.addEventListener('click', (event) => {
            const link = event.target.closest('a[href]');
            if (link) {
                remember(link.pathname);
            }
        });
    }
    document.querySelectorAll('.breadcrumbs a[href], a[data-list]').forEach(leadBack);
}
