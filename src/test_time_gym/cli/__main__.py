"""`python -m test_time_gym.cli` is `ttgym`, for where no script is installed."""

import sys

from . import main

sys.exit(main())
