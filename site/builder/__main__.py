"""`python -m builder`, with `site/` on PYTHONPATH."""

import sys

from builder.cli import main

sys.exit(main())
