-- What the log says of a call. Its session is the first field of every request of Spark Connect, read
-- from the first bytes as they pass: a filter that wants the whole message would hold 100 MB of it.

local HEAD = 128

function envoy_on_request(handle)
  local seen = ""
  for chunk in handle:bodyChunks() do
    if #seen < HEAD then
      seen = seen .. tostring(chunk:getBytes(0, math.min(chunk:length(), HEAD)))
      -- gRPC: a flag and four bytes of length; protobuf: field 1, of text, and its length.
      local session = seen:match("^%z....\n%$(%x+%-%x+%-%x+%-%x+%-%x+)")
      if session and #session == 36 then
        handle:streamInfo():dynamicMetadata():set("pcw", "session", session)
        seen = seen .. string.rep("\0", HEAD)
      end
    end
  end
end

-- gRPC's status, before the filter for grpc-web makes it a part of the body. Nothing is held up.
function envoy_on_response(handle)
  local status = handle:headers():get("grpc-status")
  if not status then
    local trailers = handle:trailers()
    status = trailers and trailers:get("grpc-status")
  end
  if status then handle:streamInfo():dynamicMetadata():set("pcw", "grpc", tonumber(status)) end
end
