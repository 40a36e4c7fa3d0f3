import assert from "node:assert/strict";
import { test } from "node:test";
import { Farewells, Speaker } from "../pcw_farewells.js";
import { farewell, rehearsed, said, settled, standInPage } from "./page.js";

const ELSEWHERE = "http://elsewhere/release";

/** A page whose kernel has left a farewell for `/release`. */
function pageWithFarewell(t, { now = 1000, notBefore = 0, withLogin, ...site } = {}) {
  const page = standInPage(t, { now, ...site });
  const farewells = new Farewells(new Speaker(withLogin, () => withLogin !== undefined));
  farewells.leave("session", farewell("/release", notBefore));
  return Object.assign(page, { farewells });
}

test("a farewell is replaced and withdrawn by its key", (t) => {
  const { farewells, fetched } = pageWithFarewell(t);
  farewells.leave("other", farewell("/other"));
  farewells.leave("session", farewell("/newer"));
  farewells.withdraw("other");
  farewells.sayInTime();
  assert.deepEqual(said({ fetched }), ["/newer"]);
  assert.equal(farewells.isEmpty, true);
});

test("a farewell that must wait is sent later by a page that stays", (t) => {
  const { farewells, fetched, timers } = pageWithFarewell(t, { now: 1000, notBefore: 4000 });
  farewells.sayInTime();
  assert.deepEqual([said({ fetched }), timers[0].delay], [[], 3000]);
  timers[0].run();
  assert.deepEqual(said({ fetched }), ["/release"]);
});

test("a farewell that must wait is dropped by a page that goes, where nobody waits for it", (t) => {
  const { farewells, fetched } = pageWithFarewell(t, { now: 1000, notBefore: 4000 });
  farewells.sayLeaving();
  assert.deepEqual(said({ fetched }), []);
});

for (const [notBefore, expected] of [
  [4000, ["http://localhost/pcw/later/release"]],
  [1000 + 6001, []],
]) {
  test(`a proxy that waits 6 s is left a farewell that must wait ${notBefore - 1000} ms: ${expected.length}`, async (t) => {
    const answers = { "/release": { "pcw-later-seconds": "6" } };
    const { farewells, fetched } = pageWithFarewell(t, { now: 1000, notBefore, answers });
    await settled();
    assert.deepEqual(rehearsed({ fetched }), ["/release"]);
    farewells.sayLeaving();
    assert.deepEqual(said({ fetched }), expected);
  });
}

test("on another origin the address of later has its preflight too", async (t) => {
  const answers = { [ELSEWHERE]: { "pcw-later-seconds": "6" } };
  const { farewells, fetched } = pageWithFarewell(t, { answers });
  farewells.leave("session", farewell(ELSEWHERE, 4000));
  await settled();
  const later = "http://elsewhere/pcw/later/release";
  assert.deepEqual(rehearsed({ fetched }), ["/release", ELSEWHERE, later]);
  farewells.sayLeaving();
  assert.deepEqual(said({ fetched }), [later]);
});

test("what an endpoint can do is asked for while there is time, once, with nothing to run", (t) => {
  const { farewells, fetched } = pageWithFarewell(t);
  farewells.leave("other", farewell(ELSEWHERE));
  farewells.leave("other", farewell(ELSEWHERE));
  assert.deepEqual(rehearsed({ fetched }), ["/release", ELSEWHERE]);
  const { method, headers, body } = fetched[1];
  assert.deepEqual([method, headers, body.length], ["POST", [["a", "b"]], 0]);
});

test("a farewell that is refused is said again with a login that was renewed", async (t) => {
  const withLogin = async (_url, send) => send();
  const page = pageWithFarewell(t, { statuses: [200, 401, 200], withLogin });
  await settled();
  page.farewells.sayInTime();
  await settled(5);
  assert.deepEqual(said(page), ["/release", "/release"]);
});

test("where nobody signs in a refused farewell is said once", async (t) => {
  t.mock.method(console, "warn", () => {});
  const page = pageWithFarewell(t, { statuses: [200, 401, 200] });
  await settled();
  page.farewells.sayInTime();
  await settled(5);
  assert.deepEqual(said(page), ["/release"]);
});
