"""How people get in and stay in: sign-in, second factors, sessions, and proving it anew."""
