-- First of all filters before Spark's pages: nobody outside says who he is, and nobody changes a thing.

function envoy_on_request(handle)
  local headers = handle:headers()
  local ours = {}
  for name in pairs(headers) do
    if name:sub(1, 6) == "x-pcw-" then ours[#ours + 1] = name end
  end
  for _, name in ipairs(ours) do headers:remove(name) end
  local method = headers:get(":method")
  if method ~= "GET" and method ~= "HEAD" then
    handle:respond(
      { [":status"] = "405", ["allow"] = "GET, HEAD", ["content-type"] = "text/plain; charset=utf-8" },
      "Spark's pages can be looked at, and no more.\n"
    )
  end
end
