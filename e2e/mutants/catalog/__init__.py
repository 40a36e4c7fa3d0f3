"""The list of mutations: a module for each area of the product."""

from __future__ import annotations

from e2e.mutants.catalog import cluster, observe

MUTATIONS = (*observe.MUTATIONS, *cluster.MUTATIONS)
