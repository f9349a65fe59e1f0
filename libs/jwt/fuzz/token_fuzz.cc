// No token that was made up is ever taken; only the one that the key signed is. A set of keys that is read is written and read again.
// The key is fixed, so that findings can be replayed.
#include <cstdint>
#include <cstdlib>

#include "sky/base/encode.h"
#include "sky/jwt/claims.h"
#include "sky/jwt/jwk.h"

using namespace sky;
using namespace sky::jwt;

namespace {
// RFC 7515 appendix A.3: its key and the one signature by it that is known.
constexpr const char* key =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"})";
constexpr std::string_view known =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static const PublicKey keys[] = {*parse_key(key)};
    constexpr Algorithm all[] = {Algorithm::es256, Algorithm::rs256, Algorithm::eddsa};
    if (const auto token = read(text, keys, all); token && text.substr(0, known.rfind('.')) != known.substr(0, known.rfind('.')))
        std::abort();
    // What is inside of the parts, without their base64: else the fuzzer would have to find it first.
    const auto line = text.find('\n');
    const auto head = text.substr(0, line), claims = line == text.npos ? std::string_view() : text.substr(line + 1);
    if (read(base64url_encode(head) + "." + base64url_encode(claims) + std::string(known.substr(known.rfind('.'))), keys, all)) {
        if (base64url_encode(head) + "." + base64url_encode(claims) != known.substr(0, known.rfind('.'))) std::abort();
    }
    (void)check({.type = {}, .key_id = {}, .payload = std::string(claims)}, {.issuer = "joe", .audiences = {"us"}, .type = {}, .now = {}});
    if (const auto set = parse_keys(text)) {
        const auto again = parse_keys(write_keys(*set));
        if (!again || write_keys(*again) != write_keys(*set)) std::abort();
    }
    return 0;
}
