// Copies what a button's data-copy holds, and says so on the button for a moment.
'use strict';
{
    const SHOWN_FOR = 1500; // milliseconds
    const words = document.currentScript.dataset;

    async function copy(button) {
        const said = button.dataset.said ??= button.textContent;
        try {
            await navigator.clipboard.writeText(button.dataset.copy);
            button.textContent = button.dataset.copied ?? words.copied;
        } catch {
            // Without permission to write the clipboard, mark the text so that Ctrl-C takes it.
            window.getSelection().selectAllChildren(button.previousElementSibling ?? button);
            button.textContent = button.dataset.copied ? '⌨' : words.press;
        }
        setTimeout(() => { button.textContent = said; }, SHOWN_FOR);
    }

    document.addEventListener('click', (event) => {
        const button = event.target.closest('button[data-copy]');
        if (button && !button.disabled) {
            copy(button);
        }
    });
}
