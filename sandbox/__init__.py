"""The sandbox: a pretend provider over real sockets, for the demo and for the tests."""
