-- First of all filters: nobody outside says who he is, and a request is decided upon only once.

local REQUEST_BYTES = ${REQUEST_BYTES}
-- The site's own code has no login, so that an open notebook goes on when one has ended. Nothing
-- in it is secret. What people keep there (/files/, /api/) and every document has one.
local CODE = {
  css = true, data = true, gif = true, ico = true, jpg = true, js = true, json = true, map = true,
  mjs = true, png = true, svg = true, ttf = true, wasm = true, webmanifest = true, whl = true,
  woff = true, woff2 = true, zip = true,
}

local CALLBACK = "/pcw/callback"
local NOT_SIGNED_IN = [[<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Not signed in</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 15vh auto; padding: 0 1rem }</style>
<h1>You are not signed in</h1>
<p>The sign-in page was open for too long, or the login provider refused or did not answer:
<a href="/">sign in again</a>.</p>
</html>
]]

local function refuse(handle, status, sentence)
  handle:respond({ [":status"] = status, ["content-type"] = "text/plain; charset=utf-8" }, sentence .. "\n")
end

-- As gRPC says it, for a client that reads nothing else.
local function refuse_call(handle, kind, sentence)
  handle:respond({
    [":status"] = "200", ["content-type"] = kind, ["grpc-status"] = "8", ["grpc-message"] = sentence,
  }, "")
end

local function starts(text, with)
  return text:sub(1, #with) == with
end

local function is_code(method, path)
  if method ~= "GET" and method ~= "HEAD" then return false end
  if starts(path, "/files/") or starts(path, "/api/") or starts(path, "/pcw/") then return false end
  return CODE[path:match("%.([%w]+)$") or ""] or false
end

local function cookie(headers, name)
  local all = headers:get("cookie")
  return all and all:match("^" .. name .. "=([^;]*)") or all and all:match("; ?" .. name .. "=([^;]*)")
end

-- What a login that has not ended has. Where clocks differ, the ID token's cookie ends before the others.
local LOGIN = { "BearerToken", "IdToken", "OauthHMAC" }

local function has_login(headers)
  local expires = tonumber(cookie(headers, "OauthExpires") or "")
  if not expires or os.time() >= expires then return false end
  for _, name in ipairs(LOGIN) do
    if not cookie(headers, name) then return false end
  end
  return true
end

-- A refresh token may be used once. Of many calls after an expiry none renews: a page's own
-- request to /pcw/session does, or the next page that is opened.
local function keep_refresh_token_from(headers)
  if has_login(headers) then return end
  local kept = {}
  for part in (headers:get("cookie") or ""):gmatch("[^;]+") do
    part = part:match("^%s*(.-)%s*$")
    if not starts(part, "RefreshToken=") then kept[#kept + 1] = part end
  end
  headers:replace("cookie", table.concat(kept, "; "))
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local ours = {}
  for name in pairs(headers) do
    if starts(name, "x-pcw-") then ours[#ours + 1] = name end
  end
  for _, name in ipairs(ours) do headers:remove(name) end

  -- Envoy has joined doubled ones with a comma, which no scheme in use here has.
  if (headers:get("authorization") or ""):find(",") then
    return refuse(handle, "400", "A request has one authorization header; this one has more.")
  end
  local cell = headers:get("pcw-cell")
  if cell and (#cell > 64 or not cell:match("^[%w._-]+$") or headers:getNumValues("pcw-cell") > 1) then
    headers:remove("pcw-cell")
  end
  if (tonumber(headers:get("content-length") or "") or 0) > REQUEST_BYTES then
    local kind = headers:get("content-type") or ""
    local sentence = "A request may have ${REQUEST_MIB} MiB; send less at once."
    if starts(kind, "application/grpc") then return refuse_call(handle, kind, sentence) end
    return refuse(handle, "413", sentence)
  end

  local method, path = headers:get(":method"), headers:get(":path"):match("^[^?#]*")
  if path == CALLBACK then handle:streamInfo():dynamicMetadata():set("pcw", "callback", true) end
  if is_code(method, path) then headers:add("x-pcw-code", "1") end
  local navigates = headers:get("sec-fetch-mode") == "navigate" or not headers:get("sec-fetch-mode")
  local opens = method == "GET" and navigates and not headers:get("x-requested-with")
    and not starts(headers:get("content-type") or "", "application/grpc")
  -- Nothing but a page is asked for by more than its path: a token that stands in a query goes no further.
  if not opens then headers:replace(":path", path) end
  local renews = starts(path, "/pcw/") or opens
  if headers:get("cookie") and (not renews or starts(path, "/pcw/later/")) then
    keep_refresh_token_from(headers)
  end
end

-- Of a 429 the filter for grpc-web makes UNAVAILABLE, which clients try again at once and for long.
local function say_too_many(headers)
  headers:remove("x-pcw-limited")
  if headers:get("grpc-status") then
    headers:replace(":status", "200")
    headers:replace("grpc-status", "8")
    headers:replace("grpc-message", "${TOO_MANY}")
  end
end

-- Instead of what a filter says in two or three words.
local function say(handle, text)
  local body = handle:body()
  -- The headers of before are of no use once the body has been waited for.
  if body then handle:headers():replace("content-length", body:setBytes(text)) end
end

-- A token is good, though not at this time. As Spark says it; of a login that a person has just made
-- anew, signing in again would be no cure, so it is said who has one.
local VERIFIED = "envoy.filters.http.jwt_authn"
local UNTIMELY = {
  ["Jwt is expired"] = "The token has expired: sign in again.",
  ["Jwt not yet valid"] = "The token is not valid yet: its provider's clock and this server's differ "
    .. "by over ${SKEW_S} s; set them right.",
}
local LOGIN_UNTIMELY = "Your login's token is not valid at the time here: tell who runs this site that its "
  .. "clock and the login provider's differ by over ${SKEW_S} s, or that ID tokens end before access tokens."

local function say_untimely(handle, headers)
  local told = handle:streamInfo():dynamicMetadata():get(VERIFIED) or {}
  local login, bearer = told["failed-login"], told["failed-bearer"]
  local sentence = bearer and UNTIMELY[bearer["message"]]
  if login and UNTIMELY[login["message"]] then
    sentence = LOGIN_UNTIMELY
    headers:replace("pcw-refused", "time")  -- for pcw_login.js
  end
  if not sentence then return end
  -- For programs, in a tab too; a 401 of a login is pcw_login.js's to read.
  if bearer and not headers:get("pcw-refused") then
    headers:replace("grpc-status", "16")
    headers:replace("grpc-message", sentence)
  end
  if headers:get(":status") == "401" then say(handle, sentence .. "\n") end
end

function envoy_on_response(handle)
  local headers = handle:headers()
  if headers:get("x-pcw-limited") then say_too_many(headers) end
  if headers:get(":status") == "401" or headers:get("grpc-status") == "16" then
    local ours = handle:streamInfo():dynamicMetadata():get("pcw") or {}
    if ours["callback"] then
      headers:replace("content-type", "text/html; charset=utf-8")
      say(handle, NOT_SIGNED_IN)
    else
      say_untimely(handle, headers)
    end
    return
  end
  -- On the way to the provider's end of the login Envoy names the ID token, which Spark would take:
  -- histories and logs would keep it. The client's id, which is there too, says as much.
  local location = headers:get("location")
  if location and location:find("id_token_hint=", 1, true) then
    headers:replace("location", (location:gsub("id_token_hint=[^&]*&?", "")))
  end
end
