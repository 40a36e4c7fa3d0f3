import sys

from deploy.team.compose.cli import main

sys.exit(main())
