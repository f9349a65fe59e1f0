// What proves who one is, besides a password that was set here: imported hashes, app passwords, second factors; and the rules of new ones.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "auth/sign_in/second_factor.h"
#include "house.h"
#include "skybridge/admin/v1/app_passwords.pb.h"
#include "skybridge/admin/v1/second_factors.pb.h"
#include "skybridge/admin/v1/tokens.pb.h"

using namespace house;

namespace {
struct Office {
    House house;
    explicit Office(const std::map<std::string, std::string>& settings = {}) : house(Redis::none, settings) {
        house.tenant("one", "one.test");
        house.mailbox("ada@one.test");
    }
    template <class Set>
    void tenant(Set set) {
        admin_v1::ChangeTenantRequest request;
        request.set_name("one");
        set(request);
        house.operate<admin_v1::Tenant>(request).value();
    }
    std::string token(const std::string& address) {
        admin_v1::AddTokenRequest request;
        request.set_address(address);
        return house.operate<admin_v1::NewToken>(request).value().secret();
    }
    Result<admin_v1::Mailbox> set(const std::string& address, const std::string& password) {
        admin_v1::SetPasswordRequest request;
        request.set_address(address);
        request.set_password(password);
        return house.operate<admin_v1::Mailbox>(request);
    }
    Result<admin_v1::Mailbox> imported(const std::string& address, const std::string& hash) {
        admin_v1::AddMailboxRequest request;
        request.set_address(address);
        request.set_password_hash(hash);
        return house.operate<admin_v1::Mailbox>(request);
    }
    Result<admin_v1::NewAppPassword> app(const std::string& address, const std::string& protocols = {}, const std::string& network = {},
                                         std::int64_t expires = 0) {
        admin_v1::AddAppPasswordRequest request;
        request.set_address(address);
        request.set_label("phone");
        request.set_protocols(protocols);
        if (!network.empty()) request.add_networks(network);
        request.set_expires(expires);
        return house.operate<admin_v1::NewAppPassword>(request);
    }
    auth::Answer ask(const std::string& protocol, const std::string& password, const std::string& code = {},
                     const std::string& from = "192.0.2.1") {
        return house.run(house.here().sign_in().ask({.username = "ada@one.test",
                                                     .password = password,
                                                     .protocol = protocol,
                                                     .remote_address = from,
                                                     .tls = true,
                                                     .one_time_code = code},
                                                    after(10s)));
    }
    std::string stored() { return house.database.sql("select string_agg(verifier, ' ') from directory.credential"); }
};

std::string code_at(const std::string& secret_base32, int steps) {
    std::string octets;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : secret_base32) {
        bits = bits << 5 | static_cast<std::uint32_t>(c >= 'A' ? c - 'A' : c - '2' + 26);
        if ((held += 5) >= 8) octets += static_cast<char>(bits >> (held -= 8));
    }
    return auth::totp(octets, auth::totp_step_at(std::chrono::system_clock::now()) + steps);
}
}  // namespace

TEST_CASE("an imported hash lets its owner in, and is replaced by ours then", "[auth][rfc2307:5.3]") {
    Office office;
    // Of "correct horse", with the salt "salt".
    office.imported("eve@one.test", "{SSHA}LhKrkM9Fy+zlstjdD7Kv2s6QvhBzYWx0").value();
    CHECK(office.stored().find("{SSHA}") != std::string::npos);
    CHECK_FALSE(office.house.sign_in("eve@one.test", "another horse").proved);
    CHECK(office.stored().find("{SSHA}") != std::string::npos);
    CHECK(office.house.sign_in("eve@one.test", "correct horse").proved);
    CHECK(office.stored().find("{SSHA}") == std::string::npos);
    CHECK(office.house.sign_in("eve@one.test", "correct horse", "192.0.2.9").proved);
    CHECK(office.imported("mallory@one.test", "{PLAIN}secret").error().fault == Fault::syntax);
}

TEST_CASE("SCRAM verifiers come with the next sign-in when the tenant wants them, and go when it does not", "[auth][rfc5802:5.1]") {
    Office office;
    const auto kept = [&] { return office.house.database.sql("select count(scram_sha256) + count(scram_sha1) from directory.credential"); };
    CHECK(kept() == "0");
    office.tenant([](auto& request) { request.set_scram_for_main(true); });
    CHECK(office.house.sign_in("ada@one.test", "correct horse").proved);
    CHECK(kept() == "2");
    office.tenant([](auto& request) { request.set_scram_for_main(false); });
    CHECK(kept() == "0");
    CHECK(office.house.sign_in("ada@one.test", "correct horse").proved);
}

TEST_CASE("nobody chooses a stolen password, one of their own name, or one of before", "[auth]") {
    const std::string list = std::filesystem::temp_directory_path() / ("breached-" + std::to_string(getpid()));
    std::ofstream(list) << "password1234\nletmein12345\n";
    Office office({{"BREACHED_PASSWORDS", list}});
    std::filesystem::remove(list);
    CHECK(office.set("ada@one.test", "Password1234").error().text.find("stolen") != std::string::npos);
    CHECK(office.set("ada@one.test", "adaadaada1").error().text.find("too much like") != std::string::npos);
    office.tenant([](auto& request) { request.set_password_history(2); });
    office.set("ada@one.test", "battery staple 1").value();
    office.set("ada@one.test", "battery staple 2").value();
    for (const char* old : {"correct horse", "battery staple 1", "battery staple 2"})
        CHECK(office.set("ada@one.test", old).error().text.find("used before") != std::string::npos);
    office.set("ada@one.test", "battery staple 3").value();
    CHECK(office.set("ada@one.test", "correct horse"));
    CHECK(office.house.database.sql("select count(*) from directory.old_password") == "2");
}

TEST_CASE("an app password counts for its protocols, from its networks, until its end, and never on the web", "[auth]") {
    Office office;
    const auto any = office.app("ada@one.test").value();
    const auto phone = office.app("ada@one.test", "imap, submission", "192.0.2.0/24").value();
    const auto past = office.app("ada@one.test", "", "", 1).value();
    CHECK(any.secret().size() == 23);
    CHECK(office.ask("imap", any.secret()).proved);
    CHECK(office.ask("pop3", any.secret()).proved);
    CHECK_FALSE(office.ask("web", any.secret()).proved);
    CHECK(office.ask("imap", phone.secret()).proved);
    CHECK_FALSE(office.ask("pop3", phone.secret()).proved);
    CHECK_FALSE(office.ask("imap", phone.secret(), "", "198.51.100.1").proved);
    CHECK_FALSE(office.ask("imap", past.secret()).proved);
    CHECK(office.stored().find(any.secret()) == std::string::npos);

    admin_v1::ListAppPasswordsRequest list;
    list.set_address("ada@one.test");
    const auto listed = office.house.operate<admin_v1::ListAppPasswordsReply>(list).value();
    REQUIRE(listed.app_passwords_size() == 3);
    CHECK(listed.app_passwords(0).last_used() > 0);
    CHECK(listed.app_passwords(0).last_used_by() == "imap 192.0.2.1");
    CHECK(listed.app_passwords(2).last_used() == 0);

    admin_v1::RemoveAppPasswordRequest remove;
    remove.set_address("ada@one.test");
    remove.set_id(any.app_password().id());
    office.house.operate<admin_v1::RemoveReply>(remove).value();
    CHECK_FALSE(office.ask("imap", any.secret()).proved);
    CHECK(office.house.operate<admin_v1::RemoveReply>(remove).error().fault == Fault::not_found);
    CHECK(office.app("ada@one.test", "telepathy").error().fault == Fault::syntax);
    CHECK(office.app("ada@one.test", "", "nowhere").error().fault == Fault::syntax);
}

TEST_CASE("a second factor: the password alone opens nothing any more, and each code works once", "[auth][rfc6238:5.2]") {
    Office office;
    const auto token = office.token("ada@one.test");
    admin_v1::BeginSecondFactorRequest begin;
    begin.set_address("ada@one.test");
    CHECK(office.house.operate<admin_v1::NewSecondFactor>(begin).error().fault == Fault::forbidden);  // not even by the operator
    const auto begun = office.house.operate<admin_v1::NewSecondFactor>(begin, token).value();
    CHECK(begun.uri().starts_with("otpauth://totp/one:ada%40one.test?secret=" + begun.secret()));
    CHECK(office.ask("imap", "correct horse").proved);  // not confirmed yet

    admin_v1::ConfirmSecondFactorRequest confirm;
    confirm.set_address("ada@one.test");
    confirm.set_code("000000" == code_at(begun.secret(), 0) ? "000001" : "000000");
    CHECK(office.house.operate<admin_v1::RecoveryCodes>(confirm, token).error().fault == Fault::bad_credentials);
    confirm.set_code(code_at(begun.secret(), -1));
    const auto codes = office.house.operate<admin_v1::RecoveryCodes>(confirm, token).value();
    REQUIRE(codes.codes_size() == 10);

    CHECK(office.ask("imap", "correct horse").refusal.fault == Fault::bad_credentials);
    CHECK(office.ask("web", "correct horse").refusal.fault == Fault::not_authenticated);
    CHECK(office.ask("web", "another horse", code_at(begun.secret(), 0)).refusal.fault == Fault::bad_credentials);
    const auto code = code_at(begun.secret(), 0);
    CHECK(office.ask("web", "correct horse", code).proved);
    CHECK_FALSE(office.ask("web", "correct horse", code).proved);
    CHECK_FALSE(office.ask("web", "correct horse", confirm.code()).proved);
    CHECK(office.ask("web", "correct horse", " " + codes.codes(0)).proved);
    CHECK_FALSE(office.ask("web", "correct horse", codes.codes(0)).proved);
    CHECK(office.ask("imap", office.app("ada@one.test").value().secret()).proved);
    CHECK(office.house.operate<admin_v1::NewSecondFactor>(begin, token).error().fault == Fault::conflict);

    admin_v1::GetSecondFactorRequest get;
    get.set_address("ada@one.test");
    CHECK(office.house.operate<admin_v1::SecondFactor>(get).value().recovery_codes() == 9);
    admin_v1::RenewRecoveryCodesRequest renew;
    renew.set_address("ada@one.test");
    renew.set_code(codes.codes(1));
    CHECK(office.house.operate<admin_v1::RecoveryCodes>(renew, token).value().codes_size() == 10);
    CHECK_FALSE(office.ask("web", "correct horse", codes.codes(2)).proved);

    admin_v1::RemoveSecondFactorRequest remove;
    remove.set_address("ada@one.test");
    CHECK(office.house.operate<admin_v1::RemoveReply>(remove, token).error().fault == Fault::bad_credentials);
    CHECK(office.house.operate<admin_v1::RemoveReply>(remove).value().removed() == 1);  // an administrator, for who lost all
    CHECK(office.ask("imap", "correct horse").proved);
}

TEST_CASE("codes can't be guessed, neither at sign-in nor by the bearer of a stolen session", "[auth][rfc4226:7.3]") {
    Office office;
    const auto token = office.token("ada@one.test");
    admin_v1::BeginSecondFactorRequest begin;
    begin.set_address("ada@one.test");
    const auto begun = office.house.operate<admin_v1::NewSecondFactor>(begin, token).value();
    admin_v1::ConfirmSecondFactorRequest confirm;
    confirm.set_address("ada@one.test");
    confirm.set_code(code_at(begun.secret(), -1));
    const auto codes = office.house.operate<admin_v1::RecoveryCodes>(confirm, token).value();

    admin_v1::RemoveSecondFactorRequest remove;
    remove.set_address("ada@one.test");
    for (int i = 0; i < 10; ++i) {
        remove.set_code("guess" + std::to_string(i));
        CHECK(office.house.operate<admin_v1::RemoveReply>(remove, token).error().fault == Fault::bad_credentials);
    }
    remove.set_code(codes.codes(0));
    CHECK(office.house.operate<admin_v1::RemoveReply>(remove, token).error().fault == Fault::limit);
    // Asking for the code in between, as the web app does, forgives no guess.
    for (int i = 0; i < 10; ++i) {
        CHECK(office.ask("web", "correct horse", "guess" + std::to_string(i)).refusal.fault == Fault::bad_credentials);
        CHECK(office.ask("web", "correct horse").refusal.fault == (i < 9 ? Fault::not_authenticated : Fault::limit));
    }
    CHECK(office.ask("web", "correct horse", codes.codes(1)).refusal.fault == Fault::limit);
}

TEST_CASE("a tenant that requires second factors leaves main passwords to the web", "[auth]") {
    Office office;
    office.tenant([](auto& request) { request.set_second_factor_required(true); });
    CHECK_FALSE(office.ask("imap", "correct horse").proved);
    CHECK(office.ask("web", "correct horse").proved);
    CHECK(office.ask("imap", office.app("ada@one.test").value().secret()).proved);
}
