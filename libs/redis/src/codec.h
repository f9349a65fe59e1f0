#pragma once
// The protocol of Redis (RESP 2) by hiredis's formatter and reader, which do no I/O themselves.
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sky/base/result.h"
#include "sky/redis/value.h"

struct redisReader;

namespace sky::redis {

// One command on the wire.
std::string encode(std::span<const std::string_view> argv);

class Decoder {
  public:
    Decoder();
    void feed(std::string_view bytes);
    // The next whole reply, or none yet. A stream that is not RESP is Fault::unavailable, for ever.
    Result<std::optional<Value>> next();

  private:
    struct Free {
        void operator()(redisReader* reader) const;
    };
    std::unique_ptr<redisReader, Free> reader_;
};

// What an error reply means to us: the server's state is temporary (unavailable), the rest is our bug or setup (internal).
Error error_of(std::string reply);

}  // namespace sky::redis
