-- The session of a call, for the log: the first field of every request of Spark Connect. Read from
-- the first bytes as they pass; a filter that wants the whole message would hold 100 MB of it.

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
