"""What every way to run the stack uses: processes or containers, small, for a team, a cluster."""
