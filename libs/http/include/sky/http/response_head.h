#pragma once
// The head of a response (RFC 9112 §4, §5, §6.3), as strictly as that of a request. Pure.
#include <cstdint>
#include <string_view>

#include "sky/base/result.h"
#include "sky/http/head.h"

namespace sky::http {

struct ResponseHead {
    Response response;  // without body
    enum class Ends { nothing, length, chunked, close } ends = Ends::close;
    std::uint64_t length = 0;  // with Ends::length
};

// One line at a time, without line ends.
class ResponseHeadParser {
  public:
    explicit ResponseHeadParser(HeadLimits limits = {}) : limits_(limits) {}
    // True when this empty line ended the head. Fault::syntax, Fault::too_large.
    Result<bool> line(std::string_view line);
    // After true. What a client must not read in two ways is Fault::syntax: two lengths, a length beside a coding; a coding that is not
    // chunked is Fault::unsupported.
    Result<ResponseHead> finish();

  private:
    Result<void> status_line(std::string_view line);
    HeadLimits limits_;
    ResponseHead head_;
    std::size_t octets_ = 0;
    bool started_ = false;
};

}  // namespace sky::http
