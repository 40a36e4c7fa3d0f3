-- A call goes to the server of the caller's own group, which the verified token names.

local VERIFIED = "envoy.filters.http.jwt_authn"
local GROUPS = ${GROUPS}
local CLAIM = ${CLAIM}
local NONE = "${NONE}"

local function starts(text, with)
  return text:sub(1, #with) == with
end

-- As Spark finds it (Verifier.java): by its whole name, else as a path.
local function claim(claims)
  if claims[CLAIM] ~= nil then return claims[CLAIM] end
  local found = claims
  for part in CLAIM:gmatch("[^.]+") do
    if type(found) ~= "table" then return nil end
    found = found[part]
  end
  return found
end

local function is_in(said, group)
  if type(said) ~= "table" then return said == group end
  for _, one in ipairs(said) do
    if one == group then return true end
  end
  return false
end

local function own_groups(handle)
  local verified = handle:streamInfo():dynamicMetadata():get(VERIFIED)
  local said = verified and verified["jwt"] and claim(verified["jwt"])
  local own = {}
  for _, group in ipairs(GROUPS) do
    if is_in(said, group) then own[#own + 1] = group end
  end
  return own
end

local function refuse(handle, sentence)
  local kind = handle:headers():get("content-type") or ""
  if starts(kind, "application/grpc") then
    return handle:respond({
      [":status"] = "200", ["content-type"] = kind, ["cache-control"] = "no-store",
      ["grpc-status"] = "7", ["grpc-message"] = sentence,
    }, "")
  end
  handle:respond({
    [":status"] = "403", ["content-type"] = "text/plain; charset=utf-8", ["cache-control"] = "no-store",
  }, sentence .. "\n")
end

function envoy_on_request(handle)
  local headers = handle:headers()
  local path = headers:get(":path")
  if not starts(path, "/spark.connect.") and not starts(path, "/pcw/later/") then return end
  local asked = headers:get("pcw-group")
  local own = own_groups(handle)
  if #own == 0 then return refuse(handle, NONE) end
  local group
  for _, one in ipairs(own) do
    if one == asked or not asked and #own == 1 then group = one end
  end
  if group then
    headers:replace("x-pcw-group", group)
    return handle:clearRouteCache()
  end
  local why = asked and "The group that pcw-group names is none of yours here ("
    or "You are in several groups that have a Spark server of their own here ("
  refuse(handle, why .. table.concat(own, ", ") .. "): name one at the end of the Spark Connect address, in a "
    .. "notebook SparkSession.builder.remote(pcw.default_remote() + \";pcw-group=" .. own[1] .. "\").")
end
