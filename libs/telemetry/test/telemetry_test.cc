#include <catch2/catch.hpp>

#include "sky/telemetry/log.h"
#include "sky/telemetry/metrics.h"
#include "sky/telemetry/trace.h"

using namespace sky;

namespace {
std::string last_line;
void keep(std::string_view line) { last_line = line; }
metrics::CounterFamily commands{"test_commands_total", "Commands.", {"verb", "outcome"}};
metrics::Histogram times{"test_seconds", "Times."};
}  // namespace

TEST_CASE("a log line is one line of JSON whatever a peer sent", "[telemetry]") {
    log::set_sink(keep);
    log::start("test", log::Level::info);
    log::info("test.event", {{"peer", std::string_view("a\"b\r\n\0\x7f\xff\xc3\xbc", 10)}, {"count", 3}, {"tls", true}});
    CHECK(last_line.find(R"("service":"test","event":"test.event","peer":"a\"b\u000d\u000a\u0000\u007f\ufffd)"
                         "\xC3\xBC"
                         R"(","count":3,"tls":true})"
                         "\n") != std::string::npos);
    CHECK(std::count(last_line.begin(), last_line.end(), '\n') == 1);
    last_line.clear();
    log::debug("test.quiet");
    CHECK(last_line.empty());
    log::set_level(log::Level::debug);
    log::debug("test.loud");
    CHECK_FALSE(last_line.empty());
    log::set_sink(nullptr);
    log::set_level(log::Level::info);
}

TEST_CASE("an over-long text is cut", "[telemetry]") {
    std::string out;
    log::append_json_string(out, std::string(10'000, 'x'));
    CHECK(out.size() == 4096 + 5);
}

TEST_CASE("metrics come out in the text format", "[telemetry]") {
    commands.with({"FETCH", "ok"}).add(2);
    times.observe(0.003);
    times.observe(100);
    const auto text = metrics::expose_all();
    CHECK(text.find("# TYPE test_commands_total counter\ntest_commands_total{verb=\"FETCH\",outcome=\"ok\"} 2\n") != std::string::npos);
    CHECK(text.find("test_seconds_bucket{le=\"0.0025\"} 0\n") != std::string::npos);
    CHECK(text.find("test_seconds_bucket{le=\"0.005\"} 1\n") != std::string::npos);
    CHECK(text.find("test_seconds_bucket{le=\"+Inf\"} 2\n") != std::string::npos);
    CHECK(text.find("test_seconds_count 2\n") != std::string::npos);
    CHECK(text.find("process_resident_memory_bytes ") != std::string::npos);
}

TEST_CASE("trace parents are strict and round-trip", "[telemetry]") {
    const auto trace = Trace::start();
    CHECK(Trace::parse(trace.traceparent()) == trace);
    CHECK(trace.child().trace_id == trace.trace_id);
    CHECK(trace.child().span_id != trace.span_id);
    for (const auto* bad :
         {"", "00", "00-00000000000000000000000000000000-0123456789abcdef-01", "ff-0123456789abcdef0123456789abcdef-0123456789abcdef-01",
          "00-0123456789ABCDEF0123456789abcdef-0123456789abcdef-01", "00-0123456789abcdef0123456789abcdef-0123456789abcdef-01-x"})
        CHECK_FALSE(Trace::parse(bad));
}
