#include "auth/sign_in/sign_in.h"

#include <algorithm>

#include "auth/access/access.h"
#include "auth/address.h"
#include "auth/metrics.h"
#include "auth/oauth/scopes.h"
#include "auth/oauth/secrets.h"
#include "auth/sign_in/code_check.h"
#include "auth/store/app_passwords.h"
#include "auth/store/identities.h"
#include "auth/store/oauth_tokens.h"
#include "sky/base/ascii.h"
#include "sky/telemetry/log.h"

namespace sky::auth {
namespace {
constexpr std::size_t remembered_verdicts = 100'000;

// In a verdict's digest, in place of a stored verifier: another configuration makes older verdicts unreachable.
std::string directory_verifier(const Identity& who) { return "directory " + std::to_string(who.directory_version); }
}  // namespace

SignIn::SignIn(pg::Pool& pool, const Passwords& passwords, Attempts& attempts, const Seal& seal, Directories& directories,
               std::string secret, std::chrono::seconds verdict_life)
    : pool_(pool),
      passwords_(passwords),
      attempts_(attempts),
      seal_(seal),
      directories_(directories),
      app_proof_(seal),
      secret_(secret),
      decoy_key_(seal.derive("scram-decoy")),
      verdicts_(std::move(secret), remembered_verdicts, verdict_life) {}

std::string counted_name(std::string_view username) {
    const auto address = parse_address(username);
    return address ? address->text() : ascii::to_lower(ascii::printable(username, 320));
}

Answer SignIn::noted(const Question& question, Answer answer) {
    const std::string outcome = answer.proved ? "proved" : std::string(codes(answer.refusal.fault).name);
    const std::string address = answer.proved ? answer.proved->address : counted_name(question.username);
    const std::string protocol = ascii::printable(question.protocol, 32), mechanism = ascii::printable(question.mechanism, 32),
                      remote = ascii::printable(question.remote_address, 64);
    metrics::sign_ins.with({outcome}).add();
    log::write(answer.proved ? log::Level::info : log::Level::warning, "auth.sign_in",
               {{"outcome", outcome},
                {"address", address},
                {"protocol", protocol},
                {"mechanism", mechanism},
                {"remote", remote},
                {"reason", answer.refusal.reason},
                {"delay_ms", answer.delay.count()}});
    const auto minute = std::chrono::floor<std::chrono::minutes>(std::chrono::system_clock::now()).time_since_epoch().count();
    journal_.note({minute, address, protocol, mechanism, remote, outcome});
    return answer;
}

Task<Answer> SignIn::ask(Question question, Deadline deadline) {
    co_return noted(question, co_await decide(question, counted_name(question.username), deadline));
}

Task<Answer> SignIn::decide(const Question& question, const std::string& address, Deadline deadline) {
    // RFC 4616 §1, RFC 4954 §4: passwords in the clear only under TLS.
    if (!question.tls) co_return refuse(Fault::privacy_required, "passwords are accepted only under TLS");
    if (question.password.empty() || question.password.size() > longest_password || question.password.contains('\0'))
        co_return wrong("no possible password", std::chrono::seconds(2));

    auto found = co_await seek_identity(pool_, address, deadline);
    if (!found) co_return away(found.error());
    const std::optional<Identity>& who = found->who;
    const bool by_directory = who && who->directory_version != 0 && is_usable(Credential{}, *who, question);
    std::vector<const Credential*> mains;
    static const std::vector<Credential> none;
    for (const auto& credential : who ? who->credentials : none) {
        if (!is_usable(credential, *who, question)) continue;
        if (credential.kind == Credential::Kind::main) {
            if (who->directory_version == 0) mains.push_back(&credential);
        } else if (app_proof_.proves(who->account, credential.verifier, question.password)) {
            co_await mark_used(*who, credential, question, deadline);
            co_return admit(*who, question);
        }
    }
    // Who has a second factor answers for both, each time.
    const bool asks_code = who && who->second_factor && can_ask_for_code(question.protocol);
    std::vector<std::string> provable;
    for (const auto* main : mains) provable.push_back(main->verifier);
    if (by_directory) provable.push_back(directory_verifier(*who));
    for (const auto& verifier : provable) {
        if (asks_code || !verdicts_.proved(verdicts_.digest(who->account, question.password, verifier), std::chrono::steady_clock::now()))
            continue;
        metrics::cached_verdicts.add();
        co_return admit(*who, question);
    }

    const std::string network = network_of(question.remote_address);
    const AttemptKey key{address, network, keyed_digest(secret_, {address, network, question.password, question.one_time_code})};
    const Reservation reservation = co_await attempts_.reserve(key);
    const auto delay = delay_of(reservation.standing);
    if (is_exhausted(reservation.standing))
        co_return refuse(Fault::limit, "too many failed sign-ins, try again later", "too many failed sign-ins", delay);

    if (by_directory) co_return co_await ask_directory(*who, question, key, reservation, deadline);
    // Nobody's address at a domain whose passwords a directory proves: it is asked all the same, and while it is away nobody is told
    // "wrong password" there.
    if (found->strangers)
        if (auto looked = co_await directories_.look_for_stranger(*found->strangers, address, deadline); !looked) {
            co_await attempts_.refund(key, reservation, Refund::not_tried);
            co_return away(looked.error());
        }
    std::vector<std::string> verifiers;
    for (const auto* main : mains) verifiers.push_back(main->verifier);
    auto proved = co_await passwords_.verify(std::move(verifiers), question.password, deadline);
    if (!proved) {
        co_await attempts_.refund(key, reservation, Refund::not_tried);
        co_return away(proved.error());
    }
    if (*proved < 0) co_return wrong(who ? "wrong password" : "no such account", delay);
    if (asks_code) co_return co_await ask_code(*who, question, key, reservation, deadline);
    co_await attempts_.refund(key, reservation, Refund::proved);
    const auto stored = co_await improved(*who, *mains[static_cast<std::size_t>(*proved)], question, deadline);
    verdicts_.remember(verdicts_.digest(who->account, question.password, stored), std::chrono::steady_clock::now());
    co_return admit(*who, question);
}

Task<Answer> SignIn::ask_directory(const Identity& who, const Question& question, const AttemptKey& key, const Reservation& reservation,
                                   Deadline deadline) {
    auto verdict = co_await directories_.prove(who, question.password, deadline);
    if (!verdict) {
        co_await attempts_.refund(key, reservation, Refund::not_tried);
        co_return away(verdict.error());
    }
    const auto delay = delay_of(reservation.standing);
    if (verdict->proof == ldap::Proof::disabled) co_return refuse(Fault::forbidden, "the account is suspended", verdict->reason, delay);
    if (verdict->proof != ldap::Proof::proved) {
        // As much work as for an address that nobody has.
        auto nothing = co_await passwords_.verify({}, question.password, deadline);
        co_return nothing ? wrong(verdict->reason, delay) : away(nothing.error());
    }
    if (who.second_factor && can_ask_for_code(question.protocol)) co_return co_await ask_code(who, question, key, reservation, deadline);
    co_await attempts_.refund(key, reservation, Refund::proved);
    verdicts_.remember(verdicts_.digest(who.account, question.password, directory_verifier(who)), std::chrono::steady_clock::now());
    co_return admit(who, question);
}

Task<Answer> SignIn::ask_code(const Identity& who, const Question& question, const AttemptKey& key, const Reservation& reservation,
                              Deadline deadline) {
    if (question.one_time_code.empty()) {
        // Half of the proof forgives nothing: between two codes that are guessed, it would forgive each.
        co_await attempts_.refund(key, reservation, Refund::not_tried);
        co_return refuse(Fault::not_authenticated, "enter the code of your authenticator app", "no code");
    }
    auto right = co_await check_code(pool_, seal_, who.tenant, who.account, question.one_time_code, deadline);
    if (!right) {
        co_await attempts_.refund(key, reservation, Refund::not_tried);
        co_return away(right.error());
    }
    if (!*right)
        co_return refuse(Fault::bad_credentials, "the code is wrong or was used already", "wrong code", delay_of(reservation.standing));
    co_await attempts_.refund(key, reservation, Refund::proved);
    co_return admit(who, question);
}

Task<void> SignIn::mark_used(const Identity& who, const Credential& credential, const Question& question, Deadline deadline) {
    const auto now = std::chrono::steady_clock::now();
    const auto [marked, is_new] = marked_.try_emplace(credential.id, now);
    if (!is_new && now - marked->second < std::chrono::hours(1)) co_return;
    marked->second = now;
    if (marked_.size() > remembered_verdicts) marked_.clear();
    const std::string by = ascii::printable(question.protocol, 32) + " " + ascii::printable(question.remote_address, 64);
    if (auto done = co_await mark_app_password(pool_, who.tenant, who.account, credential.id, by, deadline); !done)
        log::warning("auth.app_password.not_marked", {{"reason", done.error().reason}});
}

Task<std::string> SignIn::improved(const Identity& who, const Credential& credential, const Question& question, Deadline deadline) {
    const bool has_scram = !credential.scram_sha256.empty();
    if (is_up_to_date(credential.verifier, passwords_.cost()) && has_scram >= who.scram_for_main) co_return credential.verifier;
    auto better = co_await passwords_.credential(question.password, who.scram_for_main ? who.scram_salt : std::string(), deadline);
    Result<bool> done = false;
    if (!better)
        done = forward(better);
    else
        done = co_await improve_verifier(pool_, who.tenant, who.account, credential.id, credential.verifier, *better, deadline);
    if (!done) log::warning("auth.verifier.not_improved", {{"address", who.address}, {"reason", done.error().reason}});
    if (!done || !*done) co_return credential.verifier;
    log::info("auth.verifier.improved", {{"address", who.address}});
    co_return better->verifier;
}

Task<Result<SignIn::Scram>> SignIn::begin_scram(const Question& question, sasl::ScramHash hash, Deadline deadline) {
    Scram out{.who = {}, .name = counted_name(question.username), .account = {}};
    auto found = co_await find_identity(pool_, out.name, deadline);
    if (!found) co_return forward(found);
    out.account = sasl::scram_decoy(hash, decoy_key_, out.name);
    if (!*found) co_return out;
    out.who = std::move(*found);
    std::vector<sasl::ScramVerifier> verifiers;
    for (const auto& credential : out.who->credentials) {
        const auto& text = hash == sasl::ScramHash::sha256 ? credential.scram_sha256 : credential.scram_sha1;
        if (text.empty() || !is_usable(credential, *out.who, question)) continue;
        // SCRAM can't ask for the code, and a directory elsewhere proves no SCRAM.
        if (credential.kind == Credential::Kind::main && (out.who->second_factor || out.who->directory_version != 0)) continue;
        if (auto secret = sasl::parse_scram_secret(text); secret && secret->salt == out.who->scram_salt) {
            out.account.iterations = secret->iterations;
            verifiers.push_back(std::move(secret->verifier));
        }
    }
    // An account that can't be proved this way looks like one that does not exist.
    if (verifiers.empty()) co_return out;
    out.account.salt = out.who->scram_salt;
    out.account.verifiers = std::move(verifiers);
    co_return out;
}

Task<SignIn::Try> SignIn::try_scram(const Scram& scram, const Question& question, std::string_view proof) {
    const std::string network = network_of(question.remote_address);
    Try out{.key = {scram.name, network, keyed_digest(secret_, {scram.name, network, proof})}, .reservation = {}, .refused = {}};
    out.reservation = co_await attempts_.reserve(out.key);
    if (is_exhausted(out.reservation.standing))
        out.refused = refuse(Fault::limit, "too many failed sign-ins, try again later", "too many failed sign-ins",
                             delay_of(out.reservation.standing));
    co_return out;
}

Task<Answer> SignIn::end_scram(const Scram& scram, const Question& question, const Try& tried, bool proved) {
    if (!proved || !scram.who) co_return wrong(scram.who ? "wrong password" : "no such account", delay_of(tried.reservation.standing));
    co_await attempts_.refund(tried.key, tried.reservation, Refund::proved);
    co_return admit(*scram.who, question);
}

Task<Result<std::string>> SignIn::owner_of(const Question& question, const std::string& token, Deadline deadline) {
    const auto none = [](const char* why) { return unexpected(Fault::bad_credentials, "the token is not valid", why); };
    if (token.starts_with(oauth::access_prefix)) {
        auto held = co_await oauth::find_held(pool_, token_digest(token), deadline);
        if (!held) co_return forward(held);
        if (!*held || (*held)->kind != "access" || !(*held)->is_live) co_return none("no such access token");
        const auto& wanted = (*held)->resources;
        const auto is_ours = [&](const std::string& one) { return oauth::contains(resources_, one); };
        if (!wanted.empty() && std::ranges::none_of(wanted, is_ours)) co_return none("an access token for somebody else");
        if (!oauth::opens((*held)->scopes, question.protocol))
            co_return unexpected(Fault::forbidden, "the token is not for " + question.protocol, "another scope");
        co_return (*held)->address;
    }
    auto row = co_await find_token(pool_, token_digest(token), deadline);
    if (!row) co_return forward(row);
    if (!*row || !(*row)->account || !is_within((*row)->networks, question.remote_address)) co_return none("no such token");
    co_return (*row)->address;
}

Task<Answer> SignIn::ask_token(const Question& question, const std::string& token, Deadline deadline) {
    auto address = co_await owner_of(question, token, deadline);
    if (!address) {
        const Error& error = address.error();
        if (error.fault == Fault::forbidden) co_return refuse(error.fault, error.text, error.reason);
        if (error.fault != Fault::bad_credentials) co_return away(error);
        const std::string network = network_of(question.remote_address);
        const AttemptKey key{counted_name(question.username), network, keyed_digest(secret_, {network, token})};
        const Reservation reservation = co_await attempts_.reserve(key);
        co_return refuse(Fault::bad_credentials, "the token is not valid", error.reason, delay_of(reservation.standing));
    }
    auto found = co_await find_identity(pool_, *address, deadline);
    if (!found) co_return away(found.error());
    if (!*found) co_return refuse(Fault::bad_credentials, "the token is not valid", "the token's account is gone");
    Question as = question;
    as.authorization_id = question.username.empty() ? question.authorization_id : question.username;
    co_return admit(**found, as);
}

Task<Answer> SignIn::ask_certificate(const Question& question, Deadline deadline) {
    // Any address of the certificate may be meant; the client says which one where there are several (RFC 4422 appendix A).
    const auto wanted = parse_address(question.authorization_id);
    for (const auto& text : question.certificate_addresses) {
        const auto address = parse_address(text);
        if (!address || (!question.authorization_id.empty() && (!wanted || wanted->text() != address->text()))) continue;
        auto found = co_await find_identity(pool_, address->text(), deadline);
        if (!found) co_return away(found.error());
        if (*found && (*found)->address == address->text()) co_return admit(**found, question);
    }
    co_return refuse(Fault::bad_credentials, "the certificate names no account here", "no account of the certificate");
}

}  // namespace sky::auth
