"""Envoy of the small stack: headers, origins, limits."""

from __future__ import annotations

from e2e.mutants.mutation import Mutation

_TEMPLATE = "envoy/envoy.yaml.tmpl"
_HEADERS = "e2e/test_headers.py"
_ENDPOINTS = "e2e/test_endpoints.py"

MUTATIONS = (
    Mutation(
        name="headers-isolation",
        breaks="pages of the site are not isolated",
        file=_TEMPLATE,
        before="                - append: *coep\n",
        after="",
        tests=(
            f"{_HEADERS}::test_every_route_of_the_site_is_isolated",
            f"{_ENDPOINTS}::test_page_and_kernel_are_isolated",
        ),
    ),
    Mutation(
        name="headers-isolation-of-refusals",
        breaks="an answer that is given before the filters run is not isolated",
        file=_TEMPLATE,
        before="              - *coop\n",
        after="",
        tests=(f"{_HEADERS}::test_too_large_headers_are_refused_with_isolation",),
    ),
    Mutation(
        name="headers-revalidation",
        breaks="a browser need not ask again for a page",
        file=_TEMPLATE,
        before='and "no-cache" or "no-store"',
        after='and "max-age=600" or "no-store"',
        tests=(f"{_HEADERS}::test_pages_are_revalidated",),
    ),
    Mutation(
        name="headers-kept-for-ever",
        breaks="what never changes is asked for at each visit",
        file=_TEMPLATE,
        before="match: { safe_regex: { regex: '/(build|extensions)/",
        after="match: { safe_regex: { regex: '/(build)/",
        tests=(f"{_HEADERS}::test_a_file_with_a_hash_in_its_name_is_kept",),
    ),
    Mutation(
        name="headers-error-is-kept",
        breaks="a browser keeps an error for ever",
        file=_TEMPLATE,
        before="                      else\n"
        '                        headers:replace("cache-control", "no-store")',
        after="                      else\n"
        '                        headers:replace("cache-control", "immutable")',
        tests=(f"{_HEADERS}::test_an_error_is_never_kept",),
    ),
    Mutation(
        name="headers-tag",
        breaks="what has not changed is sent again",
        file="deploy/local/static_site.py",
        before="        add_headers_function=_add_tag,\n",
        after="",
        tests=(
            f"{_HEADERS}::test_a_file_that_has_not_changed_is_not_sent_again",
            f"{_HEADERS}::test_pages_are_revalidated",
        ),
    ),
    Mutation(
        name="headers-compression",
        breaks="WebAssembly is sent uncompressed",
        file=_TEMPLATE,
        before="|manifest.json|wasm|xml)",
        after="|manifest.json|xml)",
        tests=(f"{_HEADERS}::test_compressible_files_are_sent_compressed",),
    ),
    Mutation(
        name="headers-media-types",
        breaks="modules of JavaScript have a type that browsers do not run",
        file="site/server/serve_coi.py",
        before='    ".mjs": "text/javascript",',
        after='    ".mjs": "text/plain",',
        tests=(f"{_HEADERS}::test_files_have_the_types_that_browsers_insist_on",),
    ),
    Mutation(
        name="headers-exposed",
        breaks="a page of another origin does not see gRPC's status",
        file=_TEMPLATE,
        before="expose_headers: grpc-status, grpc-message,",
        after="expose_headers: grpc-message,",
        tests=(f"{_HEADERS}::test_the_status_headers_of_grpc_are_exposed",),
    ),
    Mutation(
        name="cors-loopback",
        breaks="pages of this machine may not call Spark",
        file="envoy/render.sh",
        before='$(literal "$origins")',
        after="https://nobody.example",
        tests=(f"{_HEADERS}::test_a_page_of_this_machine_may_call_spark",),
    ),
    Mutation(
        name="cors-foreign-call",
        breaks="a foreign page's call is executed, though it may not read the answer",
        file=_TEMPLATE,
        before="  - &not_same_origin { not_id: { sourced_metadata: { metadata_matcher: { filter: pcw, path: [ { key: same_origin } ], value: { bool_match: true } } } } }",
        after="  - &not_same_origin { not_id: { any: true } }",
        tests=(
            f"{_HEADERS}::test_a_foreign_page_may_neither_ask_nor_call",
            f"{_ENDPOINTS}::test_a_post_from_a_foreign_origin_is_refused[site_url]",
        ),
    ),
    Mutation(
        name="headers-admin",
        breaks="the port for calls serves the site too",
        file=_TEMPLATE,
        before="            name: grpcweb\n            virtual_hosts:\n            - name: grpcweb\n"
        '              domains: ["*"]\n              routes:\n',
        after="            name: grpcweb\n            virtual_hosts:\n            - name: grpcweb\n"
        '              domains: ["*"]\n              routes:\n'
        "              - { match: { prefix: /lab/ }, route: { cluster: site } }\n",
        tests=(f"{_HEADERS}::test_the_grpcweb_port_serves_nothing_else",),
    ),
    Mutation(
        name="endpoints-grpcweb",
        breaks="the port for calls of other origins does not speak grpc-web",
        file=_TEMPLATE,
        before="          - *fault\n          - *grpc_web\n          - *router",
        after="          - *fault\n          - *router",
        tests=(f"{_ENDPOINTS}::test_a_session_collects_through_either_door_by_either_name",),
        in_setup=True,
    ),
    Mutation(
        name="mounted-hidden-files",
        breaks="hidden files of a mounted folder are served",
        file="deploy/local/mounted.py",
        before='any(not part or part.startswith(".") for part in inside.split("/"))',
        after='any(not part for part in inside.split("/"))',
        tests=("e2e/test_mounted_notebooks.py::test_nothing_outside_of_it_is_served",),
    ),
    Mutation(
        name="mounted-links",
        breaks="what a link in a mounted folder leads to is served",
        file="deploy/local/mounted.py",
        before="return path if path.resolve() == path else None",
        after="return path",
        tests=("e2e/test_mounted_notebooks.py::test_nothing_outside_of_it_is_served",),
    ),
    Mutation(
        name="mounted-listing",
        breaks="the file browser does not list the mounted folder",
        file="deploy/local/mounted.py",
        before='"content": [*others, self.model(self.folder)]',
        after='"content": others',
        tests=(
            "e2e/test_mounted_notebooks.py::test_the_file_browser_lists_it_and_opens_what_is_in_it",
        ),
    ),
    Mutation(
        name="mounted-later",
        breaks="what is added later is not listed",
        file="deploy/local/mounted.py",
        before="        entries = sorted(folder.iterdir())\n",
        after='        entries = [e for e in sorted(folder.iterdir()) if e.name != "later.ipynb"]\n',
        tests=("e2e/test_mounted_notebooks.py::test_what_is_added_is_listed_without_a_restart",),
    ),
)
