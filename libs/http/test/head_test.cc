#include "sky/http/head.h"

#include <catch2/catch.hpp>
#include <string>

#include "sky/base/ascii.h"

using namespace sky;
using namespace sky::http;

namespace {

Result<Head> parse(std::string_view text, HeadLimits limits = {}) {
    HeadParser parser(limits);
    for (const auto line : ascii::split(text, '\n')) {
        const auto ended = parser.line(line);
        if (!ended) return forward(ended);
        if (*ended) return parser.finish();
    }
    return unexpected(Fault::internal, "the test's head has no end");
}

Head good(std::string_view text) {
    auto head = parse(text);
    INFO(text);
    if (!head) FAIL(head.error().reason);
    return std::move(*head);
}

}  // namespace

TEST_CASE("a request's head is read", "[http][rfc9112:3]") {
    const auto head = good("PROPFIND /dav/J%C3%BCrgen/?a=b%20c HTTP/1.1\nHost: dav.test:2443\nDEPTH:  1 \nContent-Length: 12\n\n");
    CHECK(head.request.method == "PROPFIND");
    CHECK(head.request.path == "/dav/J\xC3\xBCrgen/");
    CHECK(head.request.query == "a=b%20c");
    CHECK(query_parameter(head.request.query, "a") == "b c");
    CHECK(head.request.headers.get("depth") == "1");
    CHECK(head.framing == Framing::length);
    CHECK(head.length == 12);
    CHECK(head.keep_alive);
    CHECK(good("GET http://a.test?x HTTP/1.1\nHost: b\n\n").request.path == "/");
    CHECK(good("GET http://a.test/y HTTP/1.1\nHost: b\n\n").request.headers.get("host") == "a.test");
    CHECK(good("OPTIONS * HTTP/1.1\nHost: a\n\n").request.path == "*");
    CHECK_FALSE(good("GET / HTTP/1.0\n\n").keep_alive);
    CHECK(good("GET / HTTP/1.0\nConnection: x, Keep-Alive\n\n").keep_alive);
    CHECK_FALSE(good("GET / HTTP/1.1\nHost: a\nConnection: close\n\n").keep_alive);
    CHECK(good("PUT / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 1\n\n").expects_continue);
}

TEST_CASE("a body has one length or the request is refused", "[http][rfc9112:6.3]") {
    const auto refused = [](const std::string& fields) { return !parse("POST / HTTP/1.1\nHost: a\n" + fields + "\n\n"); };
    CHECK(refused("Content-Length: 4\nTransfer-Encoding: chunked"));
    CHECK(refused("Content-Length: 4\nContent-Length: 4"));
    CHECK(refused("Content-Length: 4, 4"));
    CHECK(refused("Content-Length: +4"));
    CHECK(refused("Content-Length: 0x4"));
    CHECK(refused("Content-Length:"));
    CHECK(refused("Content-Length: 99999999999999999999"));
    CHECK(refused("Transfer-Encoding: chunked\nTransfer-Encoding: chunked"));
    CHECK(refused("Transfer-Encoding: gzip, chunked"));
    CHECK(refused("Transfer-Encoding: xchunked"));
    CHECK_FALSE(refused("Transfer-Encoding: CHUNKED"));
    CHECK_FALSE(parse("POST / HTTP/1.0\nTransfer-Encoding: chunked\n\n"));
}

TEST_CASE("what others read in two ways is refused", "[http][rfc9112:11.2]") {
    for (const char* head : {"GET  / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1 \nHost: a\n\n", "GET /\nHost: a\n\n",
                             "G@T / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\nHost : a\n\n", "GET / HTTP/1.1\nHost: a\n folded\n\n",
                             "GET / HTTP/1.1\n\n", "GET / HTTP/1.1\nHost: a\nHost: a\n\n", "GET / HTTP/1.1\nHost: a b\n\n",
                             "GET / HTTP/1.1\nHost: a\nX: \x01\n\n", "GET / HTTP/1.1\nHost: a\nnocolon\n\n",
                             "GET / HTTP/1.1\nHost: a\n: x\n\n", "GET / HTTP/2.0\nHost: a\n\n", "GET / http/1.1\nHost: a\n\n",
                             "GET a HTTP/1.1\nHost: a\n\n", "GET /a#b HTTP/1.1\nHost: a\n\n", "GET http:///x HTTP/1.1\nHost: a\n\n"}) {
        INFO(head);
        CHECK_FALSE(parse(head));
    }
    CHECK(parse("GET / HTTP/2.0\nHost: a\n\n").error().fault == Fault::unsupported);
}

TEST_CASE("paths are decoded once and stay inside their root", "[http][rfc3986:2.1]") {
    CHECK(decode_path("/a%20b/c").value() == "/a b/c");
    CHECK(decode_path("/%252e%252e/x").value() == "/%2e%2e/x");
    CHECK(decode_path("//x/").value() == "//x/");
    for (const char* bad : {"", "a", "/..", "/a/../b", "/%2e%2e/x", "/.%2E", "/./x", "/a%2fb", "/a%5cb", "/a%00b", "/a%0ab", "/%", "/%4",
                            "/%zz", "/%ff", "/a\\b"}) {
        INFO(bad);
        CHECK_FALSE(decode_path(bad));
    }
}

TEST_CASE("heads are bounded in octets and in fields", "[http]") {
    std::string many = "GET / HTTP/1.1\nHost: a\n";
    for (int i = 0; i < 100; ++i) many += "X: y\n";
    CHECK(parse(many + "\n").error().fault == Fault::too_large);
    CHECK(parse("GET / HTTP/1.1\nHost: a\nX: " + std::string(40'000, 'x') + "\n\n").error().fault == Fault::too_large);
    CHECK(parse("GET /" + std::string(40'000, 'x') + " HTTP/1.1\nHost: a\n\n").error().fault == Fault::too_large);
    CHECK(parse(std::string(40'000, '\n')).error().fault == Fault::too_large);
}

TEST_CASE("chunk sizes are plain hexadecimal", "[http][rfc9112:7.1]") {
    CHECK(parse_chunk_size("1a").value() == 26);
    CHECK(parse_chunk_size("0;x=\"y\"").value() == 0);
    CHECK(parse_chunk_size("FFFFFFFFFFFFFFF").value() == 0xfffffffffffffff);
    for (const char* bad : {"", "x", "0x1", "-1", " 1", "1 ", "1\x0b", "1 ;x", "FFFFFFFFFFFFFFFF", "00000000000000001", ";x", "1;\x01"})
        CHECK_FALSE(parse_chunk_size(bad));
}

TEST_CASE("dates and headers are safe to send", "[http][rfc9110:5.6.7]") {
    CHECK(http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    Headers headers;
    headers.add("Location", "/x\r\nSet-Cookie: a=b");
    CHECK(headers.all().empty());
    CHECK(percent_encode_path("/a b/\xC3\xBC%") == "/a%20b/%C3%BC%25");
}
