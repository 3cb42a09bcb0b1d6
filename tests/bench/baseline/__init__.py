"""What the back-office is measured beside: a stock admin and a view that inserts one row."""
