-- After the proof of who it is: a member of the group, where there is one. Spark asks the same of calls.

local CLAIM, GROUP = "${CLAIM}", "${GROUP}"

function envoy_on_request(handle)
  local verified = handle:streamInfo():dynamicMetadata():get("envoy.filters.http.jwt_authn")
  local found = verified and verified["jwt"]
  for part in CLAIM:gmatch("[^.]+") do
    found = type(found) == "table" and found[part] or nil
  end
  if found == GROUP then return end
  for _, each in ipairs(type(found) == "table" and found or {}) do
    if each == GROUP then return end
  end
  handle:respond(
    { [":status"] = "403", ["content-type"] = "text/plain; charset=utf-8" },
    "You are not in the group whose Spark this is.\n"
  )
end
