#include "sky/settings/settings.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "sky/settings/shared_rows.h"

using namespace sky;
using settings::Kind;

namespace {
constexpr settings::Row rows[] = {
    {"MESSAGE_SIZE", Kind::bytes, "50M", "Largest message.", 65536, std::int64_t{1} << 31},
    {"TIMEOUT", Kind::duration, "30s", "How long.", 1000, 60000},
    {"PASSWORD", Kind::secret, "", "A secret."},
    {"NETWORKS", Kind::list, "", "Networks."},
    settings::shared::log_level,
};
Result<settings::Settings> load(const settings::Environment& environment) { return settings::Settings::load("imap", rows, environment); }
std::string refusal(const settings::Environment& environment) {
    const auto loaded = load(environment);
    REQUIRE_FALSE(loaded);
    return loaded.error().text;
}
}  // namespace

TEST_CASE("settings have their defaults and their units", "[settings]") {
    const auto plain = load({{"PATH", "/bin"}, {"SKYBRIDGE_SMTP_ODD", "1"}}).value();
    CHECK(plain.number("MESSAGE_SIZE") == 50 << 20);
    CHECK(plain.duration("TIMEOUT") == std::chrono::seconds(30));
    CHECK_FALSE(plain.is_set("PASSWORD"));
    const auto set =
        load({{"SKYBRIDGE_IMAP_MESSAGE_SIZE", "1G"}, {"SKYBRIDGE_IMAP_TIMEOUT", "1500ms"}, {"SKYBRIDGE_IMAP_NETWORKS", " a, b,,"}}).value();
    CHECK(set.number("MESSAGE_SIZE") == std::int64_t{1} << 30);
    CHECK(set.duration("TIMEOUT") == std::chrono::milliseconds(1500));
    CHECK(set.list("NETWORKS") == std::vector<std::string>{"a", "b"});
}

TEST_CASE("an unknown setting stops the start and names the nearest known one", "[settings]") {
    CHECK(refusal({{"SKYBRIDGE_IMAP_MESAGE_SIZE", "1M"}}) ==
          "SKYBRIDGE_IMAP_MESAGE_SIZE is not a setting of imap; did you mean SKYBRIDGE_IMAP_MESSAGE_SIZE?");
    CHECK(refusal({{"SKYBRIDGE_IMAP_ZEBRA_CROSSINGS", "1"}}) == "SKYBRIDGE_IMAP_ZEBRA_CROSSINGS is not a setting of imap");
}

TEST_CASE("a value out of bounds stops the start and says what is allowed", "[settings]") {
    CHECK(refusal({{"SKYBRIDGE_IMAP_TIMEOUT", "0s"}}).find("between 1000 and 60000 milliseconds") != std::string::npos);
    CHECK(refusal({{"SKYBRIDGE_IMAP_TIMEOUT", "soon"}}).find("30s") != std::string::npos);
    CHECK(refusal({{"SKYBRIDGE_IMAP_MESSAGE_SIZE", "-1"}}).find("SKYBRIDGE_IMAP_MESSAGE_SIZE") != std::string::npos);
    CHECK(refusal({{"SKYBRIDGE_IMAP_LOG_LEVEL", "loud"}}).find("debug|info|warning|error") != std::string::npos);
}

TEST_CASE("every setting can come from a file, and not from both", "[settings]") {
    const std::string path = "/tmp/sky-settings-" + std::to_string(::getpid());
    std::ofstream(path) << "s3cret\n";
    CHECK(load({{"SKYBRIDGE_IMAP_PASSWORD_FILE", path}}).value().text("PASSWORD") == "s3cret");
    CHECK(refusal({{"SKYBRIDGE_IMAP_PASSWORD_FILE", path}, {"SKYBRIDGE_IMAP_PASSWORD", "x"}}).find("twice") != std::string::npos);
    ::unlink(path.c_str());
    CHECK(refusal({{"SKYBRIDGE_IMAP_PASSWORD_FILE", path}}).find("cannot be read") != std::string::npos);
}

TEST_CASE("the table tells help and JSON", "[settings]") {
    CHECK(settings::help_text("imap", "IMAP.", rows).find("SKYBRIDGE_IMAP_MESSAGE_SIZE  (bytes, default 50M)") != std::string::npos);
    CHECK(settings::rows_json("imap", rows).find(R"("key": "TIMEOUT", "environment": "SKYBRIDGE_IMAP_TIMEOUT")") != std::string::npos);
}
