"""TLS, login and identity for a team, and what each group may reach."""

from __future__ import annotations

from e2e.mutants.mutation import Mutation

_EDGE = "deploy/team/edge"
_JAVA = "deploy/team/spark/java/pcw/team"
_CLOCKS = "e2e/team/test_clocks.py"
_DOOR = "e2e/team/test_door.py"
_FILES = "e2e/team/test_files.py"
_FORGED = "e2e/team/test_forged.py"
_FRAMES = "e2e/team/test_frames.py"
_GROUPS = "e2e/team/test_groups.py"
_LIMITS = "e2e/team/test_limits.py"
_LOGIN = "e2e/team/test_login.py"
_BY_HTTP = "e2e/team/test_login_by_http.py"
_NATIVE = "e2e/team/test_native.py"
_OUTAGES = "e2e/team/test_outages.py"
_POLICY = "e2e/team/test_policy.py"
_RENEWAL = "e2e/team/test_renewal.py"
_SIGN_OUT = "e2e/team/test_sign_out.py"

MUTATIONS = (
    Mutation(
        name="groups-metrics",
        breaks="the metrics call a group's servers otherwise than dashboards do",
        file=f"{_EDGE}/groups.py",
        before='    return f"spark-{group}"\n',
        after='    return f"group-{group}"\n',
        tests=(f"{_GROUPS}::test_metrics_tell_the_groups_servers_apart",),
    ),
    Mutation(
        name="groups-routing",
        breaks="a group's people come to another group's Spark",
        file=f"{_EDGE}/groups.lua",
        before="if is_in(said, group) then own[#own + 1] = group end",
        after="own[#own + 1] = group",
        tests=(
            f"{_GROUPS}::test_the_login_of_a_tab_leads_to_the_groups_own_server",
            f"{_GROUPS}::test_who_is_in_no_group_gets_one_sentence_in_a_tab_and_natively",
        ),
    ),
    Mutation(
        name="groups-spark",
        breaks="Spark takes the token of another group's people",
        file=f"{_JAVA}/Verifier.java",
        before="        if (!member) {",
        after="        if (false) {",
        tests=(f"{_GROUPS}::test_spark_itself_refuses_another_groups_token",),
    ),
    Mutation(
        name="groups-forged-header",
        breaks="a header that names a group is believed",
        file=f"{_EDGE}/guard.lua",
        before="  for _, name in ipairs(ours) do headers:remove(name) end\n",
        after="",
        tests=(
            f"{_FORGED}::test_who_calls_himself_another_is_logged_by_his_own_name",
            f"{_FORGED}::test_a_name_that_envoy_gives_lets_nobody_in",
            f"{_GROUPS}::test_a_forged_header_leads_nowhere_else",
        ),
    ),
    Mutation(
        name="clocks-leeway",
        breaks="Envoy allows clocks no difference",
        file=f"{_EDGE}/login.py",
        before='"clock_skew_seconds": CLOCK_SKEW_S,',
        after='"clock_skew_seconds": 1,',
        tests=(f"{_CLOCKS}::test_within_the_leeway_a_token_passes_envoy_and_spark",),
    ),
    Mutation(
        name="clocks-sentence",
        breaks="a token that is not valid at the time is told in Envoy's words",
        file=f"{_EDGE}/guard.lua",
        before='  ["Jwt is expired"] = ',
        after='  ["Jwt has expired"] = ',
        tests=(f"{_CLOCKS}::test_beyond_it_envoy_and_spark_say_the_same_sentence",),
    ),
    Mutation(
        name="clocks-round-and-round",
        breaks="a login that is untimely is said to have ended",
        file="site/page/login/pcw_login.js",
        before='=== REFUSED_FOR_TIME ? "untimely" : "refused"',
        after='=== REFUSED_FOR_TIME ? "refused" : "refused"',
        tests=(f"{_CLOCKS}::test_beyond_it_page_and_tab_say_what_is_wrong_and_do_not_go_round",),
    ),
    Mutation(
        name="door-code-without-login",
        breaks="files that people keep at the site need no login",
        file=f"{_EDGE}/guard.lua",
        before='  if starts(path, "/files/") or starts(path, "/api/") or starts(path, "/pcw/")'
        " then return false end\n",
        after="",
        tests=(
            f"{_DOOR}::test_a_script_without_a_login_is_refused_and_never_redirected",
            f"{_DOOR}::test_a_path_that_pretends_to_be_code_needs_a_login",
        ),
    ),
    Mutation(
        name="door-cookies",
        breaks="cookies of a login go with requests of other sites",
        file=f"{_EDGE}/login.py",
        before='{"same_site": "LAX"}',
        after='{"same_site": "NONE"}',
        tests=(f"{_DOOR}::test_its_cookies_are_for_https_and_no_script",),
    ),
    Mutation(
        name="door-old-tls",
        breaks="old TLS is spoken",
        file=f"{_EDGE}/tls.py",
        before='        "tls_params": {"tls_minimum_protocol_version": "TLSv1_2"},\n'
        '        "alpn_protocols"',
        after='        "tls_params": {"tls_minimum_protocol_version": "TLSv1_0", "cipher_suites":'
        ' ["ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES128-SHA"]},\n        "alpn_protocols"',
        tests=(f"{_DOOR}::test_old_tls_is_refused",),
    ),
    Mutation(
        name="door-headers",
        breaks="answers are without a policy for what a page may do",
        file=f"{_EDGE}/config.py",
        before='        "permissions-policy": policy.PERMISSIONS,\n',
        after="",
        tests=(f"{_DOOR}::test_every_answer_has_the_headers_that_guard_a_page",),
    ),
    Mutation(
        name="door-metrics",
        breaks="the port for metrics gives all that Envoy's admin interface has",
        file=f"{_EDGE}/config.py",
        before='"match": {"path": "/metrics"},\n'
        '            "route": {"cluster": "admin", "prefix_rewrite": "/stats/prometheus"},',
        after='"match": {"prefix": "/"},\n            "route": {"cluster": "admin"},',
        tests=(f"{_DOOR}::test_metrics_are_all_that_the_metrics_port_gives",),
    ),
    Mutation(
        name="files-elsewhere",
        breaks="people write where they want on the server's machine",
        file=f"{_JAVA}/GuardRules.java",
        before="        roots.require(place);\n",
        after="",
        tests=(f"{_FILES}::test_elsewhere_is_one_sentence",),
    ),
    Mutation(
        name="forged-signature",
        breaks="Envoy lets every call through with whatever token",
        file=f"{_EDGE}/login.py",
        before='        {"match": {"prefix": "/"}, "requires": either},\n',
        after='        {"match": {"prefix": "/lab/"}, "requires": either},\n',
        tests=(f"{_FORGED}::test_a_token_in_the_query_string_is_none",),
    ),
    Mutation(
        name="forged-audience",
        breaks="a token for somebody else's service is taken",
        file=f"{_EDGE}/login.py",
        before='            "audiences": list(edge.audiences),\n',
        after="",
        tests=(f"{_FORGED}::test_a_forged_token_is_refused_before_spark[of another audience]",),
    ),
    Mutation(
        name="forged-two-headers",
        breaks="of two tokens one is taken",
        file=f"{_EDGE}/guard.lua",
        before='  if (headers:get("authorization") or ""):find(",") then\n',
        after="  if false then\n",
        tests=(f"{_FORGED}::test_two_authorization_headers_are_refused",),
    ),
    Mutation(
        name="frames-unimplemented",
        breaks="methods that are not known yet do not reach Spark",
        file="envoy/envoy.yaml.tmpl",
        before='            name: site\n            virtual_hosts:\n            - name: site\n              domains: ["*"]\n              routes:\n              - name: spark\n                match: { prefix: /spark.connect.SparkConnectService/ }',
        after='            name: site\n            virtual_hosts:\n            - name: site\n              domains: ["*"]\n              routes:\n              - name: spark\n                match: { prefix: /spark.connect.SparkConnectService/A }',
        tests=(f"{_FRAMES}::test_an_unknown_method_is_unimplemented",),
    ),
    Mutation(
        name="limits-per-person",
        breaks="one person's limit is everybody's",
        file=f"{_EDGE}/limits.py",
        before='"entries": [{"key": "user"}],',
        after='"entries": [{"key": "user", "value": "bob"}],',
        tests=(
            f"{_LIMITS}::test_who_calls_too_often_is_told_when_to_try_again",
            f"{_LIMITS}::test_one_persons_limit_is_not_anothers",
        ),
    ),
    Mutation(
        name="limits-body",
        breaks="a request of any size is taken",
        file=f"{_EDGE}/guard.lua",
        before='  if (tonumber(headers:get("content-length") or "") or 0) > REQUEST_BYTES then\n',
        after="  if false then\n",
        tests=(f"{_LIMITS}::test_a_request_that_is_too_large_is_refused_before_it_is_read",),
    ),
    Mutation(
        name="limits-headers",
        breaks="headers of any size are taken",
        file=f"{_EDGE}/config.py",
        before='        "max_request_headers_kb": edge.limits.header_kib,\n',
        after='        "max_request_headers_kb": 90,\n',
        tests=(f"{_LIMITS}::test_headers_that_are_too_large_are_refused",),
    ),
    Mutation(
        name="limits-slow-body",
        breaks="a client may send its body as slowly as it wants",
        file=f"{_EDGE}/config.py",
        before='        "request_timeout": f"{edge.limits.upload_s}s",\n',
        after="",
        tests=(f"{_LIMITS}::test_a_client_that_never_ends_its_body_is_cut_off",),
    ),
    Mutation(
        name="login-cell",
        breaks="a call does not say which cell it is for",
        file="site/pyspark_connect_web/grpc/cell_metadata.py",
        before='CELL_KEY = "pcw-cell"',
        after='CELL_KEY = "x-cell"',
        tests=(f"{_LOGIN}::test_all_calls_of_a_cell_have_one_id_that_names_the_cell",),
    ),
    Mutation(
        name="login-jobs",
        breaks="Spark's jobs do not say for whom they run",
        file=f"{_JAVA}/Attribution.java",
        before='        context.setJobDescription(whose + " | " + said);\n',
        after="",
        tests=(f"{_LOGIN}::test_one_id_leads_from_a_cell_to_its_request_and_its_jobs",),
    ),
    Mutation(
        name="login-token-in-reach",
        breaks="a script can read the login's token",
        file=f"{_EDGE}/person.lua",
        before="""string.format('{"user": "%s", "expires": %d}\\n', user, claims["exp"])""",
        after="""string.format('{"user": "%s", "expires": %d, "token": "%s"}\\n', user, """
        """claims["exp"], handle:headers():get("x-pcw-id-token") or "")""",
        tests=(
            f"{_LOGIN}::test_no_token_is_within_reach_of_a_script_a_kernel_an_address_or_a_log",
        ),
    ),
    Mutation(
        name="login-refresh-token",
        breaks="a refused call uses up the refresh token",
        file=f"{_EDGE}/guard.lua",
        before="    keep_refresh_token_from(headers)\n",
        after="",
        tests=(f"{_BY_HTTP}::test_a_call_after_the_end_is_refused_and_uses_up_no_refresh_token",),
    ),
    Mutation(
        name="login-log-session",
        breaks="the log does not name the session of a call",
        file=f"{_EDGE}/session.lua",
        before="if session and #session == 36 then",
        after="if session and #session == 35 then",
        tests=(f"{_BY_HTTP}::test_the_log_says_who_and_what_and_holds_no_token",),
    ),
    Mutation(
        name="native-log",
        breaks="the log does not have the status of native calls",
        file=f"{_EDGE}/session.lua",
        before='    status = trailers and trailers:get("grpc-status")\n',
        after="",
        tests=(
            f"{_NATIVE}::test_a_native_client_with_a_token_of_the_provider_runs_a_query_that_the_"
            "log_names",
        ),
    ),
    Mutation(
        name="native-certificate",
        breaks="a new certificate is served after a restart only",
        file=f"{_EDGE}/tls.py",
        before='            "watched_directory": {"path": str(folder if inside else folder.parent)},\n',
        after="",
        tests=(f"{_NATIVE}::test_a_certificate_is_renewed_under_a_running_stream",),
    ),
    Mutation(
        name="outages-envoy",
        breaks="a cell that waits for its answer fails when Envoy crashes",
        file="site/pyspark_connect_web/grpc/_outage.py",
        before="        if not self._answered:\n",
        after="        if self._answered:\n",
        tests=(
            f"{_OUTAGES}::test_a_cell_that_waits_for_its_answer_goes_on_when_envoy_was_killed_and_"
            "is_started_again",
        ),
    ),
    Mutation(
        name="outages-provider",
        breaks="a dead provider is told as an answer of Spark's",
        file="site/page/login/pcw_login.js",
        before="    if (response.status >= SERVER_ERROR) return { broken: response };\n",
        after="    if (response.status >= 400) return { broken: response };\n",
        tests=(
            f"{_OUTAGES}::test_people_who_are_in_work_on_while_the_provider_is_dead_and_then_sign_"
            "in_anew",
        ),
    ),
    Mutation(
        name="policy-inline-scripts",
        breaks="a script that an output brings runs",
        file=f"{_EDGE}/policy.py",
        before="\"script-src\": f\"'self' 'unsafe-eval' 'wasm-unsafe-eval' blob: {hashes}\".strip(),",
        after="\"script-src\": \"'self' 'unsafe-eval' 'unsafe-inline' blob:\",",
        tests=(
            f"{_POLICY}::test_a_script_that_an_output_brings_does_not_run",
            f"{_POLICY}::test_the_policy_is_on_every_kind_of_answer",
        ),
    ),
    Mutation(
        name="policy-blobs",
        breaks="the policy stops what notebooks draw",
        file=f"{_EDGE}/policy.py",
        before='"img-src": "\'self\' data: blob:",',
        after='"img-src": "\'self\'",',
        tests=(f"{_POLICY}::test_what_notebooks_show_is_drawn_without_a_violation",),
    ),
    Mutation(
        name="renewal-once",
        breaks="each call renews the login by itself",
        file="site/page/login/pcw_login.js",
        before="    if (last && last.at + holdMs(last.outcome) > since) return { outcome: last.outcome };\n",
        after="",
        tests=(
            f"{_RENEWAL}::test_six_calls_at_once_in_each_of_two_tabs_share_one_renewal_and_all_"
            "succeed",
        ),
    ),
    Mutation(
        name="renewal-again",
        breaks="a call that met a login's end is not sent again",
        file="site/page/login/pcw_login.js",
        before="  const again = await send();\n",
        after="  const again = response;\n",
        tests=(f"{_RENEWAL}::test_a_cell_that_blocks_goes_on_through_an_expiry",),
    ),
    Mutation(
        name="sign-out-sessions",
        breaks="signing out leaves the sessions of the other tabs",
        file="site/page/login/pcw_sign_out.js",
        before="    this.channel.postMessage({ type: SIGN_OUT });\n",
        after="",
        tests=(
            f"{_SIGN_OUT}::test_a_sign_out_by_the_menu_ends_the_sessions_of_every_tab_before_the_"
            "login",
        ),
    ),
)
