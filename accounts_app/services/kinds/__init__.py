"""The rows of the catalogue, one file for each sort of thing they are asked about."""
