#include "sky/zone/compare.h"

#include <algorithm>
#include <catch2/catch.hpp>

#include "facts.h"

using namespace sky::zone;

namespace {
std::vector<Live> as_expected(const std::vector<Record>& records) {
    std::vector<Live> out;
    for (const auto& question : questions(records)) {
        out.push_back({question, {}, {}});
        for (const auto& record : records)
            if (question == Question{record.owner, record.type}) out.back().values.push_back(record.value);
    }
    return out;
}

std::vector<Record> all() { return expected_records(testing::installation(), testing::domain()); }

// Each row that is not ok, as "mark owner type".
std::string findings(const std::vector<Difference>& rows) {
    std::string out;
    for (const auto& row : rows)
        if (row.mark != Mark::ok)
            out += std::string(out.empty() ? "" : ", ") + std::string(mark_name(row.mark)) + " " + row.expected.owner + " " +
                   row.expected.type;
    return out;
}

// One expected TXT against what stands there.
std::string against(const std::string& expected, std::vector<std::string> live, const std::string& type = "TXT") {
    const std::vector<Record> records{{"x.test", type, 60, expected, "why.", Severity::must}};
    return findings(compare(records, {{{"x.test", type}, std::move(live), {}}}));
}
}  // namespace

TEST_CASE("a right zone has no findings; each record that is gone or wrong is found", "[zone]") {
    const auto records = all();
    const auto right = as_expected(records);
    CHECK(findings(compare(records, right)).empty());
    CHECK(is_sound(compare(records, right)));
    for (std::size_t i = 0; i < right.size(); ++i) {
        CAPTURE(right[i].question.owner, right[i].question.type);
        const std::string name = right[i].question.owner + " " + right[i].question.type;
        auto gone = right;
        gone[i].values.pop_back();
        const auto without = compare(records, gone);
        CHECK(findings(without) == "missing " + name);
        const auto row = std::ranges::find(without, Mark::missing, &Difference::mark);
        CHECK(is_sound(without) == (row->expected.severity != Severity::must));
        auto wrong = right;
        auto& value = wrong[i].values.back();
        if (right[i].question.type == "CAA")
            value = "0 issue \"other.example\"";
        else if (value.starts_with("v="))
            value = value.substr(0, value.find_first_of("; ")) + "; other=thing";
        else if (value.starts_with("path="))
            value += "x";
        else
            value += "other.";
        CHECK(findings(compare(records, wrong)) == "different " + name);
        auto silent = right;
        silent[i].failure = "SERVFAIL";
        CHECK_THAT(findings(compare(records, silent)), Catch::Contains("unknown " + name) && !Catch::Contains("missing"));
    }
}

TEST_CASE("what works alike is equal", "[zone][rfc7489:6.3][rfc6376:3.6.1][rfc7208:5]") {
    CHECK(against("10 mx.test.", {"5 MX.test."}, "MX").empty());
    CHECK(against("v=spf1 mx -all", {"v=spf1 ip4:192.0.2.0/24 +mx include:news.test ~all"}).empty());
    CHECK(against("v=spf1 mx -all", {"google-site-verification=x", "v=spf1 mx -all"}).empty());
    CHECK(against("v=DMARC1; p=none; rua=mailto:a@x.test", {"v=DMARC1;p=reject; rua=mailto:b@y.test,mailto:A@x.test!10m;pct=50"}).empty());
    CHECK(against("v=DKIM1; k=rsa; p=AbCd", {"p=Ab Cd; t=s"}).empty());
    CHECK(against("3 1 1 abcd", {"3 1 1 ABCD"}, "TLSA").empty());
}

TEST_CASE("what works otherwise is different", "[zone][rfc7208:5]") {
    const auto spf =
        GENERATE(as<std::string>{}, "v=spf1 -all", "v=spf1 mx +all", "v=spf1 mx", "v=spf1 mx ?all", "v=spf1 -mx -all", "v=spf1 amx -all");
    CAPTURE(spf);
    CHECK(against("v=spf1 mx -all", {spf}) == "different x.test TXT");
    CHECK(against("v=spf1 mx -all", {"v=spf10 mx -all"}) == "missing x.test TXT");
    CHECK(against("v=DMARC1; p=none; rua=mailto:a@x.test", {"v=DMARC1; p=none"}) == "different x.test TXT");
    CHECK(against("v=DMARC1; p=none; rua=mailto:a@x.test", {"v=DMARC1; p=maybe; rua=mailto:a@x.test"}) == "different x.test TXT");
    CHECK(against("v=DKIM1; k=ed25519; p=AbCd", {"v=DKIM1; p=AbCd"}) == "different x.test TXT");
    CHECK(against("v=DKIM1; k=rsa; p=AbCd", {"v=DKIM1; k=rsa; p="}) == "different x.test TXT");
    CHECK(against("v=DKIM1; k=rsa; p=AbCd", {"v=DKIM1; k=rsa; p=abcd"}) == "different x.test TXT");
    CHECK(against("token", {"Token"}) == "different x.test TXT");
}

TEST_CASE("what is there too much is found", "[zone][rfc7208:4.5]") {
    const std::vector<Record> records{{"x.test", "MX", 60, "10 mx.test.", "why.", Severity::must},
                                      {"x.test", "TXT", 60, "v=spf1 mx -all", "why.", Severity::must}};
    auto rows = compare(records, {{{"x.test", "MX"}, {"10 mx.test.", "20 old.test."}, {}}, {{"x.test", "TXT"}, {"v=spf1 mx -all"}, {}}});
    CHECK(findings(rows) == "extra x.test MX");
    CHECK(rows[1].live == std::vector<std::string>{"20 old.test."});
    CHECK(is_sound(rows));
    rows = compare(records, {{{"x.test", "MX"}, {"10 mx.test."}, {}}, {{"x.test", "TXT"}, {"v=spf1 mx -all", "v=spf1 -all"}, {}}});
    CHECK(findings(rows) == "extra x.test TXT");
    CHECK_FALSE(is_sound(rows));
    rows = compare(records, {{{"x.test", "MX"}, {"10 mx.test."}, {}}});
    CHECK(findings(rows) == "unknown x.test TXT");
    CHECK_FALSE(is_sound(rows));
}
