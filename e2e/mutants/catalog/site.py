"""What a build makes for each host, and what its pages say of a host that spoils them."""

from __future__ import annotations

from e2e.mutants.mutation import Mutation

_HOSTING = "e2e/test_hosting.py"
_ISOLATION = "e2e/test_isolation.py"
_CHECK = "e2e/test_check.py"
_OWN = "e2e/test_own_packages.py"
_ANYONE = "e2e/test_anyones_site.py"
_START = "e2e/test_start.py"
_COI = "site/page/isolation/coi-serviceworker.js"
_DOCTOR = "site/page/check/pcw_doctor.js"
_PACKAGE = "site/pyspark_connect_web"

MUTATIONS = (
    Mutation(
        name="hosting-headers-file",
        breaks="the headers file does not isolate pages",
        file="site/builder/headers.py",
        before='    "Cross-Origin-Embedder-Policy": "credentialless",\n',
        after="",
        tests=(
            f"{_HOSTING}::test_the_headers_file_keeps_for_ever_only_what_its_name_identifies",
            f"{_HOSTING}::test_a_host_that_reads_the_headers_file_runs_pyspark",
        ),
    ),
    Mutation(
        name="hosting-kept-for-ever",
        breaks="the headers file keeps files for ever whose content may change",
        file="site/builder/headers.py",
        before='HASHED_NAME = re.compile(r"[.-][0-9a-f]{7,}\\.")',
        after='HASHED_NAME = re.compile(r"\\.")',
        tests=(f"{_HOSTING}::test_the_headers_file_keeps_for_ever_only_what_its_name_identifies",),
    ),
    Mutation(
        name="hosting-base",
        breaks="the headers file is for the root of the origin, wherever the site is",
        file="site/builder/headers.py",
        before='lines = [f"{base}*",',
        after='lines = ["/other/*",',
        tests=(f"{_HOSTING}::test_a_host_that_reads_the_headers_file_runs_pyspark",),
    ),
    Mutation(
        name="hosting-reload",
        breaks="a page reloads at each visit",
        file=_COI,
        before="    event.waitUntil(scope.clients.claim());\n",
        after="    event.waitUntil(scope.registration.unregister());\n",
        tests=(
            f"{_HOSTING}"
            "::test_on_a_host_without_headers_the_first_visit_reloads_once_and_the_second_not_at_all",
        ),
    ),
    Mutation(
        name="hosting-redirects",
        breaks="what the host does not have is not isolated",
        file=_COI,
        before="    if (response.status === 0) return response;",
        after="    if (response.status === 0 || !response.ok) return response;",
        tests=(f"{_HOSTING}::test_what_the_host_redirects_or_does_not_have_is_isolated_too",),
    ),
    Mutation(
        name="hosting-forced-reload",
        breaks="a mark of an earlier reload keeps a forced one from being mended",
        file=_COI,
        before="      sessionStorage.removeItem(RELOADED);\n      if (crossOriginIsolated)",
        after="      if (crossOriginIsolated)",
        tests=(f"{_HOSTING}::test_a_forced_reload_passes_the_service_worker_by_and_is_mended",),
    ),
    Mutation(
        name="hosting-require-corp",
        breaks="a browser without credentialless is given it all the same",
        file=_COI,
        before='lenient ? "credentialless" : SAFE_COEP',
        after='lenient ? "credentialless" : "credentialless"',
        tests=(
            f"{_HOSTING}"
            "::test_a_browser_without_credentialless_is_isolated_by_require_corp_and_collects",
        ),
    ),
    Mutation(
        name="hosting-refused-worker",
        breaks="a refused service worker is said nowhere",
        file=_COI,
        before="      document.body.append(banner);\n",
        after="",
        tests=(f"{_HOSTING}::test_a_refused_service_worker_is_said_and_reloads_nothing",),
    ),
    Mutation(
        name="hosting-update",
        breaks="an update of the site is seen when the browser's copy is old enough",
        file=_COI,
        before='return new Request(request, { cache: "no-cache" });',
        after="return request;",
        tests=(f"{_HOSTING}::test_an_update_of_the_site_is_seen_at_the_next_load",),
    ),
    Mutation(
        name="hosting-earlier-worker",
        breaks="the service worker of an earlier build stays",
        file=_COI,
        before='    scope.addEventListener("install", () => scope.skipWaiting());\n',
        after="",
        tests=(
            f"{_HOSTING}::test_an_update_of_the_service_worker_takes_over_without_a_reload",
            f"{_HOSTING}::test_it_takes_the_place_of_jupyterlites_worker_from_an_earlier_build",
        ),
    ),
    Mutation(
        name="hosting-no-endpoint",
        breaks="a site without an endpoint does not say how to set it",
        file=f"{_PACKAGE}/hosting.py",
        before="SPARK_REMOTE=sc://...",
        after="REMOTE=sc://...",
        tests=(f"{_HOSTING}::test_a_static_site_without_an_endpoint_says_how_to_set_it",),
    ),
    Mutation(
        name="hosting-own-origin",
        breaks="behind Envoy the default endpoint has no port",
        file=f"{_PACKAGE}/hosting.py",
        before='    return f"sc://{location.hostname}:{port}/;{tls}transport=grpcweb"\n',
        after='    return f"sc://{location.hostname}/;{tls}transport=grpcweb"\n',
        tests=(f"{_HOSTING}::test_behind_envoy_the_default_is_the_sites_own_origin",),
    ),
    Mutation(
        name="hosting-serve-coi",
        breaks="the server that is in every build does not isolate",
        file="site/server/serve_coi.py",
        before="credentialless",
        after="unsafe-none",
        tests=(f"{_HOSTING}::test_serve_coi_runs_pyspark_without_a_service_worker",),
    ),
    Mutation(
        name="isolation-named",
        breaks="a missing header is not told from a wrong one",
        file=f"{_PACKAGE}/conditions.py",
        before='kind = "wrong" if found else "missing"',
        after='kind = "wrong"',
        tests=(
            f"{_ISOLATION}"
            "::test_a_missing_or_wrong_header_is_named_with_its_value_and_the_hosts_cure",
        ),
    ),
    Mutation(
        name="isolation-cure",
        breaks="every host has the same cure",
        file=f"{_PACKAGE}/conditions.py",
        before='cures.get(host or "", cures[""])',
        after='cures[""]',
        tests=(
            f"{_ISOLATION}"
            "::test_a_missing_or_wrong_header_is_named_with_its_value_and_the_hosts_cure",
        ),
    ),
    Mutation(
        name="isolation-worker-script",
        breaks="a worker that was not loaded is said nowhere",
        file="site/page/bridge/pcw_kernel_bridge.js",
        before='      if (!("message" in event)) void toHalf((half) => half.explain(url));\n',
        after="",
        tests=(f"{_ISOLATION}::test_a_worker_script_without_the_header_is_said_by_the_page",),
    ),
    Mutation(
        name="isolation-insecure",
        breaks="plain http by a name is taken for a missing header",
        file=f"{_PACKAGE}/bridge/isolation.py",
        before="    if not js.isSecureContext:\n",
        after="    if False:\n",
        tests=(f"{_ISOLATION}::test_plain_http_by_another_name_than_localhost_is_named",),
    ),
    Mutation(
        name="isolation-stalled-host",
        breaks="a host that does not answer holds the cell up",
        file=f"{_PACKAGE}/bridge/site_file.py",
        before="        request.timeout = limit_ms\n",
        after="        request.timeout = 0\n",
        tests=(f"{_ISOLATION}::test_a_host_that_stops_answering_does_not_stop_the_cell",),
    ),
    Mutation(
        name="check-version",
        breaks="the check does not tell Spark's version",
        file=_DOCTOR,
        before='return found ? found[2].slice(0, found[1].charCodeAt(0)) : "";',
        after='return "";',
        tests=(f"{_CHECK}::test_a_site_that_works_is_green_and_tells_sparks_version",),
    ),
    Mutation(
        name="check-bridge",
        breaks="the check is green without the bridge",
        file=_DOCTOR,
        before='  note("bridge", place.bridge);\n',
        after='  note("bridge", true);\n',
        tests=(f"{_CHECK}::test_a_page_without_the_bridge_script_is_red_there",),
    ),
    Mutation(
        name="check-faults",
        breaks="the check takes every answer for Spark's",
        file=_DOCTOR,
        before='  if (status === STATUS.unimplemented) return "service";\n',
        after="",
        tests=(f"{_CHECK}::test_endpoint_faults_are_told_apart",),
    ),
    Mutation(
        name="check-mixed",
        breaks="a plain endpoint of an https page is taken for one that is away",
        file="site/page/bridge/pcw_reachability.js",
        before='return "mixed-content";',
        after='return "unreachable";',
        tests=(
            f"{_CHECK}"
            "::test_an_http_endpoint_on_an_https_page_is_named_by_the_page_and_by_the_query",
        ),
    ),
    Mutation(
        name="check-login-page",
        breaks="a login's page in place of an answer is not named",
        file=f"{_PACKAGE}/grpc/_faults.py",
        before='    if "html" in kind and (head.redirected or head.status == 200):\n',
        after="    if False:\n",
        tests=(f"{_CHECK}::test_a_query_names_an_endpoint_that_is_no_spark_connect",),
    ),
    Mutation(
        name="own-packages-lock",
        breaks="a package of one's own is not found when it is imported",
        file="site/builder/requested.py",
        before='    return tuple(check(word, "PACKAGES") for word in words)\n',
        after="    return ()\n",
        tests=(f"{_OWN}::test_a_package_of_ones_own_loads_when_it_is_imported",),
        in_setup=True,
    ),
    Mutation(
        name="own-packages-content",
        breaks="notebooks of one's own are not in the site",
        file="site/builder/requested.py",
        before="        folder = None  # what every site has\n",
        after="        folder = None\n    folder = None\n",
        tests=(f"{_OWN}::test_the_file_browser_lists_ones_own_notebooks",),
    ),
    Mutation(
        name="own-packages-index",
        breaks="a site that does not allow it asks an index",
        file="site/builder/lite.py",
        before='"disablePyPIFallback": not options.pypi,',
        after='"disablePyPIFallback": False,',
        tests=(f"{_OWN}::test_what_the_site_has_not_is_still_told",),
    ),
    Mutation(
        name="start-with-the-page",
        breaks="the worker that starts with the page is no kernel's",
        file="site/page/bridge/pcw_kernel_bridge.js",
        before="return takeWarm(url) ?? make(url, options, target);",
        after="return make(url, options, target);",
        tests=(
            f"{_START}"
            "::test_the_first_kernel_is_the_one_that_started_with_the_page_and_others_are_their_own",
        ),
    ),
    Mutation(
        name="start-in-vain",
        breaks="a page without a kernel keeps a Python for ever",
        file="site/page/bridge/pcw_kernel_bridge.js",
        before="      warm?.terminate();\n",
        after="",
        tests=(f"{_START}::test_a_page_without_a_kernel_gives_pythons_memory_back",),
    ),
    Mutation(
        name="start-pandas",
        breaks="pandas is fetched only when a cell waits for it",
        file=f"{_PACKAGE}/client/adapt.py",
        before="ProgressBars(), PandasAhead()))",
        after="ProgressBars()))",
        tests=(
            f"{_START}"
            "::test_first_rows_need_few_requests_and_no_byte_twice_and_pandas_comes_after_them",
        ),
    ),
    Mutation(
        name="start-brotli",
        breaks="compressing by Brotli is left to whoever serves the site",
        file="site/builder/compress.py",
        before='write_smaller(path, ".br", data)',
        after='write_smaller(path, ".unused", data)',
        tests=("e2e/test_headers.py::test_python_is_sent_as_the_builder_compressed_it",),
    ),
    Mutation(
        name="anyone-bridge",
        breaks="pages of somebody else's site are without the bridge",
        file="site/builder/lite_addon.py",
        before="        add_page_half(site, page_folder(), self.service_worker, own_site=False)\n",
        after="",
        tests=(f"{_ANYONE}::test_a_notebook_collects_from_spark_without_another_step",),
        in_setup=True,
    ),
    Mutation(
        name="anyone-wheels",
        breaks="wheels of the project are not loaded when they are imported",
        file="site/builder/lite_addon.py",
        before='"wheels": own_packages(site),',
        after='"wheels": {},',
        tests=(f"{_ANYONE}::test_wheels_of_the_project_load_when_they_are_imported_and_are_drawn",),
    ),
    Mutation(
        name="anyone-endpoint",
        breaks="the endpoint that a build is given is lost",
        file="site/builder/lite_addon.py",
        before='"remote": self.remote or None,',
        after='"remote": None,',
        tests=(f"{_ANYONE}::test_the_build_takes_an_endpoint_and_a_service_worker",),
    ),
)
