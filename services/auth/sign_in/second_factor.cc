#include "auth/sign_in/second_factor.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <algorithm>

#include "sky/base/ascii.h"
#include "sky/base/encode.h"

namespace sky::auth {
namespace {
constexpr std::int64_t period = 30;

std::string percent(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (ascii::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
            out += c;
        else
            out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}
}  // namespace

std::string totp(std::string_view secret, std::int64_t step) {
    unsigned char counter[8];
    for (int i = 0; i < 8; ++i) counter[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
    unsigned char mac[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), counter, sizeof counter, mac, &size);
    const unsigned offset = mac[size - 1] & 0x0F;
    const std::uint32_t number = (mac[offset] & 0x7Fu) << 24 | mac[offset + 1] << 16 | mac[offset + 2] << 8 | mac[offset + 3];
    return fmt::format("{:06}", number % 1'000'000);
}

std::int64_t totp_step_at(Time time) { return std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count() / period; }

std::optional<std::int64_t> proved_step(std::string_view secret, std::string_view code, Time now, std::int64_t last) {
    std::optional<std::int64_t> out;
    const auto middle = totp_step_at(now);
    for (auto step = middle - 1; step <= middle + 1; ++step)
        if (equals_in_constant_time(totp(secret, step), code) && step > last) out = step;
    return out;
}

bool looks_like_totp(std::string_view code) { return code.size() == 6 && std::ranges::all_of(code, ascii::is_digit); }

std::string base32_encode(std::string_view octets) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : octets) {
        bits = bits << 8 | static_cast<unsigned char>(c);
        for (held += 8; held >= 5; held -= 5) out += alphabet[bits >> (held - 5) & 31];
    }
    if (held > 0) out += alphabet[bits << (5 - held) & 31];
    return out;
}

std::string otpauth_uri(std::string_view issuer, std::string_view address, std::string_view secret) {
    return "otpauth://totp/" + percent(issuer) + ":" + percent(address) + "?secret=" + base32_encode(secret) +
           "&issuer=" + percent(issuer) + "&algorithm=SHA1&digits=6&period=30";
}

std::string readable_secret(int groups, int size) {
    constexpr std::string_view alphabet = "abcdefghjkmnpqrstuvwxyz23456789";  // no i, l, o, 0, 1
    std::string out;
    for (int i = 0; i < groups * size; ++i) {
        if (i > 0 && i % size == 0) out += '-';
        out += alphabet[randombytes_uniform(alphabet.size())];
    }
    return out;
}

std::string plain_recovery_code(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (c != '-' && c != ' ') out += ascii::lower(c);
    return out;
}

}  // namespace sky::auth
