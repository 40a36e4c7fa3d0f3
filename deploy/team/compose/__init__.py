"""The deployment for a team as containers: what `docker compose` does, with what it is given."""
