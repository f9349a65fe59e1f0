#include <algorithm>

#include "mechanism.h"
#include "scram_crypto.h"
#include "scram_message.h"
#include "sky/base/encode.h"

namespace sky::sasl {
namespace {
enum class Bound { yes, no };  // a -PLUS mechanism or not

class Scram final : public Mechanism {
  public:
    Scram(ScramHash hash, Bound bound, Opening&& opening) : hash_(hash), bound_(bound), opening_(std::move(opening)) {}

    Turn answer(std::string message) override {
        if (state_ == State::first) return first(message);
        if (state_ == State::final) return last(message);
        // RFC 9051 §6.2.2, RFC 4954 §4: the client takes a challenge that is the success's data with an empty response.
        if (!message.empty()) return malformed("SCRAM: more than an empty response to v=");
        return Confirmed{};
    }

    // RFC 5802 §5.1: server-first-message = nonce "," salt "," iteration-count
    Turn verifiers(ScramAccount account) override {
        if (account.salt.empty() || account.iterations == 0) return ours("SCRAM: account without salt or iterations");
        account_ = std::move(account);
        nonce_ = client_.nonce + opening_.nonce;
        server_first_ = "r=" + nonce_ + ",s=" + base64_encode(account_.salt) + ",i=" + std::to_string(account_.iterations);
        state_ = State::final;
        return Ask{server_first_};
    }

  private:
    enum class State { first, final, confirm };

    static Refused refused(Fault fault, std::string_view value) {
        const auto text = fault == Fault::syntax ? "malformed authentication response" : "authentication failed";
        return {{fault, text, "SCRAM: " + std::string(value)}, "e=" + std::string(value)};
    }
    static Refused ours(std::string reason) { return {{Fault::internal, "authentication failed", std::move(reason)}, "e=other-error"}; }

    Turn first(std::string_view message) {
        if (!is_nonce(opening_.nonce, 16, 256)) return ours("SCRAM: the server's nonce is no nonce");
        auto parsed = parse_client_first(message);
        if (!parsed) return refused(Fault::syntax, parsed.error());
        client_ = std::move(*parsed);
        if (const auto value = channel_fault(); !value.empty()) return refused(Fault::bad_credentials, value);
        return NeedVerifiers{hash_, client_.username, client_.gs2.authorization};
    }

    // RFC 5802 §6. "y" says that the client can bind and saw no -PLUS: whoever was shown one has been lied to on the way.
    std::string_view channel_fault() {
        const Gs2& gs2 = client_.gs2;
        if (gs2.flag == Gs2::Flag::able && (opening_.plus_offered || bound_ == Bound::yes)) return "server-does-support-channel-binding";
        if (bound_ == Bound::no) return gs2.flag == Gs2::Flag::bound ? "channel-binding-not-supported" : "";
        if (gs2.flag != Gs2::Flag::bound) return "other-error";
        const auto& known = opening_.connection.bindings;
        const auto it = std::ranges::find_if(known, [&](const auto& binding) { return binding.type == gs2.binding && is_usable(binding); });
        if (it == known.end()) return "unsupported-channel-binding-type";
        binding_data_ = it->data;
        return {};
    }

    // A wrong proof and a name that does not exist are told alike: never "unknown-user".
    Turn last(std::string_view message) {
        const auto parsed = parse_client_final(message);
        if (!parsed) return refused(Fault::syntax, parsed.error());
        if (!equals_in_constant_time(parsed->binding, client_.gs2.header + binding_data_))
            return refused(Fault::bad_credentials, "channel-bindings-dont-match");
        if (!equals_in_constant_time(parsed->nonce, nonce_)) return refused(Fault::bad_credentials, "other-error");
        const std::string auth_message = client_.bare + "," + server_first_ + "," + parsed->without_proof;
        const auto who = find_prover(hash_, account_.verifiers, auth_message, parsed->proof);
        if (who == account_.verifiers.size()) return refused(Fault::bad_credentials, "invalid-proof");
        state_ = State::confirm;
        return ScramProved{who, "v=" + base64_encode(scram_hmac(hash_, account_.verifiers[who].server_key, auth_message))};
    }

    ScramHash hash_;
    Bound bound_;
    Opening opening_;
    State state_ = State::first;
    ClientFirst client_;
    std::string binding_data_;  // empty unless a binding was asked for and is known
    ScramAccount account_;
    std::string nonce_;
    std::string server_first_;
};
}  // namespace

std::unique_ptr<Mechanism> make_scram_sha256_plus(Opening&& opening) {
    return std::make_unique<Scram>(ScramHash::sha256, Bound::yes, std::move(opening));
}
std::unique_ptr<Mechanism> make_scram_sha256(Opening&& opening) {
    return std::make_unique<Scram>(ScramHash::sha256, Bound::no, std::move(opening));
}
std::unique_ptr<Mechanism> make_scram_sha1_plus(Opening&& opening) {
    return std::make_unique<Scram>(ScramHash::sha1, Bound::yes, std::move(opening));
}
std::unique_ptr<Mechanism> make_scram_sha1(Opening&& opening) {
    return std::make_unique<Scram>(ScramHash::sha1, Bound::no, std::move(opening));
}

}  // namespace sky::sasl
