#include "auth/sealing.h"

#include <sodium.h>

#include <algorithm>
#include <cassert>

#include "auth/sign_in/verdicts.h"
#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::auth {
namespace {
constexpr char version = 1;
constexpr std::size_t id_size = 8;
constexpr std::size_t nonce_size = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_size = crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t header_size = 1 + id_size, overhead = header_size + nonce_size + tag_size;

const unsigned char* octets(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* octets(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
void wipe(std::string& secret) { sodium_memzero(secret.data(), secret.size()); }

// `use` keeps sealing, digests and key ids apart even for one purpose.
std::string subkey(const std::string& master, std::string_view use, std::string_view purpose) {
    return keyed_digest(master, {"skybridge", use, purpose});
}

// What the tag covers besides the secret. Lengths go before the parts, so that no two places read alike.
std::string associated(std::string_view header, const SealedFor& place) {
    std::string out(header);
    const std::string tenant = std::to_string(place.tenant.value);
    for (const std::string_view part : {place.purpose, std::string_view(tenant), place.object}) {
        out += std::to_string(part.size());
        out += ':';
        out += part;
    }
    return out;
}

std::string_view id_of(std::string_view blob) { return blob.substr(1, id_size); }
}  // namespace

Result<std::vector<std::string>> parse_seal_keys(std::string_view text) {
    std::vector<std::string> keys;
    for (const auto piece : ascii::split(text, ',')) {
        const auto word = ascii::trim(piece);
        const auto key = word.size() == 2 * master_key_size ? hex_decode(word) : base64_decode(word);
        if (!key || key->size() != master_key_size)
            return unexpected(Fault::syntax, "want 64 hex digits or the base64 of 32 octets, several keys separated by commas");
        // Placeholders: a key that was written by hand protects nothing.
        if (std::ranges::all_of(*key, [&](char c) { return c == key->front(); }))
            return unexpected(Fault::syntax, "this key is no random one: make it with  openssl rand -hex 32");
        if (std::ranges::find(keys, *key) != keys.end()) return unexpected(Fault::syntax, "the same key stands there twice");
        keys.push_back(*key);
    }
    return keys;
}

Result<Seal> Seal::load(std::string_view current, std::string_view previous) {
    auto keys = parse_seal_keys(current);
    if (!keys) return unexpected(Fault::syntax, "SKYBRIDGE_AUTH_SEAL_KEY: " + keys.error().text);
    if (!previous.empty()) {
        auto older = parse_seal_keys(previous);
        if (!older) return unexpected(Fault::syntax, "SKYBRIDGE_AUTH_SEAL_KEY_PREVIOUS: " + older.error().text);
        for (auto& key : *older) {
            if (std::ranges::find(*keys, key) != keys->end())
                return unexpected(Fault::syntax, "SKYBRIDGE_AUTH_SEAL_KEY_PREVIOUS holds a key of SKYBRIDGE_AUTH_SEAL_KEY");
            keys->push_back(std::move(key));
        }
    }
    return Seal(std::move(*keys));
}

Seal::Seal(std::vector<std::string> keys) {
    assert(!keys.empty());
    keys_.reserve(keys.size());
    for (auto& key : keys) {
        assert(key.size() == master_key_size);
        std::string id = subkey(key, "id", {}).substr(0, id_size);
        keys_.push_back({std::move(key), std::move(id)});
    }
}

Seal::~Seal() {
    for (auto& key : keys_) wipe(key.octets);
}

std::string Seal::seal(const SealedFor& place, std::string_view secret) const {
    std::string out(1, version);
    out += keys_.front().id;
    const std::string covered = associated(out, place);
    const std::string nonce = random_bytes(nonce_size);
    out += nonce;
    const std::size_t start = out.size();
    out.resize(start + secret.size() + tag_size);
    std::string key = subkey(keys_.front().octets, "seal", place.purpose);
    crypto_aead_xchacha20poly1305_ietf_encrypt(octets(out) + start, nullptr, octets(secret), secret.size(), octets(covered), covered.size(),
                                               nullptr, octets(nonce), octets(std::string_view(key)));
    wipe(key);
    return out;
}

Result<std::string> Seal::open(const SealedFor& place, std::string_view blob) const {
    const auto corrupt = [&](std::string why) {
        return unexpected(Fault::corrupt, "a stored secret can't be read", "sealed " + std::string(place.purpose) + ": " + why);
    };
    if (blob.size() < overhead) return corrupt("too short");
    if (blob.front() != version) return corrupt("unknown version");
    const auto known = std::ranges::find(keys_, id_of(blob), &Key::id);
    if (known == keys_.end()) return corrupt("its key " + hex_encode(id_of(blob)) + " is not in SEAL_KEY");
    const auto covered = associated(blob.substr(0, header_size), place);
    const auto nonce = blob.substr(header_size, nonce_size), sealed = blob.substr(header_size + nonce_size);
    std::string key = subkey(known->octets, "seal", place.purpose);
    std::string out(sealed.size() - tag_size, '\0');
    const int failed =
        crypto_aead_xchacha20poly1305_ietf_decrypt(octets(out), nullptr, nullptr, octets(sealed), sealed.size(), octets(covered),
                                                   covered.size(), octets(nonce), octets(std::string_view(key)));
    wipe(key);
    if (failed != 0) return corrupt("changed, or sealed for another place");
    return out;
}

bool Seal::needs_reseal(std::string_view blob) const {
    return blob.size() < overhead || blob.front() != version || id_of(blob) != keys_.front().id;
}

std::string Seal::derive(std::string_view purpose) const { return subkey(keys_.front().octets, "digest", purpose); }

std::vector<std::string> Seal::derive_all(std::string_view purpose) const {
    std::vector<std::string> out;
    for (const auto& key : keys_) out.push_back(subkey(key.octets, "digest", purpose));
    return out;
}

}  // namespace sky::auth
