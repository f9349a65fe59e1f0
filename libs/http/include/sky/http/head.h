#pragma once
// The strict parser of a request's head (RFC 9112 §2.2, §3, §5, §6): one interpretation or none, so that nothing can be smuggled.
#include <cstdint>
#include <string_view>

#include "sky/base/result.h"
#include "sky/http/message.h"

namespace sky::http {

struct HeadLimits {
    std::size_t octets = 32 * 1024;
    std::size_t fields = 100;
};

enum class Framing { none, length, chunked };

struct Head {
    Request request;  // without body
    Framing framing = Framing::none;
    std::uint64_t length = 0;  // with Framing::length
    bool keep_alive = true;
    bool expects_continue = false;
};

// One line at a time, as a LineReader hands them out, without line ends.
class HeadParser {
  public:
    explicit HeadParser(HeadLimits limits = {}) : limits_(limits) {}
    // True when this empty line ended the head. Fault::syntax is 400, Fault::too_large 431 (414 for the request line), Fault::unsupported
    // 501 or 505.
    Result<bool> line(std::string_view line);
    // After true: checks framing, Host and target.
    Result<Head> finish();

  private:
    Result<void> request_line(std::string_view line);
    Result<void> field_line(std::string_view line);

    HeadLimits limits_;
    Head head_;
    std::size_t octets_ = 0;
    bool started_ = false;
};

// "1a;ext=1" → 26. At most 15 hexadecimal digits.
Result<std::uint64_t> parse_chunk_size(std::string_view line);
// The path of Request::path, or Fault::syntax.
Result<std::string> decode_path(std::string_view path);

}  // namespace sky::http
