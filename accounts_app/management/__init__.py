"""The back-office on the command line."""
