"""Programs for developers and auditors; nothing of the product imports them."""
