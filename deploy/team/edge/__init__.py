"""Envoy's configuration for a team: what `envoy/envoy.yaml.tmpl` has, behind TLS and a login."""
