"""What `make` runs: installs, starts, tests and checks, with the standard library alone."""
