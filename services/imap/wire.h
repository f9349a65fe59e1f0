#pragma once
// The client as a session sees it: responses gather here and leave in bounded pieces, lines and literals come from here.
#include <string>

#include "sky/net/line_reader.h"

namespace sky::imapd {

class Wire {
  public:
    static constexpr std::size_t large = 64 * 1024;

    explicit Wire(net::Stream stream) : stream_(std::move(stream)), reader_(stream_, net::LineEnds::lf) {}

    std::string out;  // what is to be sent
    std::uint64_t flushes = 0;

    Task<Result<void>> flush() {
        if (out.empty()) co_return Result<void>{};
        ++flushes;
        auto written = co_await stream_.write(out);
        if (out.capacity() > 2 * large)
            out = std::string();
        else
            out.clear();
        co_return written;
    }
    // For long answers: keeps what waits to be sent small.
    Task<Result<void>> flush_if_large() {
        if (out.size() < large) co_return Result<void>{};
        co_return co_await flush();
    }

    // Before waiting for the client: who says nothing holds nothing.
    void rest() {
        if (out.empty()) std::string().swap(out);
    }

    net::Stream& stream() { return stream_; }
    net::LineReader& reader() { return reader_; }

  private:
    net::Stream stream_;
    net::LineReader reader_;
};

}  // namespace sky::imapd
