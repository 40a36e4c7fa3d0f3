"""The stack as containers: what `docker compose` does, with the project's words around it."""
