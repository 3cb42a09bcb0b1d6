"""How gunicorn logs: as everything else does. It reads this file where it is started."""

import logging

from backoffice.settings import LOGGING as logconfig_dict  # noqa: F401 -- the name is gunicorn's

logging.captureWarnings(True)
