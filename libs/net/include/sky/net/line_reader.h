#pragma once
// Lines and counted octets out of a Stream, in bounded memory; an idle reader holds no buffer.
#include <string>
#include <string_view>

#include "sky/net/stream.h"

namespace sky::net {

// What ends a line.
enum class LineEnds {
    crlf,        // a bare CR or LF is Fault::syntax (the line is consumed): SMTP smuggling, RFC 5321 §2.3.8
    crlf_or_lf,  // a bare LF ends a line as well
    lf           // a bare CR stays in the line too: for who refuses it by what the line announces
};

class LineReader {
  public:
    // The stream must outlive the reader; while a reader is in use, nobody else reads the stream.
    explicit LineReader(Stream& stream, LineEnds ends = LineEnds::crlf);

    // The next line without its end; `limit` counts the octets without it. The view lives until the next call of any reading function.
    // Fault::too_large: longer than the limit; it was skipped to its end and the next line is fine.
    // Fault::syntax: a bare CR or LF; consumed as well.
    // Fault::limit: no end within 1 MiB beyond the limit: close.
    // Fault::timeout: the line did not arrive whole in time; what did stays buffered.
    Task<Result<std::string_view>> line(std::size_t limit);

    // Exactly n octets, gathered: for small literals. The view lives until the next call.
    Task<Result<std::string_view>> exactly(std::size_t n);
    // Between 1 and n octets, whatever is there: for streaming large literals and bodies. n > 0.
    Task<Result<std::string_view>> read_upto(std::size_t n);
    // Skips exactly n octets.
    Task<Result<void>> skip(std::uint64_t n);

    // Waits for client input (also input buffered here or in TLS), the event, or the deadline; reads nothing. For IDLE.
    Task<Result<Wake>> wait_input_or(Event& event, Deadline deadline);
    Task<Result<Wake>> wait_input(Deadline deadline);

    std::size_t buffered() const { return buffer_.size() - at_; }
    std::string_view peek() const { return std::string_view(buffer_).substr(at_); }  // what is buffered
    void discard_buffered();                                                         // before start_tls()
    Stream& stream() { return *stream_; }

  private:
    Task<Result<void>> fill(Deadline deadline);
    Task<Result<std::string_view>> skip_line(Deadline deadline);
    std::string_view take(std::size_t n);
    void discard_consumed();

    Stream* stream_;
    LineEnds ends_;
    std::string buffer_;
    std::size_t at_ = 0;       // consumed so far
    std::size_t scanned_ = 0;  // no LF before this
    bool skipping_ = false;    // within a line that was too long
    std::size_t skipped_ = 0;
};

}  // namespace sky::net
