#pragma once
// SHA-256 (FIPS 180-4): whole by OpenSSL, or piece by piece by libsodium.
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace sky {

class Sha256 {
  public:
    Sha256();
    void feed(std::string_view bytes);
    std::string finish();  // 32 octets; feed nothing afterwards

  private:
    alignas(8) std::array<std::byte, 104> state_;
};

std::string sha256(std::string_view bytes);  // 32 octets

}  // namespace sky
