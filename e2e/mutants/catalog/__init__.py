"""The list of mutations: a module for each area of the product."""

from __future__ import annotations

from e2e.mutants.catalog import (
    calls,
    cluster,
    containers,
    edge,
    notebook,
    observe,
    site,
    team,
    tools,
)

MUTATIONS = (
    *observe.MUTATIONS,
    *cluster.MUTATIONS,
    *team.MUTATIONS,
    *calls.MUTATIONS,
    *notebook.MUTATIONS,
    *site.MUTATIONS,
    *edge.MUTATIONS,
    *tools.MUTATIONS,
    *containers.MUTATIONS,
)
