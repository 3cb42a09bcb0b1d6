"""The demo: half a year of a card programme, played at the sandbox, and a desk with work on it."""
