import sys

from deploy.team.cli import main

sys.exit(main())
