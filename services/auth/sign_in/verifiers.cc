#include "auth/sign_in/verifiers.h"

#include <crypt.h>
#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::auth {
namespace {
// About a second each on a slow core: who brings a dearer hash could keep the pool busy by signing in.
constexpr std::uint64_t most_crypt_rounds = 1'000'000, most_pbkdf2_rounds = 5'000'000, most_bcrypt_cost = 14;
constexpr std::uint64_t most_argon2_kib = 256 << 10, most_argon2_work = 1 << 20;  // memory; memory × passes
constexpr std::size_t longest_salt = 256;

std::unexpected<Error> refused(const char* text) { return unexpected(Fault::syntax, text); }

bool is_crypt_text(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return ascii::is_alnum(c) || c == '.' || c == '/'; });
}

// "m=65536,t=2,p=1" → the number after "t=".
std::optional<std::uint64_t> parameter(std::string_view list, std::string_view name) {
    for (const auto part : ascii::split(list, ','))
        if (part.starts_with(name)) return ascii::number(part.substr(name.size()), UINT32_MAX);
    return std::nullopt;
}

struct Argon2Cost {
    std::uint64_t kib, passes;
};
std::optional<Argon2Cost> argon2_cost(std::string_view text) {
    const auto parts = ascii::split(text, '$');
    if (parts.size() != 6 || parts[2] != "v=19") return std::nullopt;
    const auto kib = parameter(parts[3], "m="), passes = parameter(parts[3], "t="), lanes = parameter(parts[3], "p=");
    if (!kib || !passes || !lanes || *kib < 8 || *passes == 0 || *lanes == 0 || *lanes > 64) return std::nullopt;
    return Argon2Cost{*kib, *passes};
}

Result<void> check_argon2(std::string_view text) {
    const auto cost = argon2_cost(text);
    if (!cost || text.size() >= crypto_pwhash_STRBYTES)
        return refused("this is not an argon2 hash: want $argon2id$v=19$m=…,t=…,p=…$salt$hash");
    if (cost->kib > most_argon2_kib || cost->kib * cost->passes > most_argon2_work)
        return refused("this argon2 hash costs too much: at most 256 MiB of memory, at most 1 GiB times passes");
    return {};
}

Result<void> check_sha512_crypt(std::string_view text) {
    auto parts = ascii::split(text, '$');  // "", "6", [rounds,] salt, hash
    if (parts.size() == 5 && parts[2].starts_with("rounds=")) {
        const auto rounds = ascii::number(parts[2].substr(7), UINT32_MAX);
        if (!rounds || *rounds < 1000 || *rounds > most_crypt_rounds) return refused("SHA512-CRYPT has between 1000 and 1000000 rounds");
        parts.erase(parts.begin() + 2);
    }
    if (parts.size() != 4 || parts[2].size() > 16 || parts[3].size() != 86 || !is_crypt_text(parts[3]) || parts[2].contains(':'))
        return refused("this is not a SHA512-CRYPT hash: want $6$salt$hash");
    return {};
}

Result<void> check_bcrypt(std::string_view text) {
    const auto parts = ascii::split(text, '$');  // "", "2b", cost, salt and hash
    const auto cost = parts.size() == 4 && parts[2].size() == 2 ? ascii::number(parts[2], 99) : std::nullopt;
    if (!cost || *cost < 4 || parts[3].size() != 53 || !is_crypt_text(parts[3]))
        return refused("this is not a BCRYPT hash: want $2b$cost$…");
    if (*cost > most_bcrypt_cost) return refused("this BCRYPT hash costs too much: at most 14");
    return {};
}

struct Salted {
    const EVP_MD* digest;
    std::string hash, salt;
};
std::optional<Salted> salted(std::string_view text) {
    const auto brace = text.find('}');
    if (brace == text.npos) return std::nullopt;
    const auto name = text.substr(0, brace + 1);
    const EVP_MD* digest = name == "{SSHA}"      ? EVP_sha1()
                           : name == "{SSHA256}" ? EVP_sha256()
                           : name == "{SSHA512}" ? EVP_sha512()
                                                 : nullptr;
    const auto octets = base64_decode(text.substr(brace + 1));
    if (!digest || !octets) return std::nullopt;
    const auto size = static_cast<std::size_t>(EVP_MD_get_size(digest));
    if (octets->size() <= size || octets->size() > size + longest_salt) return std::nullopt;
    return Salted{digest, octets->substr(0, size), octets->substr(size)};
}

struct Pbkdf2 {
    const EVP_MD* digest;
    std::uint64_t rounds;
    std::string salt, hash;
};
std::optional<std::string> adapted_base64(std::string_view text) {
    std::string out(text);
    std::ranges::replace(out, '.', '+');
    out.append((4 - out.size() % 4) % 4, '=');
    return base64_decode(out);
}
std::optional<Pbkdf2> pbkdf2(std::string_view text) {
    std::optional<std::uint64_t> rounds;
    std::optional<std::string> salt, hash;
    const EVP_MD* digest = EVP_sha1();
    const auto parts = ascii::split(text, '$');
    if (text.starts_with("{PBKDF2}$1$") && parts.size() == 5) {
        salt = std::string(parts[2]);
        rounds = ascii::number(parts[3], UINT32_MAX);
        hash = hex_decode(parts[4]);
    } else if (text.starts_with("$pbkdf2") && parts.size() == 5) {
        digest = parts[1] == "pbkdf2"          ? EVP_sha1()
                 : parts[1] == "pbkdf2-sha256" ? EVP_sha256()
                 : parts[1] == "pbkdf2-sha512" ? EVP_sha512()
                                               : nullptr;
        rounds = ascii::number(parts[2], UINT32_MAX);
        salt = adapted_base64(parts[3]);
        hash = adapted_base64(parts[4]);
    }
    if (!digest || !rounds || *rounds == 0 || !salt || salt->empty() || salt->size() > longest_salt || !hash) return std::nullopt;
    // A shorter one would let other passwords in, a longer one cost more than it counts.
    if (hash->size() != static_cast<std::size_t>(EVP_MD_get_size(digest))) return std::nullopt;
    return Pbkdf2{digest, *rounds, std::move(*salt), std::move(*hash)};
}

bool proves_crypt(const std::string& verifier, const std::string& password) {
    const auto work = std::make_unique<crypt_data>();
    const char* made = crypt_r(password.c_str(), verifier.c_str(), work.get());
    const bool same = made && equals_in_constant_time(made, verifier);
    sodium_memzero(work.get(), sizeof *work);
    return same;
}

bool proves_salted(const Salted& stored, const std::string& password) {
    const std::string given = password + stored.salt;
    std::string made(stored.hash.size(), '\0');
    return EVP_Digest(given.data(), given.size(), reinterpret_cast<unsigned char*>(made.data()), nullptr, stored.digest, nullptr) == 1 &&
           equals_in_constant_time(made, stored.hash);
}

bool proves_pbkdf2(const Pbkdf2& stored, const std::string& password) {
    std::string made(stored.hash.size(), '\0');
    return PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), reinterpret_cast<const unsigned char*>(stored.salt.data()),
                             static_cast<int>(stored.salt.size()), static_cast<int>(stored.rounds), stored.digest,
                             static_cast<int>(made.size()), reinterpret_cast<unsigned char*>(made.data())) == 1 &&
           equals_in_constant_time(made, stored.hash);
}

bool is_argon2(std::string_view text) { return text.starts_with("$argon2id$") || text.starts_with("$argon2i$"); }
bool is_bcrypt(std::string_view text) { return text.starts_with("$2a$") || text.starts_with("$2b$") || text.starts_with("$2y$"); }
}  // namespace

Result<std::string> import_verifier(std::string_view text) {
    for (const std::string_view name :
         {"{ARGON2ID}$", "{ARGON2I}$", "{ARGON2}$", "{SHA512-CRYPT}$", "{BLF-CRYPT}$", "{BCRYPT}$", "{CRYPT}$"})
        if (ascii::starts_ignoring_case(text, name)) text.remove_prefix(name.size() - 1);
    if (text.size() > 1024 || std::ranges::any_of(text, [](char c) { return c <= ' ' || c > '~'; }))
        return refused("this is not a password hash");
    Result<void> good;
    if (is_argon2(text))
        good = check_argon2(text);
    else if (text.starts_with("$6$"))
        good = check_sha512_crypt(text);
    else if (is_bcrypt(text))
        good = check_bcrypt(text);
    else if (text.starts_with("{SSHA"))
        good = salted(text) ? Result<void>{} : refused("this is not a salted hash: want {SSHA}, {SSHA256} or {SSHA512} and base64");
    else if (const auto parts = pbkdf2(text); text.starts_with("{PBKDF2}") || text.starts_with("$pbkdf2"))
        good = !parts ? refused("this is not a PBKDF2 hash: want {PBKDF2}$1$salt$rounds$hex or $pbkdf2-sha256$rounds$salt$hash")
               : parts->rounds > most_pbkdf2_rounds ? refused("this PBKDF2 hash has too many rounds: at most 5000000")
                                                    : Result<void>{};
    else
        good = refused("the hash is of no known kind: want SHA512-CRYPT, BCRYPT, SSHA, PBKDF2 or ARGON2");
    if (!good) return forward(good);
    return std::string(text);
}

bool proves(const std::string& verifier, const std::string& password) {
    if (is_argon2(verifier)) return crypto_pwhash_str_verify(verifier.c_str(), password.data(), password.size()) == 0;
    if (verifier.starts_with("$6$") || is_bcrypt(verifier)) return proves_crypt(verifier, password);
    if (const auto stored = salted(verifier)) return proves_salted(*stored, password);
    const auto stored = pbkdf2(verifier);
    return stored && proves_pbkdf2(*stored, password);
}

bool is_up_to_date(std::string_view verifier, const HashCost& cost) {
    if (!verifier.starts_with("$argon2id$")) return false;
    const auto has = argon2_cost(verifier);
    return has && has->kib >= cost.memory >> 10 && has->passes >= cost.operations;
}

}  // namespace sky::auth
