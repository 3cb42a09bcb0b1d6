"""The client of the OffBlocks API: typed, free of Django, the only code that calls the provider."""
