#pragma once
// The client's two messages of SCRAM (RFC 5802 §7). An error is the value of "e=" that tells the client.
#include <expected>
#include <string>
#include <string_view>

#include "gs2.h"

namespace sky::sasl {

struct ClientFirst {
    Gs2 gs2;
    std::string bare;  // behind the header: the part that goes into AuthMessage
    std::string username;
    std::string nonce;
};

struct ClientFinal {
    std::string binding;  // decoded "c="
    std::string nonce;
    std::string proof;          // decoded "p="
    std::string without_proof;  // the part that goes into AuthMessage
};

std::expected<ClientFirst, std::string_view> parse_client_first(std::string_view message);
std::expected<ClientFinal, std::string_view> parse_client_final(std::string_view message);

// printable of RFC 5802 §7: %x21-2B / %x2D-7E
bool is_nonce(std::string_view text, std::size_t least, std::size_t most);

}  // namespace sky::sasl
