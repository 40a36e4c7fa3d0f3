-- After the proof of who it is: Spark sees one kind of credential, the site sees none.

local VERIFIED = "envoy.filters.http.jwt_authn"

local function starts(text, with)
  return text:sub(1, #with) == with
end

local function session(handle)
  local verified = handle:streamInfo():dynamicMetadata():get(VERIFIED)
  local claims = verified and verified["jwt"]
  if not claims then
    return handle:respond({ [":status"] = "401", ["cache-control"] = "no-store" }, "")
  end
  local user = claims["sub"]:gsub('[%c"\\]', "?")
  handle:respond(
    { [":status"] = "200", ["content-type"] = "application/json", ["cache-control"] = "no-store" },
    string.format('{"user": "%s", "expires": %d}\n', user, claims["exp"])
  )
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local path = headers:get(":path"):match("^[^?#]*")
  if path == "/pcw/session" then return session(handle) end
  local login = headers:get("x-pcw-id-token")
  headers:remove("x-pcw-id-token")
  headers:remove("x-pcw-code")
  headers:remove("cookie")
  if starts(path, "/spark.connect.") or starts(path, "/pcw/later/") then
    if login then headers:replace("authorization", "Bearer " .. login) end
  else
    headers:remove("authorization")
  end
end
