"""From a cell to Spark and back: bridge, `grpc`, sessions that end, interrupts, transfers."""

from __future__ import annotations

from e2e.mutants.mutation import Mutation

_CLOSING = "e2e/test_closing.py"
_INTERRUPT = "e2e/test_interrupt.py"
_STREAMS = "e2e/test_streams.py"
_COUNTS = "e2e/test_counts.py"
_RESTARTS = "e2e/test_restarts.py"
_FAULTS = "e2e/test_faults.py"
_RPCS = "e2e/test_rpcs.py"
_INTEROP = "e2e/test_grpc_interop.py::test_a_case_gives_what_grpcio_gives"
_SECURITY = "e2e/test_security.py"
_TRANSFERS = "e2e/test_transfers.py"
_PARITY = "e2e/test_parity.py::test_an_operation_does_what_it_does_natively"
_PAGE = "site/page/bridge"
_PACKAGE = "site/pyspark_connect_web"

MUTATIONS = (
    Mutation(
        name="closing-page",
        breaks="a page that goes says nothing",
        file=f"{_PAGE}/pcw_page_half.js",
        before="      farewells.sayLeaving();\n",
        after="",
        tests=(f"{_CLOSING}::test_a_page_that_goes_ends_its_query_and_its_session",),
    ),
    Mutation(
        name="closing-kept-page",
        breaks="a page that the browser keeps for the way back says nothing",
        file=f"{_PAGE}/pcw_page_half.js",
        before='addEventListener("pagehide", () => this.leave());',
        after='addEventListener("pagehide", ({ persisted }) => persisted || this.leave());',
        tests=(f"{_CLOSING}::test_a_page_that_the_browser_keeps_for_the_way_back_ends_them_too",),
    ),
    Mutation(
        name="closing-young-query",
        breaks="a page that goes too early has nobody who says it later",
        file=f"{_PAGE}/pcw_farewells.js",
        before="else if (wait <= (this.laterMs.get(originOf(farewell)) ?? 0)) {",
        after="else if (wait < 0) {",
        tests=(
            f"{_CLOSING}::test_a_query_as_old_as_its_tabs_last_moment_ends_with_its_session_and_"
            "without_a_trace",
        ),
    ),
    Mutation(
        name="closing-later-by-envoy",
        breaks="Envoy does not pass on what was said to be passed on later",
        file="envoy/envoy.yaml.tmpl",
        before='regex_rewrite: { pattern: { regex: "^/pcw/later" }, substitution: "" }',
        after='regex_rewrite: { pattern: { regex: "^/pcw/later" }, substitution: "/nowhere" }',
        tests=(
            f"{_CLOSING}::test_a_query_as_old_as_its_tabs_last_moment_ends_with_its_session_and_"
            "without_a_trace",
        ),
    ),
    Mutation(
        name="closing-named-session",
        breaks="a session that the user has named is released with its tab",
        file=f"{_PACKAGE}/client/farewell.py",
        before="released = not named or getattr(self",
        after="released = named or getattr(self",
        tests=(
            f"{_CLOSING}::test_a_session_with_a_name_of_the_users_stays_and_loses_the_tabs_query_"
            "only",
        ),
    ),
    Mutation(
        name="closing-killed-browser",
        breaks="a query that nobody comes back to runs for ever",
        file="spark/conf/spark-defaults.conf",
        before="detachedTimeout               10s",
        after="detachedTimeout               1h",
        tests=(f"{_CLOSING}::test_a_killed_browser_says_nothing_and_its_query_ends_all_the_same",),
    ),
    Mutation(
        name="closing-kernel",
        breaks="a kernel that is restarted or shut down says nothing",
        file=f"{_PAGE}/pcw_page_half.js",
        before="    kernel.end();\n",
        after="",
        tests=(f"{_CLOSING}::test_a_kernel_that_goes_ends_its_query_and_its_session",),
    ),
    Mutation(
        name="closing-planned-query",
        breaks="of a kernel restarted while Spark plans its query nothing is said later",
        file=f"{_PAGE}/pcw_farewells.js",
        before="      else setTimeout(() => void this.speaker.say(farewell), delay);\n",
        after="",
        tests=(
            f"{_CLOSING}::test_a_kernel_restarted_while_its_query_is_planned_leaves_nothing_behind",
        ),
    ),
    Mutation(
        name="closing-other-notebook",
        breaks="a kernel's end takes the sessions of all notebooks along",
        file=f"{_PAGE}/pcw_page_half.js",
        before="    kernel.end();\n",
        after="    kernel.end();\n    for (const { farewells } of this.connected) void farewells.sayAll();\n",
        tests=(f"{_CLOSING}::test_the_session_of_another_notebook_lives_on",),
    ),
    Mutation(
        name="interrupt-server-is-not-told",
        breaks="the server does not hear of an interrupt",
        file=f"{_PACKAGE}/client/interrupts.py",
        before="            self._stub.Interrupt(request, metadata=self._builder.metadata())\n",
        after="            pass\n",
        tests=(f"{_INTERRUPT}::test_the_servers_own_list_says_that_the_operation_was_cancelled",),
    ),
    Mutation(
        name="interrupt-idle",
        breaks="a press in an idle notebook hits the next cell",
        file=f"{_PAGE}/pcw_kernel.js",
        before="    if (Atomics.load(this.control, idle)) return;\n",
        after="",
        tests=(
            f"{_INTERRUPT}::test_an_idle_press_hits_no_later_cell",
            "e2e/ordinary_day/test_stop.py::test_a_press_at_an_idle_kernel_hits_no_later_cell",
        ),
    ),
    Mutation(
        name="interrupt-blocked-call",
        breaks="a call that waits does not look for a press",
        file=f"{_PAGE}/pcw_kernel.js",
        before="    Atomics.notify(this.control, interrupt);\n    this.ring();\n",
        after="",
        tests=(f"{_INTERRUPT}::test_jupyterlab_interrupts_the_cell_and_the_query",),
    ),
    Mutation(
        name="interrupt-all-kernels",
        breaks="the button stops the cells of all notebooks",
        file=f"{_PAGE}/pcw_interrupts.js",
        before="    if (worker) interrupt(worker);\n",
        after="    for (const one of client._kernels?.values() ?? []) interrupt(one._worker);\n",
        tests=(f"{_INTERRUPT}::test_only_the_kernel_of_the_notebook_in_front_is_interrupted",),
    ),
    Mutation(
        name="interrupt-upload",
        breaks="an upload that is being made does not end by a press",
        file=f"{_PACKAGE}/bridge/upload.py",
        before="            raise KeyboardInterrupt\n",
        after="            pass\n",
        tests=(f"{_INTERRUPT}::test_an_interrupt_ends_an_upload_that_is_still_being_made",),
    ),
    Mutation(
        name="streams-cut",
        breaks="a cut stream is an error that nobody tries again",
        file=f"{_PACKAGE}/grpc/_faults.py",
        before='                StatusCode.UNAVAILABLE,\n                f"The stream from',
        after='                StatusCode.UNKNOWN,\n                f"The stream from',
        tests=(
            f"{_STREAMS}::test_a_stream_cut_midway_finishes_through_reattach_with_every_row_once",
        ),
    ),
    Mutation(
        name="streams-releases",
        breaks="each response is released by a request of its own",
        file=f"{_PACKAGE}/client/releases.py",
        before="if self.size < EVERY_BYTES and now - self.since < EVERY_SECONDS:",
        after="if self.size < 0:",
        tests=(
            f"{_STREAMS}::test_a_large_result_is_released_while_it_is_read_by_few_requests",
            f"{_STREAMS}::test_a_small_result_is_released_by_one_request",
        ),
    ),
    Mutation(
        name="streams-released-late",
        breaks="a large result is released only when it has been read",
        file=f"{_PACKAGE}/client/releases.py",
        before="if self.size < EVERY_BYTES and now - self.since < EVERY_SECONDS:",
        after="if self.size >= 0:",
        tests=(f"{_STREAMS}::test_a_large_result_is_released_while_it_is_read_by_few_requests",),
    ),
    Mutation(
        name="counts-releases",
        breaks="each batch of a result is released by a request",
        file=f"{_PACKAGE}/client/releases.py",
        before="EVERY_BYTES = 8 << 20",
        after="EVERY_BYTES = 1",
        tests=(
            f"{_COUNTS}::test_a_large_result_comes_in_few_messages_and_is_released_by_fewer_calls",
        ),
    ),
    Mutation(
        name="restarts-no-patience",
        breaks="a proxy that restarts is not waited for",
        file=f"{_PACKAGE}/grpc/_outage.py",
        before="        if not self._answered:\n",
        after="        if True:\n",
        tests=(f"{_RESTARTS}::test_a_stream_survives_a_restart_of_envoy_with_every_row_once",),
    ),
    Mutation(
        name="restarts-spark-down",
        breaks="a Spark that does not answer is not told from a proxy that does not",
        file=f"{_PACKAGE}/grpc/_faults.py",
        before='    "remote connection failure",\n    "connection refused",\n',
        after="",
        tests=(
            f"{_RESTARTS}::test_spark_down_at_connect_is_named_and_once_it_is_up_the_same_kernel_"
            "connects",
        ),
    ),
    Mutation(
        name="restarts-tables",
        breaks="the catalog of saved tables does not outlive the server",
        file="spark/conf/spark-defaults.conf",
        before="catalogImplementation                             hive",
        after="catalogImplementation                             in-memory",
        tests=(f"{_RESTARTS}::test_a_table_that_a_notebook_saved_is_there_after_spark_was_killed",),
    ),
    Mutation(
        name="faults-wrong-port",
        breaks="a wrong port is not named",
        file=f"{_PACKAGE}/grpc/_faults.py",
        before='        f"Nothing answers at {origin}; check the host',
        after='        f"Something is wrong; check the host',
        tests=(f"{_FAULTS}::test_a_wrong_port_is_named",),
    ),
    Mutation(
        name="faults-refused-origin",
        breaks="a proxy that refuses the page is taken for one that is away",
        file="site/page/bridge/pcw_reachability.js",
        before='return "cors";',
        after='return "unreachable";',
        tests=(
            f"{_FAULTS}::test_an_origin_that_the_proxy_refuses_is_named_with_what_to_allow",
            f"{_FAULTS}::test_a_server_that_is_no_spark_connect_is_named",
        ),
    ),
    Mutation(
        name="faults-foreign-code",
        breaks="the page runs code of another origin",
        file="site/page/harness/worker_bootstrap.js",
        before="is of another origin than",
        after="is elsewhere than",
        tests=(f"{_FAULTS}::test_code_from_another_origin_is_refused",),
    ),
    Mutation(
        name="faults-altered-wheel",
        breaks="a wheel that was altered on its way is installed",
        file=f"{_PACKAGE}/packages/wheel.py",
        before="if hashlib.sha256(response.body).hexdigest() != wheel.sha256:",
        after="if False:",
        tests=(f"{_FAULTS}::test_a_wheel_altered_on_its_way_is_refused",),
    ),
    Mutation(
        name="faults-old-pyspark",
        breaks="a PySpark that nobody tried is taken",
        file=f"{_PACKAGE}/client/adapt.py",
        before="if not SUPPORTED_PYSPARK[0] <= line <= SUPPORTED_PYSPARK[1]:",
        after="if False:",
        tests=(f"{_FAULTS}::test_an_unsupported_pyspark_is_named_with_what_is_supported",),
    ),
    Mutation(
        name="faults-io-worker",
        breaks="an I/O worker that does not load is waited for",
        file=f"{_PAGE}/pcw_kernel.js",
        before="      this.answer(layout.answers.dead);\n",
        after="      this.answer(layout.answers.heard);\n",
        tests=(f"{_FAULTS}::test_an_io_worker_that_does_not_load_is_named",),
    ),
    Mutation(
        name="rpcs-metadata",
        breaks="parameters of the address are no metadata of calls",
        file=f"{_PACKAGE}/grpc/_metadata.py",
        before="        headers.append((key, _to_header_value(key, value)))\n",
        after="        headers = [*headers]\n",
        tests=(f"{_RPCS}::test_parameters_of_the_url_become_metadata_user_and_user_agent",),
    ),
    Mutation(
        name="rpcs-oversized-plan",
        breaks="a plan that is too large is sent",
        file=f"{_PACKAGE}/grpc/_multicallable.py",
        before="if limit != UNLIMITED and len(data) > limit:",
        after="if False:",
        tests=(f"{_RPCS}::test_an_rpc_does_what_it_does_natively[an_oversized_plan]",),
    ),
    Mutation(
        name="rpcs-deadline",
        breaks="a call's deadline is nobody's",
        file=f"{_PACKAGE}/grpc/_multicallable.py",
        before="deadline = None if timeout is None else time.monotonic() + timeout",
        after="deadline = None",
        tests=(f"{_RPCS}::test_an_rpc_does_what_it_does_natively[a_deadline]",),
    ),
    Mutation(
        name="rpcs-memory",
        breaks="a large body is gathered in Python's memory",
        file=f"{_PACKAGE}/bridge/upload.py",
        before="PART_BYTES = 1 << 20",
        after="PART_BYTES = 1 << 30",
        tests=(f"{_RPCS}::test_a_hundred_megabytes_leave_the_tab_whole_and_its_memory_small",),
    ),
    Mutation(
        name="rpcs-artifacts",
        breaks="an upload of several parts loses the last one",
        file=f"{_PACKAGE}/bridge/upload.py",
        before="    if part:\n        upload.add(part)\n",
        after="",
        tests=(
            f"{_RPCS}::test_a_hundred_megabytes_leave_the_tab_whole_and_its_memory_small",
            f"{_TRANSFERS}::test_megabytes_arrive_whole_in_both_directions",
        ),
    ),
    Mutation(
        name="interop-binary-metadata",
        breaks="binary metadata are not base64",
        file=f"{_PACKAGE}/grpc/_metadata.py",
        before='return base64.b64encode(raw).decode("ascii").rstrip("=")',
        after="return raw.hex()",
        tests=(_INTEROP,),
    ),
    Mutation(
        name="interop-message-limit",
        breaks="a message longer than the channel takes is taken",
        file=f"{_PACKAGE}/grpc/_endpoint.py",
        before="DEFAULT_MAX_RECEIVE_BYTES = 4 * 1024 * 1024",
        after="DEFAULT_MAX_RECEIVE_BYTES = 4 * 1024 * 1024 * 1024",
        tests=(_INTEROP,),
    ),
    Mutation(
        name="interop-streams-both-ways",
        breaks="a call of streams both ways says nothing of grpc-web",
        file=f"{_PACKAGE}/grpc/_multicallable.py",
        before="stream_stream: grpc-web cannot send",
        after="stream_stream: one cannot send",
        tests=("e2e/test_grpc_interop.py::test_a_bidirectional_call_says_that_it_is_not_there",),
    ),
    Mutation(
        name="security-token",
        breaks="a token does not travel",
        file=f"{_PACKAGE}/grpc/_credentials.py",
        before='callback((("authorization", f"Bearer {access_token}"),), None)',
        after='callback((("x-authorization", f"Bearer {access_token}"),), None)',
        tests=(f"{_SECURITY}::test_the_right_token_opens_spark_and_travels_as_a_bearer_header",),
    ),
    Mutation(
        name="security-tls",
        breaks="what should go over TLS goes without",
        file=f"{_PACKAGE}/grpc/_credentials.py",
        before='    return ChannelCredentials("https")\n',
        after='    return ChannelCredentials("http")\n',
        tests=(
            f"{_SECURITY}::test_the_tab_collects_over_tls_where_the_native_client_would_use_it",
        ),
    ),
    Mutation(
        name="security-token-needs-tls",
        breaks="a token to a plain endpoint does not say why nothing answers",
        file=f"{_PACKAGE}/grpc/_faults.py",
        before="            if with_token\n",
        after="            if False\n",
        tests=(
            f"{_SECURITY}::test_a_token_to_a_plain_endpoint_that_is_not_called_localhost_says_what_"
            "to_do",
        ),
    ),
    Mutation(
        name="transfers-names",
        breaks="a file whose name has signs of a pattern cannot be downloaded",
        file=f"{_PACKAGE}/transfer/download.py",
        before='return _GLOBBED.sub(r"\\\\\\1", path)',
        after="return path",
        tests=(f"{_TRANSFERS}::test_a_table_of_the_tab_is_read_by_spark",),
    ),
    Mutation(
        name="transfers-setting",
        breaks="an upload leaves a setting of the session changed",
        file=f"{_PACKAGE}/transfer/upload.py",
        before="            session.conf.unset(_ALLOWED)\n",
        after="            pass\n",
        tests=(f"{_TRANSFERS}::test_the_session_is_set_as_before",),
    ),
    Mutation(
        name="transfers-folders",
        breaks="of a folder that Spark wrote the files come to one place",
        file=f"{_PACKAGE}/transfer/download.py",
        before="target / inside if inside else target",
        after="target",
        tests=(f"{_TRANSFERS}::test_a_folder_that_spark_wrote_comes_with_all_its_files",),
    ),
    Mutation(
        name="transfers-day",
        breaks="a file that was dropped into the file browser arrives without its end",
        file=f"{_PACKAGE}/transfer/download.py",
        before="        out.write(row[1])\n",
        after="        out.write(row[1][:-1])\n",
        tests=(
            "e2e/ordinary_day/test_transfers.py::test_what_spark_has_is_listed_in_the_file_browser",
        ),
    ),
    Mutation(
        name="parity-decimals",
        breaks="a decimal number of a Row has another value than natively",
        file=f"{_PACKAGE}/arrow/values/decode.py",
        before="return list(map(EXACT.multiply, unscaled, repeat(unit)))",
        after="return list(map(EXACT.add, unscaled, repeat(unit)))",
        tests=(f"{_PARITY}[values.decimal(38,18)_collected]",),
    ),
)
