"""Who may do what, held against every address and act: the matrix of SECURITY.md as a test."""
