-- wrk's side. Arguments: what (r1 …), county, stations, townships, residents per station, secret,
-- number, period, seed. Every request names another station's token and another row at random.
-- Or: what is "one", then a token and a path, and every request is that one.
local what, first, stations, townships, residents, secret, number, period, one
local heads, tails, made = {}, {}, 0

local paths = {
    r1 = function(s, k) return "/api/v1/station/residents/" .. resident(s, k) end,
    r2 = function(s) return page(s) end,
    seven = function(s)
        return page(s) .. "&fields=no,person,category,urgency,content,received_at,due_finish_at"
    end,
    r3 = function() return "/api/v1/station/requests" end,
    r4 = function() return "/api/v1/reports/SM-01?period=" .. period end,
    r5 = function(s, k) return "/api/v1/reads/residents/" .. resident(s, k) end,
    card = function(s, k) return "/api/v1/elderly/residents/" .. resident(s, k) .. "/card" end,
}

function resident(s, k)
    return "00000000-0000-7001-8000-" .. string.format("%.0f", number + k * stations + s)
end

function page(s)
    return "/api/v1/station/requests?org.eq=00000000-0000-7003-8000-"
        .. string.format("%.0f", number + s) .. "&open.eq=true&limit=20"
end

function init(args)
    if args[1] == "one" then
        one = "GET " .. args[3] .. " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " .. args[2]
            .. "\r\n\r\n"
        return
    end
    what, secret, period = args[1], args[6], args[8]
    first, stations, townships = tonumber(args[2]), tonumber(args[3]), tonumber(args[4])
    residents, number, seed = tonumber(args[5]), tonumber(args[7]), tonumber(args[9])
    math.randomseed(seed)
    for s = 0, stations - 1 do
        local county = first + math.floor(s / townships)
        heads[s] = " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer wl1_" .. county .. "_"
            .. secret .. (10000 + s) .. "\r\n"
    end
end

function request()
    if one then return one end
    local s, k = math.random(0, stations - 1), math.random(0, residents - 1)
    if what ~= "r3" then
        return "GET " .. paths[what](s, k) .. heads[s] .. "\r\n"
    end
    made = made + 1
    local body = '{"channel":"PHONE","person":"' .. resident(s, k) .. '",'
        .. '"caller_phone":"13812345678","category":"MEAL","domain":"E","urgency":"U3",'
        .. '"content":"老人来电要求上门帮助，联系邻居后再去，门口有台阶。"}'
    return "POST " .. paths.r3() .. heads[s] .. "Idempotency-Key: wrk-" .. seed .. "-" .. made
        .. "\r\nContent-Type: application/json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency)
    local e = summary.errors
    print(string.format(
        '{"requests":%d,"us":%d,"p50_ms":%.3f,"p90_ms":%.3f,"p99_ms":%.3f,'
            .. '"errors":%d,"refused":%d}',
        summary.requests, summary.duration, latency:percentile(50) / 1000,
        latency:percentile(90) / 1000, latency:percentile(99) / 1000,
        e.connect + e.read + e.write + e.timeout, e.status))
end
