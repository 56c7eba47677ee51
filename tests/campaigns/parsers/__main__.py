"""`python -m tests.campaigns.parsers`: the campaign from a shell (`make fuzz`)."""

import sys

from tests.campaigns.parsers.campaign import main

if __name__ == "__main__":
    sys.exit(main())
