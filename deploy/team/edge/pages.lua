-- First of all filters before Spark's pages: they have one name, nobody outside says who he is, and
-- nobody changes a thing.

local PAGES, SITE = "${PAGES}", "${SITE}"

local function refuse(handle, status, sentence)
  handle:respond(
    { [":status"] = status, ["content-type"] = "text/plain; charset=utf-8" }, sentence .. "\n"
  )
end

function envoy_on_request(handle)
  local headers = handle:headers()
  if headers:get(":authority") ~= PAGES then
    return refuse(handle, "421", "This is " .. PAGES .. ", and no other name of it is known.")
  end
  local method = headers:get(":method")
  if method ~= "GET" and method ~= "HEAD" then
    return refuse(handle, "405", "Spark's pages can be looked at, and no more.")
  end
  local ours = {}
  for name in pairs(headers) do
    if name:sub(1, 6) == "x-pcw-" then ours[#ours + 1] = name end
  end
  for _, name in ipairs(ours) do headers:remove(name) end
  -- The login's cookies are signed for the site's own name and port.
  headers:replace(":authority", SITE)
end
