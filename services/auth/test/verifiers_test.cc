#include "auth/sign_in/verifiers.h"

#include <sodium.h>

#include <catch2/catch.hpp>

using namespace sky;
using namespace sky::auth;

namespace {
struct Vector {
    const char* made_by;
    const char* text;
    const char* password = "correct horse";
};
const Vector vectors[] = {
    {"dovecot", "{SHA512-CRYPT}$6$3w2gJV8eTuClCMpl$1RhItl1CY1EgC.n4gnBNpJtgkaawNYz6UImiirameNrV6Z6q2jN/sJvD0fPEZEUmNvRgZjicFu7thG.0mpL7s."},
    {"openssl passwd -6", "$6$abcdefgh$yIZAF3gQPvtKZO/9qOJKffAKKbtS3ef3qmwyugk4uWVjX8YZf/GV3A8SkFxEPY0T56CcilGrHKLffBsp6dLMG."},
    {"libc", "{CRYPT}$6$rounds=10000$saltsalt$EMCAJaVdD8QpgIn1w2Sq1C8/BIypyMaemdjCDgDu8NxiKn5cVOzQe8ZMNovWPPitzBG6NZOSXfpu45VIxD1OF0"},
    {"dovecot", "{BLF-CRYPT}$2y$05$rN/gkBxWGTH7Gq6RPCQi8.PGsnoybO62KcJ0WEdQCMQtkVkIdaSUW"},
    {"libc", "$2a$04$abcdefghijklmnopqrstuujydOTSfIH/d5oUHpsygqV5X9xJLQc6e"},
    {"dovecot", "{SSHA}LkBUiFVeUS4qZtoFy3Pu+CGh6p0UTl/F"},
    {"openldap", "{SSHA}4/tOcRTMK8hQ2WEp6/79jddqLy5wTq/n"},
    {"dovecot", "{SSHA256}31KcosaWRQBXcpxJWy3oEvNP9kloC1IZm3tMz4w99rRfrS5B"},
    {"python", "{SSHA256}YflVcOMs6k7tbGkQbQNVn6/ehAnUAVltiLPKHBWGi2tzYWx0c2FsdA=="},
    {"dovecot", "{SSHA512}SXiTShMA15E6m1SQ3GsW5BNWTaY8k1Hxuxe/NP0pfS5KXL4G5O5TaNP00B+MSMifb4g8EypXizCxm9jJ/ilRI2/Xk1Y="},
    {"dovecot", "{PBKDF2}$1$R9Ja84VJDsKRorno$5000$e865ad0f9a009a0b51c95a9aef049f2e17797a3e"},
    {"python", "$pbkdf2-sha256$29000$MDEyMzQ1Njc4OWFiY2RlZg$uHVoxjLD1v3uqpdY8ehNPGUYMiKj8ROQSRwMSE033NY"},
    {"python",
     "$pbkdf2-sha512$29000$MDEyMzQ1Njc4OWFiY2RlZg$SSH4tYdnj40UcN3bNwqYRgw7G3muMxydEPt9.o3n1Hn6fy1wwD4CGySBD8KHAERUSAhpIilxI7ToAO4cbOdCZA"},
    {"python", "$pbkdf2$29000$MDEyMzQ1Njc4OWFiY2RlZg$fHQnFpU5qQMn.Y2o5p6qxoMD.2w"},
    {"dovecot", "{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$etFtqbqh86ClGr30uhAaoQ$6DjUAwWcCe66YH1IbXKQX9hBA1DQu86f7OOwlzLuveU"},
    {"dovecot", "{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$WtUNbWO2gYlsmyvjypAiEQ$JqJKoTPrzBGLqHDPPWr1dEdr7i5XdyyYAszfitEKKtM"},
    {"argon2's own", "$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG", "password"},
};
}  // namespace

TEST_CASE("hashes that other systems made prove their password and no other", "[auth][rfc2307:5.3][rfc8018:5.2][rfc9106:3.1]") {
    REQUIRE(sodium_init() >= 0);
    for (const auto& vector : vectors) {
        INFO(vector.made_by << ": " << vector.text);
        const auto stored = import_verifier(vector.text);
        REQUIRE(stored);
        CHECK((stored->front() == '$' || stored->front() == '{'));
        CHECK(proves(*stored, vector.password));
        CHECK_FALSE(proves(*stored, std::string(vector.password) + "s"));
        CHECK_FALSE(proves(*stored, ""));
        CHECK_FALSE(is_up_to_date(*stored, {.operations = 4, .memory = std::size_t{64} << 20}));
    }
}

TEST_CASE("a hash that is none, or that would cost too much, is refused when it is brought", "[auth]") {
    const std::string hash86(86, 'a'), hash53(53, 'a');
    for (const std::string& bad : {std::string(),
                                   std::string("correct horse"),
                                   std::string("{PLAIN}correct horse"),
                                   std::string("$1$salt$hash"),
                                   std::string("{MD5}rL0Y20zC+Fzt72VPzMSk2A=="),
                                   "$6$salt$" + hash86.substr(1),
                                   "$6$rounds=999$salt$" + hash86,
                                   "$6$rounds=999999999$salt$" + hash86,
                                   "$6$rounds=-1$salt$" + hash86,
                                   "$6$salt:x$" + hash86,
                                   "$6$s\nalt$" + hash86,
                                   "$2b$15$" + hash53,
                                   "$2b$31$" + hash53,
                                   "$2b$03$" + hash53,
                                   "$2x$10$" + hash53,
                                   "$2b$10$" + hash53 + "a",
                                   std::string("{SSHA}"),
                                   std::string("{SSHA}!!!!"),
                                   std::string("{SSHA}AAAA"),
                                   std::string("{SSHA384}LkBUiFVeUS4qZtoFy3Pu+CGh6p0UTl/F"),
                                   std::string("{PBKDF2}$1$salt$0$eea55bb73edfcebda120ce88c5bec0d56f6053e6"),
                                   std::string("{PBKDF2}$1$salt$99999999$eea55bb73edfcebda120ce88c5bec0d56f6053e6"),
                                   std::string("{PBKDF2}$1$salt$5000$ee"),
                                   std::string("$pbkdf2-sha256$29000$MDEy$"),
                                   std::string("$pbkdf2-md5$29000$MDEy$MDEy"),
                                   std::string("$argon2id$v=19$m=4194304,t=1,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub"),
                                   std::string("$argon2id$v=19$m=65536,t=4294967295,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub"),
                                   std::string("$argon2id$v=16$m=65536,t=2,p=1$c29tZXNhbHQ$RdescudvJCsgt3ub"),
                                   std::string("$argon2id$")}) {
        INFO(bad);
        const auto refused = import_verifier(bad);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().fault == Fault::syntax);
        CHECK_FALSE(proves("{X}" + bad, "correct horse"));
    }
}

TEST_CASE("our own hashes are up to date until the cost rises", "[auth]") {
    const std::string ours = "$argon2id$v=19$m=65536,t=2,p=1$etFtqbqh86ClGr30uhAaoQ$6DjUAwWcCe66YH1IbXKQX9hBA1DQu86f7OOwlzLuveU";
    CHECK(is_up_to_date(ours, {.operations = 2, .memory = std::size_t{64} << 20}));
    CHECK(is_up_to_date(ours, {.operations = 1, .memory = 8192}));
    CHECK_FALSE(is_up_to_date(ours, {.operations = 3, .memory = std::size_t{64} << 20}));
    CHECK_FALSE(is_up_to_date(ours, {.operations = 2, .memory = std::size_t{128} << 20}));
}
