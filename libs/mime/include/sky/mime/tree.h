#pragma once
// The MIME structure of a message (RFC 2046): where each part's header and body lie. Parsing is iterative, linear and never fails:
// below depth 100 or beyond 10,000 parts, what remains is one application/octet-stream leaf.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sky/mime/transfer.h"

namespace sky::mime {

inline constexpr std::size_t max_depth = 100;
inline constexpr std::size_t max_parts = 10'000;

struct Part {
    enum class Kind : std::uint8_t { leaf, multipart, message };
    Kind kind = Kind::leaf;
    Encoding encoding = Encoding::seven_bit;
    bool text = false;                // a leaf of type text/*
    bool fallback = false;            // the declared type could not be followed: Content-Type is to be read as text/plain or octet-stream
    std::uint32_t parent = 0;         // index; the root is its own
    std::uint32_t end = 0;            // index after the last part below this one
    std::uint64_t header_offset = 0;  // in the message
    std::uint64_t header_size = 0;    // with the empty line
    std::uint64_t body_size = 0;      // without the line break before the boundary
    std::uint64_t lines = 0;          // LFs in the body
    std::uint64_t body_offset() const { return header_offset + header_size; }
    std::uint64_t body_end() const { return header_offset + header_size + body_size; }
};

// Parts in the order of the message: 0 is the message itself, then depth first. A part of kind message has one child, the root of the
// message within; a multipart has one child or more.
struct Tree {
    std::vector<Part> parts;
    std::vector<std::uint32_t> children(std::uint32_t of) const;
};

Tree parse_tree(std::string_view message);

// A compact binary form to store beside the message, and the way back (nullopt when damaged).
std::string pack(const Tree& tree);
std::optional<Tree> unpack(std::string_view packed);

}  // namespace sky::mime
