#include "sky/settings/settings.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "sky/settings/common.h"

using namespace sky::settings;

namespace {

constexpr Row rows[] = {
    common::threads,
    common::log_level,
    common::trusted_proxies,
    {"MESSAGE_SIZE", Kind::bytes, "50M", "Largest message.", 1024, 1 << 30},
    {"IDLE_TIME", Kind::duration, "30m", "Idle sessions end after this.", 1000, 86'400'000},
    {"GREETING", Kind::text, "", "Said first."},
    {"KEY", Kind::secret, "", "A secret."},
    {"CERT", Kind::file, "", "A file."},
    {"STRICT", Kind::choice, "on", "A switch.", 0, 0, "on|off"},
};

std::string refusal(const Environment& environment) {
    const auto settings = Settings::load("imap", rows, environment);
    REQUIRE_FALSE(settings);
    return settings.error().text;
}

struct TemporaryFile {
    char name[64] = "/tmp/sky-settings-XXXXXX";
    explicit TemporaryFile(const char* content) {
        close(mkstemp(name));
        std::ofstream(name) << content;
    }
    ~TemporaryFile() { unlink(name); }
};

}  // namespace

TEST_CASE("settings have their defaults, and the environment wins", "[settings]") {
    const auto plain = Settings::load("imap", rows, {{"PATH", "/bin"}, {"SKYBRIDGE_SMTP_NONSENSE", "1"}});
    REQUIRE(plain);
    CHECK(plain->number("THREADS") == 1);
    CHECK(plain->number("MESSAGE_SIZE") == 50 * 1024 * 1024);
    CHECK(plain->duration("IDLE_TIME") == std::chrono::minutes(30));
    CHECK(plain->seconds("IDLE_TIME") == std::chrono::seconds(1800));
    CHECK(plain->text("GREETING").empty());
    CHECK_FALSE(plain->is_set("GREETING"));
    CHECK(plain->flag("STRICT"));
    CHECK(plain->list("TRUSTED_PROXIES").empty());
    const auto set = Settings::load("imap", rows,
                                    {{"SKYBRIDGE_IMAP_THREADS", "4"},
                                     {"SKYBRIDGE_IMAP_MESSAGE_SIZE", "64k"},
                                     {"SKYBRIDGE_IMAP_IDLE_TIME", "2h"},
                                     {"SKYBRIDGE_IMAP_GREETING", "hallo"},
                                     {"SKYBRIDGE_IMAP_STRICT", "off"},
                                     {"SKYBRIDGE_IMAP_TRUSTED_PROXIES", "10.0.0.0/8, ::1,"}});
    REQUIRE(set);
    CHECK(set->number("THREADS") == 4);
    CHECK(set->number("MESSAGE_SIZE") == 65536);
    CHECK(set->duration("IDLE_TIME") == std::chrono::hours(2));
    CHECK(set->text("GREETING") == "hallo");
    CHECK_FALSE(set->flag("STRICT"));
    CHECK(set->list("TRUSTED_PROXIES") == std::vector<std::string>{"10.0.0.0/8", "::1"});
}

TEST_CASE("an unknown key stops the start and names the nearest", "[settings]") {
    CHECK(refusal({{"SKYBRIDGE_IMAP_MESAGE_SIZE", "1M"}}) ==
          "SKYBRIDGE_IMAP_MESAGE_SIZE is not a setting; did you mean SKYBRIDGE_IMAP_MESSAGE_SIZE?");
    CHECK(refusal({{"SKYBRIDGE_IMAP_KEZ_FILE", "x"}}).find("SKYBRIDGE_IMAP_KEY_FILE?") != std::string::npos);
    CHECK(refusal({{"SKYBRIDGE_IMAP_QUITE_ANOTHER_THING", "1"}}) == "SKYBRIDGE_IMAP_QUITE_ANOTHER_THING is not a setting");
}

TEST_CASE("a value out of bounds stops the start and names the key and its bounds", "[settings]") {
    CHECK(refusal({{"SKYBRIDGE_IMAP_THREADS", "0"}}) == "SKYBRIDGE_IMAP_THREADS must be within 1 and 256 (it is \"0\")");
    CHECK(refusal({{"SKYBRIDGE_IMAP_MESSAGE_SIZE", "2G"}}).find("within 1K and 1G") != std::string::npos);
    for (const char* bad : {"-1", "1.5", "many", "99999999999999999999"})
        CHECK(refusal({{"SKYBRIDGE_IMAP_THREADS", bad}}).find("THREADS") != std::string::npos);
    for (const char* bad : {"30", "5 m", "m", "30x", "9999999999999d"})
        CHECK(refusal({{"SKYBRIDGE_IMAP_IDLE_TIME", bad}}).find("IDLE_TIME") != std::string::npos);
    CHECK(refusal({{"SKYBRIDGE_IMAP_LOG_LEVEL", "loud"}}).find("debug|info|warning|error") != std::string::npos);
    CHECK(refusal({{"SKYBRIDGE_IMAP_CERT", "/nowhere/cert.pem"}}).find("SKYBRIDGE_IMAP_CERT") != std::string::npos);
}

TEST_CASE("a required setting is asked for by its name", "[settings]") {
    constexpr Row required[] = {common::pg_dsn};
    const auto missing = Settings::load("imap", required, {});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().text.starts_with("SKYBRIDGE_IMAP_PG_DSN must be set"));
}

TEST_CASE("any setting can come from a file, without its last line end", "[settings]") {
    const TemporaryFile file("s3cret\n");
    const auto settings = Settings::load("imap", rows, {{"SKYBRIDGE_IMAP_KEY_FILE", file.name}});
    REQUIRE(settings);
    CHECK(settings->text("KEY") == "s3cret");
    CHECK(refusal({{"SKYBRIDGE_IMAP_KEY_FILE", "/nowhere/key"}}).find("SKYBRIDGE_IMAP_KEY_FILE") != std::string::npos);
    CHECK(refusal({{"SKYBRIDGE_IMAP_KEY_FILE", file.name}, {"SKYBRIDGE_IMAP_KEY", "x"}}).find("both set") != std::string::npos);
}

TEST_CASE("help and the table for programs come from the rows", "[settings]") {
    const auto help = help_text("imap", "IMAP gateway.", rows);
    CHECK(help.find("SKYBRIDGE_IMAP_IDLE_TIME\n      Idle sessions end after this.\n      duration, 1s to 1d; default: 30m\n") !=
          std::string::npos);
    const auto json = rows_json("imap", rows);
    CHECK(
        json.find(
            R"({"key":"MESSAGE_SIZE","name":"SKYBRIDGE_IMAP_MESSAGE_SIZE","kind":"bytes","default":"50M","bounds":"1K to 1G","required":false,"sentence":"Largest message."})") !=
        std::string::npos);
    const char* arguments[] = {"imap", "--nonsense"};
    CHECK(start("imap", "IMAP gateway.", rows, 2, arguments).exit_code == 2);
}
